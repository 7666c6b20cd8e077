/** Which profile a run uses, and what it says. */
import { nearest } from '../core/nearest.ts';
import { SomenError } from '../core/errors.ts';
import { realm } from '../core/realm.ts';
import type { LaterOptions, RuntimeOptions } from '../core/runtime.ts';
import { describe } from '../core/task.ts';
import { findConfig, loadConfig, neededConfig, type ConfigFile } from './config-file.ts';
import { makeProfile, type FoundProfile } from './profile-making.ts';
import type { ProfileChoice } from './profile.ts';

/**
 * Options without the choice of a profile, and what that profile says, to be asked for when a run begins.
 * @throws TypeError where the profile's name is no text
 */
export function withoutChoice<T extends ProfileChoice>(
  options: T,
): { readonly others: Omit<T, 'on'>; readonly later: LaterOptions | undefined } {
  const { on, ...others } = options;
  if (on !== undefined && (typeof on !== 'string' || on === ''))
    throw new TypeError(
      `Cannot run on ${describe(on)}: on must be the name of a profile. Write on: 'cluster', and describe it in somen.config.ts`,
    );
  // A worker that imports the script computes nothing but what it is given.
  const name = realm().worker === undefined ? (on ?? chosenByEnvironment()) : undefined;
  return { others, later: name === undefined ? undefined : () => profileOptions(name) };
}

/** Not where the command line has chosen one already. */
function chosenByEnvironment(): string | undefined {
  if (realm().defaults?.options !== undefined) return undefined;
  const name = process.env['SOMEN_ON'] ?? '';
  return name === '' ? undefined : name;
}

/**
 * What the profile says that a command line names, else the environment, else the file itself. Nothing where none does.
 * @throws (rejects) SomenError where there is no such profile, or it cannot be made
 */
export async function commandOptions(on: string | undefined): Promise<RuntimeOptions> {
  const name = on ?? chosenByEnvironment() ?? (await defaultName());
  return name === undefined ? {} : profileOptions(name);
}

async function defaultName(): Promise<string | undefined> {
  const path = findConfig();
  return path === undefined ? undefined : (await loadConfig(path)).default;
}

/**
 * What a profile says, with its executor and cache made; the same ones each time.
 * @throws (rejects) SomenError where there is no such profile, or it cannot be made
 */
async function profileOptions(name: string): Promise<RuntimeOptions> {
  const path = neededConfig(`Cannot run on '${name}'`);
  const made = (realm().profiles ??= new Map());
  const key = `${name} of ${path}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const making = loadConfig(path).then((config) => makeProfile(findProfile(config, name)));
  made.set(key, making);
  // What was missing may be there the next time.
  making.catch(() => made.delete(key));
  return making;
}

/** @throws SomenError where there is none of that name, with the one that was meant */
function findProfile({ path, profiles, isData }: ConfigFile, name: string): FoundProfile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return { profile, name, file: path, isData };
  const names = Object.keys(profiles);
  const guess = nearest(name, names);
  throw new SomenError(
    'ERR_PROFILE',
    `Cannot run on '${name}': ${path} has no such profile. ${guess === undefined ? '' : `Did you mean '${guess}'? `}There ${names.length === 0 ? 'are none' : `are ${names.join(', ')}`}`,
  );
}
