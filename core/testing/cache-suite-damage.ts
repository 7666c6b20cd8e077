/**
 * Cases of the cache suite: damage. What a disk, a network or a crash can do to an entry is done to those of a small
 * workflow, which is then run again: it must come to the right values, compute what was lost, and store it again.
 */
import type { Cache, CacheMap } from '../cache.ts';
import type { Display } from '../display.ts';
import { CHUNK_SIZE } from '../hasher.ts';
import { digest, encode, inline, keyOf, run } from '../index.ts';
import { tasks, type Functions } from '../schedule.ts';
import type { Scheduled } from '../scheduled.ts';
import { digestOf, using, type Check, type Checks, type Corrupt, type Open } from './cache-checks.ts';
import { expectEqual } from './expectations.ts';

/** What happens to stored bytes; `undefined`: they are gone. */
type Change = (bytes: Uint8Array) => Uint8Array | undefined;

/** Tasks whose results stand in their record, in a content, and in chunks. */
interface DamageFunctions {
  readonly small: (n: number) => number;
  readonly medium: (n: number) => Uint8Array;
  readonly large: (n: number) => Uint8Array;
}

const FUNCTIONS: DamageFunctions = {
  small: (n) => n * n,
  medium: (n) => new Uint8Array(5000).map((_, index) => index * n),
  large: (n) => new Uint8Array(CHUNK_SIZE + 5000).fill(n),
};

const { small, medium, large }: { readonly [K in keyof DamageFunctions]: Scheduled<DamageFunctions[K]> } = tasks<
  Functions & DamageFunctions
>('somen/testing/damage', FUNCTIONS as Functions & DamageFunctions, { version: '1' });

const DAMAGES: Readonly<Record<string, Change>> = {
  'that is gone': () => undefined,
  'that is empty': () => new Uint8Array(0),
  'that is cut off in the middle': (bytes) => bytes.slice(0, bytes.length >> 1),
  'that lacks its last byte': (bytes) => bytes.slice(0, -1),
  'that has a byte too many': (bytes) => Uint8Array.from([...bytes, 0]),
  'whose end was never written': (bytes) => bytes.map((byte, index) => (index < bytes.length >> 1 ? byte : 0)),
  'whose first byte is another one': (bytes) => flip(bytes, 0),
  'with another byte in the middle': (bytes) => flip(bytes, bytes.length >> 1),
  'whose last byte is another one': (bytes) => flip(bytes, bytes.length - 1),
  'of nothing but zeros': (bytes) => new Uint8Array(bytes.length),
};

/** With one cache whose storage can be changed behind its back. */
export const DAMAGE: Checks = {
  ...Object.fromEntries(
    Object.entries(DAMAGES).flatMap(([what, change]): [string, Check][] => [
      [`heals a record ${what}`, (...means) => heals(means, 'ac', keyOf(small(3)), change)],
      [`heals a content ${what}`, (...means) => heals(means, 'cas', digest(FUNCTIONS.medium(3)), change)],
    ]),
  ),
  'heals a content that belongs to another digest': (...means) =>
    heals(means, 'cas', digest(FUNCTIONS.medium(3)), () => encode(FUNCTIONS.medium(4))),
  'heals a record that belongs to another key': recordOfAnother,
  'heals a chunk that is cut off': (...means) =>
    heals(
      means,
      'cas',
      digestOf(encode(FUNCTIONS.large(3)).slice(0, CHUNK_SIZE)),
      (bytes) => bytes.slice(0, 1000),
      runLarge,
    ),
  'heals a list of chunks that names another one': (...means) =>
    heals(means, 'cas', digest(FUNCTIONS.large(3)), (bytes) => flip(bytes, 40), runLarge),
};

/** Runs a workflow, of which so many jobs are computed and all others found. */
type RunIt = (cache: Cache, computed: number, when: string) => Promise<void>;

async function heals(
  [open, corrupt]: [Open, Corrupt],
  map: CacheMap,
  name: string,
  change: Change,
  runIt: RunIt = runTwo,
): Promise<void> {
  await using(open, async (cache) => {
    await runIt(cache, Infinity, 'the first time');
    await corrupt(map, name, change);
    await runIt(cache, 1, 'after the damage');
    await runIt(cache, 0, 'after that');
  });
}

async function recordOfAnother(open: Open, corrupt: Corrupt): Promise<void> {
  await using(open, async (cache) => {
    await runTwo(cache, Infinity, 'the first time');
    const other = await cache.get('ac', keyOf(medium(3)));
    await corrupt('ac', keyOf(small(3)), () => other);
    await runTwo(cache, 1, 'after the damage');
    await runTwo(cache, 0, 'after that');
  });
}

async function runTwo(cache: Cache, computed: number, when: string): Promise<void> {
  const values = await runOne(cache, [small(3), medium(3)], Math.max(0, 2 - computed), when);
  expectEqual(values, [FUNCTIONS.small(3), FUNCTIONS.medium(3)], `the values, ${when}`);
}

async function runLarge(cache: Cache, computed: number, when: string): Promise<void> {
  const value = await runOne(cache, large(3), Math.max(0, 1 - computed), when);
  expectEqual(digest(value), digest(FUNCTIONS.large(3)), `the digest of the value, ${when}`);
}

/** Damage is nothing to warn of. */
async function runOne(cache: Cache, workflow: unknown, found: number, when: string): Promise<unknown> {
  const warnings: string[] = [];
  const display: Display = { log: () => undefined, warning: (message) => void warnings.push(message) };
  const running = run(workflow, { cache, executor: inline(), display });
  const value = await running;
  // What is written behind is there then.
  await cache.close?.();
  expectEqual(running.summary.retrieved, found, `how many results were found, ${when}`);
  expectEqual(warnings, [], `the warnings, ${when}`);
  return value;
}

function flip(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, position) => (position === index ? byte ^ 0x10 : byte));
}
