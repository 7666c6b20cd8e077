/** What a profile is: an executor and a cache under a name, in a file of the project. (Seed 001: one configuration for each machine.) */
import type { Cache } from '../core/cache.ts';
import type { Executor } from '../core/executor.ts';
import type { RuntimeOptions } from '../core/runtime.ts';
import type { ExecutorData } from './profile-executors.ts';

/** Makes the executor of a profile, with the profile's cache, which it may want to use, too (a TypeError where it has none). */
export type MakeProfileExecutor = (profile: {
  readonly cache: Cache;
}) => Executor | ExecutorData | Promise<Executor | ExecutorData>;

/** A place to run: an executor and a cache, and whatever else runs may be told. */
export interface Profile extends Omit<RuntimeOptions, 'executor' | 'cache'> {
  /**
   * Where jobs run: an executor, or data that describe one, or a function that makes either when the profile is first
   * used; it is given the cache of the profile. @default as without a profile
   */
  readonly executor?: Executor | ExecutorData | MakeProfileExecutor;
  /**
   * What remembers results: a cache, or the URL of one (see `openCache`; a relative `file:` is taken from the folder of the
   * file), or a function that makes either. @default none
   */
  readonly cache?: Cache | string | (() => Cache | string | Promise<Cache | string>);
}

/** What a file of profiles holds. */
export interface ProfileConfig<Name extends string = string> {
  /** By the names by which they are chosen. */
  readonly profiles: Readonly<Record<Name, Profile>>;
  /** The one that `somen run` uses where none is named. Plain `node` uses none then. @default none */
  readonly default?: NoInfer<Name>;
}

/** Which profile a run uses. */
export interface ProfileChoice {
  /**
   * A profile of `somen.config.ts` (or `.mts`, `.js`, `.mjs`, `.json`) in the working directory or above it, up to the
   * folder of the repository or the package. What else is given here wins over what the profile says. Runs on the same
   * profile share its executor and its cache. In a worker it does not count. @default the environment variable `SOMEN_ON`
   */
  readonly on?: string;
}

/**
 * The default export of `somen.config.ts`. Nothing of a profile is made before it is chosen, where functions make it.
 * Secrets belong in the environment.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   profiles: {
 *     laptop: { cache: 'file:.somen' },
 *     lab: { executor: () => pilots({ launch: ssh('ada@lab3', { cwd: 'my-project' }) }) },
 *     cluster: {
 *       cache: () => fileCache('/scratch/ada/somen'),
 *       executor: ({ cache }) => pilots({ launch: slurm({ cpus: 16, time: '1:00:00' }), max: 20, cache }),
 *     },
 *   },
 *   default: 'laptop',
 * });
 * ```
 */
export function defineConfig<const Name extends string>(config: ProfileConfig<Name>): ProfileConfig<Name> {
  return config;
}
