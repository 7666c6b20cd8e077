/**
 * What every cache must do, as cases that any test runner can register. The caches of this package pass it, and so
 * must one that you write: core relies on each of these.
 */
import type { Awaitable, Cache, CacheMap } from '../cache.ts';
import type { Check, Checks } from './cache-checks.ts';
import { CLAIMS, SHARED_CLAIMS } from './cache-suite-claims.ts';
import { CLOCK } from './cache-suite-clock.ts';
import { DAMAGE } from './cache-suite-damage.ts';
import { ENTRIES } from './cache-suite-entries.ts';
import { LARGE } from './cache-suite-large.ts';
import { LISTING, SHARED_LISTING } from './cache-suite-listing.ts';
import { SHARING } from './cache-suite-sharing.ts';
import { expectEqual } from './expectations.ts';

/** One case of a suite. */
export interface SuiteCase {
  /** What is expected, as a sentence without its subject: `returns undefined for a missing entry`. */
  readonly name: string;
  /** How long it may take, in milliseconds, for test runners that stop what takes longer. */
  readonly timeout: number;
  /** Rejects, with an `Error` that tells what was found instead, where the cache does not do so. */
  run(): Promise<void>;
}

/** Options of {@link cacheSuite}: what the cache can do beside keeping entries, and what its storage allows. */
export interface CacheSuiteOptions {
  /**
   * Whether two caches opened on one storage share their entries, also after the first was closed: true for files
   * and databases, false for memory.
   * @default false
   */
  readonly persistent?: boolean;
  /** Whether the cache has `claim`. @default false */
  readonly claims?: boolean;
  /** Whether the cache has `entries`. @default false */
  readonly entries?: boolean;
  /**
   * Changes what is stored under a name, behind the cache's back: what `change` makes of it stands there afterwards, or
   * nothing, where it returns `undefined`. With this, damage must be found and healed.
   * @default none
   */
  readonly corrupt?: (
    storage: string,
    map: CacheMap,
    name: string,
    change: (bytes: Uint8Array) => Uint8Array | undefined,
  ) => Awaitable<void>;
  /** Whether to try 100,000 entries: with files, half a minute. @default false */
  readonly large?: boolean;
}

/** On a busy machine, and over a network; with 100,000 entries. In milliseconds. */
const TIMEOUT = 60_000;
const LARGE_TIMEOUT = 180_000;

/**
 * The cases that every cache must pass.
 *
 * @param open Opens a cache on the storage of the given name (letters, digits and hyphens; a folder or a database,
 * say), which is empty unless this suite opened it before. Each case uses one of its own.
 * @example
 * ```ts
 * import { test } from 'vitest';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'caches-'));
 * const cases = cacheSuite((storage) => fileCache(join(folder, storage)), {
 *   persistent: true,
 *   claims: true,
 *   entries: true,
 *   large: true,
 *   async corrupt(storage, map, name, change) {
 *     const path = join(folder, storage, map, name.slice(0, 2), name);
 *     const bytes = change(new Uint8Array(await readFile(path)));
 *     await (bytes === undefined ? rm(path) : writeFile(path, bytes));
 *   },
 * });
 * for (const { name, timeout, run } of cases) test(`fileCache ${name}`, { timeout }, run);
 * ```
 */
export function cacheSuite(open: (storage: string) => Awaitable<Cache>, options: CacheSuiteOptions = {}): SuiteCase[] {
  // Random as well, since a browser keeps the databases of earlier runs.
  const session = Math.random().toString(36).slice(2);
  return Object.entries(checksOf(options)).map(([name, check], index) => {
    const storage = `suite-${session}-${index}`;
    return {
      name,
      timeout: name in LARGE ? LARGE_TIMEOUT : TIMEOUT,
      run: () =>
        check(
          () => open(storage),
          async (map, entry, change) => options.corrupt?.(storage, map, entry, change),
        ),
    };
  });
}

function checksOf({ persistent = false, claims = false, entries = false, large = false, corrupt }: CacheSuiteOptions) {
  const has: Check = async (open) => {
    const cache = await open();
    await cache.close?.();
    expectEqual(
      { claims: cache.claim !== undefined, entries: cache.entries !== undefined },
      { claims, entries },
      'what it has',
    );
  };
  const checks: Record<string, Check> = { 'has the methods that the options of this suite name': has };
  const add = (...more: readonly Checks[]): unknown => Object.assign(checks, ...more);
  add(ENTRIES, CLOCK);
  if (persistent) add(SHARING);
  if (claims) add(CLAIMS, persistent ? SHARED_CLAIMS : {});
  if (entries) add(LISTING, persistent ? SHARED_LISTING : {});
  if (corrupt !== undefined) add(DAMAGE);
  if (large) add(LARGE);
  return checks;
}
