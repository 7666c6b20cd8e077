/** What a `fileCache` keeps, where it has bounds. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cache, type CacheMap, fileCache, type FileCacheOptions, inline, run, schedule } from 'somen/node';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from './support/pool.ts';

const READER = fileURLToPath(new URL('./fixtures/file-cache/reader.mjs', import.meta.url));
const HOUR = 3_600_000;
const KIBIBYTE = 1024;

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Names in different folders. */
function nameOf(index: number): string {
  return (index * 37).toString(16).padStart(8, '0').split('').reverse().join('').padEnd(64, '0');
}

function pathOf(map: CacheMap, index: number): string {
  return join(folder, map, nameOf(index).slice(0, 2), nameOf(index));
}

/** Entries of 1 KiB, the first one last used that many hours ago, and each further one an hour less. */
async function fill(count: number, hours: number = count): Promise<void> {
  for (let index = 0; index < count; index++) {
    const path = pathOf(index % 2 === 0 ? 'ac' : 'cas', index);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, new Uint8Array(KIBIBYTE));
    const used = new Date(Date.now() - (hours - index) * HOUR);
    await utimes(path, used, used);
  }
}

/** Which of those are there. */
function left(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => existsSync(pathOf('ac', index)) || existsSync(pathOf('cas', index)),
  );
}

/** Writes an entry, and lets what has to go go. */
async function write(options: FileCacheOptions, size: number = KIBIBYTE): Promise<Cache> {
  const cache = fileCache(folder, options);
  await cache.put('ac', 'f'.repeat(64), new Uint8Array(size));
  await cache.close?.();
  return cache;
}

async function sizeOf(cache: Cache): Promise<number> {
  let total = 0;
  for (const map of ['ac', 'cas'] as const) for await (const { size } of cache.entries?.(map) ?? []) total += size;
  return total;
}

describe('fileCache with maxBytes', () => {
  test('removes what was not used for longest, and a tenth of the bound more', async () => {
    await fill(30);
    await write({ maxBytes: 20 * KIBIBYTE });
    // 18 KiB are left: the new entry, and the 17 that were used last.
    expect(left(30)).toEqual(Array.from({ length: 17 }, (_, index) => index + 13));
  });

  test('removes nothing when all fits', async () => {
    await fill(19);
    await write({ maxBytes: 20 * KIBIBYTE });
    expect(left(19)).toHaveLength(19);
  });

  test('removes no empty entries while all fits', async () => {
    for (const index of [0, 1, 2]) {
      await mkdir(dirname(pathOf('ac', index)), { recursive: true });
      await writeFile(pathOf('ac', index), '');
    }
    await write({ maxBytes: 20 * KIBIBYTE });
    expect(left(3)).toEqual([0, 1, 2]);
  });

  test('keeps what was read since, and what was put again', async () => {
    await fill(30);
    const reader = fileCache(folder);
    expect(await reader.get('ac', nameOf(2))).toHaveLength(KIBIBYTE);
    await reader.put('cas', nameOf(5), new Uint8Array(KIBIBYTE));
    await reader.close?.();
    await write({ maxBytes: 20 * KIBIBYTE });
    expect(left(30)).toEqual([2, 5, ...Array.from({ length: 15 }, (_, index) => index + 15)]);
  });

  test('holds while much is written', async () => {
    const cache = fileCache(folder, { maxBytes: 100 * KIBIBYTE });
    for (let index = 0; index < 500; index++) await cache.put('ac', nameOf(index), new Uint8Array(KIBIBYTE));
    await cache.close?.();
    const size = await sizeOf(cache);
    expect(size).toBeLessThanOrEqual(100 * KIBIBYTE);
    expect(size).toBeGreaterThan(80 * KIBIBYTE);
  });

  test('removes no file that is not an entry', async () => {
    await fill(10);
    const foreign = join(dirname(pathOf('ac', 0)), 'notes.txt');
    await writeFile(foreign, new Uint8Array(KIBIBYTE));
    await utimes(foreign, new Date(0), new Date(0));
    await write({ maxBytes: 1 });
    expect(left(10)).toEqual([]);
    expect(existsSync(foreign)).toBe(true);
  });

  test('leaves it to the process that is at it', async () => {
    await fill(30);
    await mkdir(join(folder, 'owners'));
    await mkdir(join(folder, 'claims'));
    await writeFile(join(folder, 'owners', 'other'), '');
    await link(join(folder, 'owners', 'other'), join(folder, 'claims', 'eviction'));
    await write({ maxBytes: KIBIBYTE });
    expect(left(30)).toHaveLength(30);
  });

  test('reads go on in other processes meanwhile: each finds an entry whole, or none', async () => {
    const readers = [startReader(), startReader()];
    await Promise.all(readers.map((reader) => once(reader, 'message')));
    const cache = fileCache(folder, { maxBytes: 50 * KIBIBYTE });
    for (let index = 0; index < 2000; index++) {
      await cache.put('cas', nameOf(index % 200), new Uint8Array(KIBIBYTE).fill(index % 200));
    }
    await cache.close?.();
    for (const reader of readers) {
      const report = once(reader, 'message');
      reader.send('report');
      const [found] = (await report) as [{ hits: number }];
      expect(found).toMatchObject({ damaged: 0, errors: [] });
      expect(found.hits).toBeGreaterThan(0);
    }
  });

  test('a run computes again what was removed', async () => {
    const numbers = schedule((n: number) => new Float64Array(1000).fill(n), { name: 'eviction/numbers', version: '1' });
    const cache = fileCache(folder, { maxBytes: 20_000 });
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 10; n++) {
        const running = run(numbers(n), { cache, executor: inline(), display: false });
        expect(await running).toEqual(new Float64Array(1000).fill(n));
      }
      await cache.close?.();
      expect(await sizeOf(cache)).toBeLessThanOrEqual(20_000);
    }
  });
});

describe('fileCache with maxAge', () => {
  test('removes what nobody used for so long', async () => {
    await fill(10);
    await write({ maxAge: 5.5 * HOUR });
    expect(left(10)).toEqual([5, 6, 7, 8, 9]);
  });

  test('keeps what is used', async () => {
    await fill(10);
    const cache = fileCache(folder, { maxAge: 5.5 * HOUR });
    expect(await cache.get('ac', nameOf(0))).toBeDefined();
    await cache.close?.();
    await write({ maxAge: 5.5 * HOUR });
    expect(left(10)).toEqual([0, 5, 6, 7, 8, 9]);
  });

  test('looks again when a tenth of it is over', async () => {
    const cache = await write({ maxAge: HOUR });
    await fill(1, 2);
    await cache.put('ac', nameOf(5), new Uint8Array(1));
    await cache.close?.();
    expect(left(1)).toEqual([0]);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + HOUR / 5);
    onTestFinished(() => clock.mockRestore());
    await cache.put('ac', nameOf(6), new Uint8Array(1));
    await cache.close?.();
    expect(left(1)).toEqual([]);
  });
});

describe('fileCache notes uses', () => {
  async function timeOf(index: number): Promise<number> {
    return (await stat(pathOf('ac', index))).mtimeMs;
  }

  test('of small and large entries, once an hour', async () => {
    await fill(1, 1.5);
    const cache = fileCache(folder);
    const before = await timeOf(0);
    await cache.get('ac', nameOf(0));
    await cache.close?.();
    const first = await timeOf(0);
    expect(first).toBeGreaterThan(before + HOUR);
    await cache.get('ac', nameOf(0));
    await cache.close?.();
    expect(await timeOf(0)).toBe(first);

    await writeFile(pathOf('ac', 0), new Uint8Array(KIBIBYTE * KIBIBYTE));
    await utimes(pathOf('ac', 0), 1, 1);
    await cache.get('ac', nameOf(0));
    await cache.close?.();
    expect(await timeOf(0)).toBeGreaterThan(before);
  });

  test('also where the clock was wrong when the entry was written', async () => {
    await fill(1, -1000);
    const cache = fileCache(folder);
    await cache.get('ac', nameOf(0));
    await cache.close?.();
    expect(await timeOf(0)).toBeLessThan(Date.now() + HOUR);
  });
});

test('fileCache throws a RangeError when a bound is not a number from 0 up', () => {
  for (const bound of [-1, Number.NaN]) {
    expect(() => fileCache(folder, { maxBytes: bound })).toThrow(RangeError);
    expect(() => fileCache(folder, { maxAge: bound })).toThrow(RangeError);
  }
});

function startReader(): ChildProcess {
  const reader = fork(READER, [folder, '200'], { execArgv: [] });
  onTestFinished(() => void reader.kill('SIGKILL'));
  return reader;
}
