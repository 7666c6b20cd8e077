/** Pilots that share the cache of the runs: large values go by way of it, and come by the stream where that fails. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cache, command, fileCache, keyOf, listRecords, pilots, type PilotsOptions, run } from 'somen/node';
import { expect, onTestFinished, test } from 'vitest';
import { large, total } from '../fixtures/pilot-tasks.mjs';
import { temporaryFolder } from '../support/pool.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';

const LENGTH = 300_000;

function lab(options: Partial<PilotsOptions>, argv = SOMEN_PILOT) {
  const executor = pilots({ launch: command(argv), slots: 2, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

/** A cache that counts what this process reads and writes of contents. */
function counted(folder: string): { readonly cache: Cache; readonly contents: string[] } {
  const inner = fileCache(folder);
  const contents: string[] = [];
  const note = (what: string, map: string): void => void (map === 'cas' && contents.push(what));
  const cache: Cache = {
    name: inner.name,
    url: inner.url,
    get: (map, name) => (note('read', map), inner.get(map, name)),
    put: (map, name, bytes) => (note('written', map), inner.put(map, name, bytes)),
    delete: (map, name) => inner.delete(map, name),
  };
  return { cache, contents };
}

/** Who computed each result. */
async function placesOf(cache: Cache): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for await (const { key, where } of listRecords(cache)) places.set(key, where ?? '');
  return places;
}

test('large results are stored and read by pilots alone: this process sees digests', async () => {
  const folder = await temporaryFolder();
  const { cache, contents } = counted(folder);
  const executor = lab({ cache });
  const [a, b] = [large(LENGTH, 1), large(LENGTH, 2)];
  expect(await run(total(a, b, a), { executor, cache, display: false })).toBe(4 * LENGTH);
  // By which pilots see that it is the same cache.
  expect(contents).toEqual(['written']);
  expect((await placesOf(fileCache(folder))).get(keyOf(a))).toMatch(/:\d+\/\d+$/);
  // Without pilots it is the same cache as ever.
  const again = run(a, { cache, display: false });
  expect((await again)[LENGTH - 1]).toBe(1);
  expect(again.summary.ran).toBe(0);
}, 60_000);

test('a pilot that does not reach the cache gets and sends values', async () => {
  const [here, there] = [await temporaryFolder(), await temporaryFolder()];
  const { cache, contents } = counted(here);
  const executor = lab({ cache, cacheThere: new URL(`file://${there}`).href });
  expect(await run(total(large(LENGTH, 3)), { executor, cache, display: false })).toBe(3 * LENGTH);
  expect(contents).toContain('written');
  expect(await readdir(there)).not.toContain('cas');
}, 60_000);

test('a content that has gone from the cache is computed again', async () => {
  const folder = await temporaryFolder();
  const cache = fileCache(folder);
  const executor = lab({ cache });
  await run(large(LENGTH, 5), { executor, cache, display: false });
  await rm(join(folder, 'cas'), { recursive: true });
  const running = run(total(large(LENGTH, 5)), { executor, cache, display: false });
  expect(await running).toBe(5 * LENGTH);
  expect(running.summary.ran).toBe(2);
}, 60_000);

test('a pilot that cannot write the cache sends its results, and they are stored here', async () => {
  const folder = await temporaryFolder();
  const { cache, contents } = counted(folder);
  // So many blocks of 512 bytes may a file have there.
  const argv = ['/bin/sh', '-c', 'ulimit -f 100; exec "$@"', 'sh', ...SOMEN_PILOT];
  const executor = lab({ cache }, argv);
  expect(await run(total(large(LENGTH, 7)), { executor, cache, display: false })).toBe(7 * LENGTH);
  expect(contents).toContain('written');
}, 60_000);
