/** What a profile says, made into options: its executor, its cache, and the rest. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cache } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { checkNames, hasMethods } from '../core/options.ts';
import { checkRuntimeOptions, RUNTIME_OPTIONS, type RuntimeOptions } from '../core/runtime.ts';
import { describe } from '../core/task.ts';
import { messageOf } from '../core/warnings.ts';
import { openCache } from './open-cache.ts';
import { expanded, isObject, ProfileData } from './profile-data.ts';
import { makeExecutor } from './profile-executors.ts';
import type { Profile } from './profile.ts';

/** Members that are one of some words. */
const WORDS: Readonly<Record<string, readonly unknown[]>> = {
  onError: ['stop', 'continue'],
  store: ['all', 'hinted'],
  lookup: ['root-first', 'leaf-first'],
};

/** A profile as it stands in a file. */
export interface FoundProfile {
  readonly profile: Profile;
  readonly name: string;
  readonly file: string;
  /** Whether it is data: then texts in it may name environment variables, and numbers may be texts. */
  readonly isData: boolean;
}

/** @throws (rejects) SomenError where it is not what it should be, or its executor or cache cannot be made */
export async function makeProfile({ profile, name, file, isData }: FoundProfile): Promise<RuntimeOptions> {
  const what = `Cannot use the profile '${name}' of ${file}`;
  try {
    checkNames(profile, RUNTIME_OPTIONS, 'there is a member');
    for (const [member, words] of Object.entries(WORDS)) checkWord(member, words, profile[member as keyof Profile]);
    const { executor, cache, ...others } = profile;
    const made = cache === undefined ? undefined : await cacheOf(cache, what, dirname(file));
    const options = {
      ...(isData ? fromData(others, what) : others),
      ...(executor !== undefined && { executor: await executorOf(executor, what, made) }),
      ...(made !== undefined && { cache: made }),
    };
    checkRuntimeOptions(options);
    return options;
  } catch (error) {
    if (error instanceof SomenError && error.message.startsWith(what)) throw error;
    throw new SomenError('ERR_PROFILE', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

function checkWord(member: string, words: readonly unknown[], value: unknown): void {
  if (value === undefined || words.includes(value)) return;
  throw new RangeError(`${member} is ${describe(value)}, it must be '${words.join("' or '")}'`);
}

/** What JSON can say beside executor and cache. */
function fromData(others: object, what: string): RuntimeOptions {
  const data = new ProfileData(expanded(others, what) as Readonly<Record<string, unknown>>, what);
  const { display, history, ...options } = data.options({
    concurrency: 'number',
    limits: 'numbers',
    display: 'flag',
    history: 'flag',
    onError: 'text',
    store: 'text',
    lookup: 'text',
  });
  for (const [name, value] of Object.entries({ display, history }))
    if (value === true) data.refuse(name, 'is true, it can only be false. Leave it out');
  return {
    ...(options as RuntimeOptions),
    ...(display === false && { display }),
    ...(history === false && { history }),
  };
}

async function executorOf(
  given: NonNullable<Profile['executor']>,
  what: string,
  cache: Cache | undefined,
): Promise<Executor> {
  const made = typeof given === 'function' ? await given(withCache(cache)) : given;
  if (hasMethods(made, 'open')) return made as Executor;
  if (isObject(made)) {
    const data = expanded(made, what, 'executor') as Readonly<Record<string, unknown>>;
    return makeExecutor(new ProfileData(data, what, 'executor'), cache);
  }
  throw new TypeError(
    `executor is ${describe(made)}. Write { "type": "workers", "size": 4 }, or in code () => workers({ size: 4 })`,
  );
}

function withCache(cache: Cache | undefined): { readonly cache: Cache } {
  return {
    get cache() {
      if (cache !== undefined) return cache;
      throw new TypeError(
        "executor takes the profile's cache, and there is none. Add cache: 'file:.somen', or another one",
      );
    },
  };
}

async function cacheOf(given: NonNullable<Profile['cache']>, what: string, folder: string): Promise<Cache> {
  const made = typeof given === 'function' ? await given() : given;
  if (typeof made !== 'string') return made;
  const url = expanded(made, what, 'cache') as string;
  return openCache(url.startsWith('file:') ? new URL(url, pathToFileURL(`${folder}/`)).href : url);
}
