/** The script that a batch system runs for each pilot. */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkNames, type OptionNames } from '../../core/options.ts';
import { checkedWords } from './command-launcher.ts';
import type { PilotCommand, SubmittedPilot } from './launcher.ts';
import { shellWord, shellWords } from './shell-words.ts';
import { lastLines } from './tool.ts';

/** What all batch systems have in common. */
export interface BatchOptions {
  /** The name of its jobs. @default 'somen' */
  readonly name?: string;
  /** What starts a pilot on a node, as words; the pilot's options are added. @default this Node, with this package */
  readonly command?: readonly string[];
  /** The project's folder on the nodes, from which modules are imported. @default the working directory */
  readonly cwd?: string;
  /** Lines of shell that come before: `['module load nodejs/22']`. @default none */
  readonly setup?: readonly string[];
  /** The shell. @default '/bin/sh' */
  readonly shell?: string;
  /**
   * A folder that this machine and the nodes share, for what pilots write that is no output of a task. It is read when
   * a pilot does not come up. Those of pilots that ended well are removed. @default '.somen-pilots' in `cwd`
   */
  readonly logs?: string;
  /** Whether several pilots are asked for at once by an array of jobs, where that is allowed. @default true */
  readonly array?: boolean;
  /** More options for the command that submits, each a word of its own: `['--constraint=ib']`. @default none */
  readonly options?: readonly string[];
}

/** Their names. */
export const BATCH_OPTIONS: OptionNames<BatchOptions> = {
  name: true,
  command: true,
  cwd: true,
  setup: true,
  shell: true,
  logs: true,
  array: true,
  options: true,
};

/** The options that apply. */
export type CheckedBatchOptions = Required<Omit<BatchOptions, 'command'>> & { readonly start: readonly string[] };

/** @throws TypeError where there is an option that is not among `names`, `command` is no list of texts, or the name is one that no batch system takes */
export function checkedBatchOptions<T extends BatchOptions>(
  where: string,
  options: T,
  names: OptionNames<T>,
): CheckedBatchOptions {
  checkNames(options, names, `Cannot give ${where} the option`);
  const { name = 'somen', cwd = process.cwd(), setup = [], shell = '/bin/sh', array = true } = options;
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(name))
    throw new TypeError(`Cannot name jobs ${JSON.stringify(name)}: use letters, digits, '.', '_' and '-'`);
  const here = [process.execPath, fileURLToPath(new URL('../cli/main.js', import.meta.url)), 'pilot'];
  return {
    name,
    cwd: resolve(cwd),
    setup,
    shell,
    array,
    logs: resolve(options.logs ?? join(cwd, '.somen-pilots')),
    options: options.options ?? [],
    start: checkedWords(`the option command of ${where}`, options.command ?? here),
  };
}

/**
 * The script. It is handed over on standard input, so that tokens stand in no command line and in no file that others
 * can read. `index` names the variable in which an array's job finds which one it is, counted from `first`.
 */
export function batchScript(options: CheckedBatchOptions, pilot: PilotCommand, index: string, first = 0): string {
  const { shell, setup, cwd, start } = options;
  const cases = pilot.tokens.map((token, i) => `${i + first}) SOMEN_PILOT_TOKEN=${shellWord(token)} ;;`);
  return [
    `#!${shell}`,
    `case "\${${index}:-${first}}" in`,
    // An array's index is `undefined` where Grid Engine runs a job that is none.
    ...cases.map((line, i) => (i === 0 ? `undefined|${line}` : line)),
    'esac',
    'export SOMEN_PILOT_TOKEN',
    `cd ${shellWord(cwd)} || exit 1`,
    ...setup,
    `exec ${shellWords([...start, ...pilot.args])}`,
    '',
  ].join('\n');
}

/** Submits one array of `size` pilots, or a job for a single pilot. */
type SubmitBatch = (pilot: PilotCommand, size: number | undefined) => Promise<readonly SubmittedPilot[]>;

/** Submits `count` pilots, as an array where there are several and that is allowed. */
export async function submitBatch(
  { array, logs }: CheckedBatchOptions,
  count: number,
  pilot: PilotCommand,
  submit: SubmitBatch,
): Promise<readonly SubmittedPilot[]> {
  await mkdir(logs, { recursive: true });
  if (array && count > 1) return submit(pilot, count);
  const submitted: SubmittedPilot[] = [];
  for (const token of pilot.tokens.slice(0, count))
    submitted.push(...(await submit({ ...pilot, tokens: [token] }, undefined)));
  return submitted;
}

/** How much of a log is read, in bytes from its end. */
const TAIL = 4096;

/** The last lines of the first of these files that is there and not empty. A name may end in `*`, for any ending. */
export async function readLog(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of await matching(folder, names)) {
    const text = await tail(join(folder, name)).catch(() => '');
    if (text.trim() !== '') return lastLines(text);
  }
  return undefined;
}

/** Removes such files. */
export async function removeLogs(folder: string, names: readonly string[]): Promise<void> {
  for (const name of await matching(folder, names))
    await rm(join(folder, name), { force: true }).catch(() => undefined);
}

async function matching(folder: string, names: readonly string[]): Promise<readonly string[]> {
  if (!names.some((name) => name.endsWith('*'))) return names;
  const all = await readdir(folder).catch(() => []);
  return all.filter((file) =>
    names.some((name) => (name.endsWith('*') ? file.startsWith(name.slice(0, -1)) : file === name)),
  );
}

async function tail(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString();
  } finally {
    await file.close();
  }
}
