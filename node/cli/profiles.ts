import { findConfig, loadConfig, type ConfigFile } from '../config-file.ts';
import type { Profile } from '../profile.ts';
import type { Command, CommandCall } from './command.ts';
import { printTable, type Column } from './table.ts';
import { printable } from '../displays/text.ts';
import { note, painted, print, printJson } from './terminal.ts';

/** `somen profiles` */
export const PROFILES: Command = {
  name: 'profiles',
  args: [],
  summary: 'List the profiles: where scripts can be run',
  about:
    'They stand in somen.config.ts (or .mts, .js, .mjs, .json), here or in a folder above, up to that of the repository or the package. Nothing is started: what a profile makes by a function is shown as the function that it calls.',
  options: {
    json: { type: 'boolean', help: 'write JSON, for programs' },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen profiles', 'what somen run --on can be told'],
    ['SOMEN_ON=lab node analysis.mjs', 'a script on one of them, without somen run'],
  ],
  run: listProfiles,
};

const COLUMNS: readonly Column[] = [
  { title: 'PROFILE' },
  { title: 'EXECUTOR', flexible: true },
  { title: 'CACHE', flexible: true },
];

async function listProfiles(call: CommandCall): Promise<number> {
  const path = findConfig();
  if (path === undefined) {
    note('No profiles: there is no somen.config.ts, .mts, .js, .mjs or .json, here or above');
    return 1;
  }
  const config = await loadConfig(path);
  const rows = Object.entries(config.profiles).map(([name, profile]) => told(config, name, profile));
  if (call.flag('json')) {
    printJson(rows);
    return 0;
  }
  printTable(
    COLUMNS,
    rows.map(({ name, executor, cache, isDefault }) => [isDefault ? `${name} (default)` : name, executor, cache]),
  );
  print(painted('dim', printable(path)));
  return 0;
}

/** A profile, for people and programs. */
interface ToldProfile {
  readonly name: string;
  readonly executor: string;
  readonly cache: string;
  readonly isDefault: boolean;
  readonly file: string;
}

function told({ path, default: chosen }: ConfigFile, name: string, profile: Profile): ToldProfile {
  const { executor, cache } = profile;
  return { name, executor: describePart(executor), cache: describePart(cache), isDefault: name === chosen, file: path };
}

/** What is known of an executor or a cache without making it. */
function describePart(part: unknown): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return part;
  if (typeof part === 'function') return calledBy(String(part));
  const { type, name } = Object(part) as { readonly type?: unknown; readonly name?: unknown };
  return typeof type === 'string' ? type : String(name);
}

/** `() => pilots({ launch: slurm() })` calls pilots. What it is called with may be long, and private. */
function calledBy(source: string): string {
  const called = /(?:=>|\breturn)\s*(?:await\s+)?(?:new\s+)?(?<name>[\w$.]+)\s*\(/.exec(source)?.groups?.['name'];
  return called === undefined ? 'a function' : `${called}(…)`;
}
