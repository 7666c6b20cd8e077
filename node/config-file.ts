/** The file of profiles: where it is, and what stands in it. */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { SomenError } from '../core/errors.ts';
import { checkNames } from '../core/options.ts';
import { describe } from '../core/task.ts';
import { messageOf } from '../core/warnings.ts';
import { isObject } from './profile-data.ts';
import { refuseSecrets, refuseSecretsInCode } from './profile-secrets.ts';
import type { Profile, ProfileConfig } from './profile.ts';
import { importModule } from './typescript.ts';

/** Its names, the one that counts first. */
const NAMES: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.json'].map((ending) => `somen.config${ending}`);

/** What stands in it. */
export interface ConfigFile {
  readonly path: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly default: string | undefined;
  /** Whether it is JSON, in which nothing can be computed. */
  readonly isData: boolean;
}

/**
 * The nearest one, from a folder upwards: up to the folder of the repository (`.git`), else of the package
 * (`package.json`), else only in that folder. Code of strangers above is not run.
 */
export function findConfig(folder: string = process.cwd()): string | undefined {
  for (const each of foldersToLook(folder))
    for (const name of NAMES) {
      const path = join(each, name);
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
    }
  return undefined;
}

/** As `findConfig`. @throws SomenError where there is none, with where it was looked for */
export function neededConfig(what: string): string {
  const path = findConfig();
  if (path !== undefined) return path;
  const folders = foldersToLook(process.cwd());
  const where = folders.length === 1 ? folders[0] : `${folders[0]} and above, up to ${folders.at(-1)}`;
  throw new SomenError('ERR_PROFILE', `${what}: there is no ${NAMES.join(', ')} in ${where}`);
}

function foldersToLook(folder: string): readonly string[] {
  const folders = [folder];
  for (let last = folder, next = dirname(folder); next !== last; last = next, next = dirname(next)) folders.push(next);
  const index = (name: string): number => folders.findIndex((each) => existsSync(join(each, name)));
  const top = Math.max(index('.git') >= 0 ? index('.git') : index('package.json'), 0);
  return folders.slice(0, top + 1);
}

/**
 * Reads it. Code in it runs; neither code nor data may hold secrets.
 * @throws (rejects) SomenError where it cannot be read, is not what it should be, or holds a secret
 */
export async function loadConfig(path: string): Promise<ConfigFile> {
  const isData = extname(path) === '.json';
  const config = isData ? await readJson(path) : await readModule(path);
  const what = `Cannot use ${path}`;
  if (!isObject(config) || !isObject(config['profiles']))
    throw new SomenError(
      'ERR_PROFILE',
      `${what}: it gives ${describe(config)}, without profiles. Write ${isData ? '{ "profiles": { "laptop": { ... } } }' : 'export default defineConfig({ profiles: { laptop: { ... } } })'}`,
    );
  checkNames(config, { profiles: true, default: true }, `${what}: it has a member`);
  const { profiles, default: name } = config as unknown as ProfileConfig;
  for (const [each, profile] of Object.entries(profiles))
    if (!isObject(profile))
      throw new SomenError('ERR_PROFILE', `${what}: its profile '${each}' is ${describe(profile)}, not an object`);
  if (name !== undefined && !Object.hasOwn(profiles, name))
    throw new SomenError(
      'ERR_PROFILE',
      `${what}: its default is ${describe(name)}, which is none of its profiles: ${Object.keys(profiles).join(', ')}`,
    );
  return { path, profiles, default: name, isData };
}

async function readJson(path: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new SomenError('ERR_PROFILE', `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  refuseSecrets(path, value);
  return value;
}

async function readModule(path: string): Promise<unknown> {
  try {
    refuseSecretsInCode(path, await readFile(path, 'utf8'));
    const { default: exported } = await importModule(path);
    // A module that was made CommonJS has its exports as the default one.
    return isObject(exported) && exported['__esModule'] === true ? exported['default'] : exported;
  } catch (error) {
    if (error instanceof SomenError) throw error;
    throw new SomenError('ERR_PROFILE', `Cannot load ${path}: ${messageOf(error)}`, { cause: error });
  }
}
