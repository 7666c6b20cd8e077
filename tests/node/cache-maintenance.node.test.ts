/** Maintenance of folders that other processes use. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheStats, collectGarbage, fileCache, staticFolder, verifyCache } from 'somen/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putContent, putRecord } from '../core/support/stored-records.js';

const RUNNER = fileURLToPath(new URL('./fixtures/maintenance/runner.mjs', import.meta.url));
const HOUR = 3_600_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-maintenance-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([['fileCache'], ['staticFolder']])(
  'collectGarbage costs no result when other processes read and write a %s meanwhile',
  { timeout: 60_000 },
  async (kind) => {
    const cache = kind === 'fileCache' ? fileCache(folder) : staticFolder(folder);
    const runners = [0, 1].map(() => fork(RUNNER, [folder, '25', kind], { execArgv: [] }));
    const exits = Promise.all(runners.map((runner) => once(runner, 'exit')));
    let [collections, removed, isOver] = [0, 0, false];
    const ended = exits.then(() => (isOver = true));
    while (!isOver) {
      const report = await collectGarbage(cache, { maxBytes: 60_000, grace: 0 });
      collections++;
      removed += report.removedRecords;
    }
    await ended;
    expect(await exits).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(collections).toBeGreaterThan(3);
    expect(removed).toBeGreaterThan(50);
    expect((await verifyCache(cache)).damaged).toEqual([]);
    await collectGarbage(cache, { maxBytes: 0, grace: 0 });
    expect(await cacheStats(cache)).toMatchObject({ ac: { count: 0 }, cas: { count: 0 } });
  },
);

test('maintenance of a fileCache counts for no use, so that what nobody uses can go', async () => {
  const cache = fileCache(folder);
  const key = await putRecord(cache, 'one', { content: await putContent(cache, new Uint8Array(5_000_000)) });
  const path = join(folder, 'ac', key.slice(0, 2), key);
  const old = new Date(Date.now() - 5 * HOUR);
  await utimes(path, old, old);
  await cacheStats(cache);
  await verifyCache(cache);
  await collectGarbage(cache, { maxAge: 6 * HOUR });
  await cache.close?.();
  expect(Math.round((await stat(path)).mtimeMs)).toBe(old.getTime());
  await collectGarbage(cache, { maxAge: 4 * HOUR });
  expect(await cacheStats(cache)).toMatchObject({ ac: { count: 0 }, cas: { count: 0 } });
});
