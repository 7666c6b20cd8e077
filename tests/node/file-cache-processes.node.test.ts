/** Several processes on one folder of a `fileCache`, some of them killed. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileCache } from 'somen/node';
import { afterEach, beforeEach, expect, test } from 'vitest';

const WRITER = fileURLToPath(new URL('./fixtures/file-cache/writer.mjs', import.meta.url));
const KIBIBYTE = 1024;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-file-cache-processes-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('fileCache keeps every entry whole when processes write the same and different ones', async () => {
  const writers = [1, 2, 3, 4].map((seed) => startWriter(seed, 200, 20 * KIBIBYTE));
  for (const outcome of await Promise.all(writers.map((writer) => once(writer, 'exit'))))
    expect(outcome).toEqual([0, null]);
  // 100 that all of them wrote, and 100 of each writer's own.
  expect(await verifiedEntries()).toEqual({ ac: 500, cas: 500, temporary: 0 });
});

test(
  'fileCache leaves no damaged entry when its processes are killed while they write',
  { timeout: 60_000 },
  async () => {
    let entries = 0;
    for (let round = 0; round < 4; round++) {
      const writers = [1, 2, 3].map((seed) => startWriter(10 * round + seed, Infinity, 1024 * KIBIBYTE));
      await Promise.all(writers.map((writer, index) => written(writer, 5 * round + 3 * index + 1)));
      for (const writer of writers) writer.kill('SIGKILL');
      await Promise.all(writers.map((writer) => gone(writer)));
      const found = await verifiedEntries();
      expect(found.cas).toBeGreaterThan(entries);
      entries = found.cas;
    }
  },
);

test.runIf(process.platform === 'linux')(
  'fileCache writes everything when the process may open few files',
  async () => {
    // Node's loader opens all modules of the package at once; the writer, without a bound, would open 600 files.
    const command = `ulimit -n 200 && exec "$0" "$@"`;
    const writer = spawn('sh', ['-c', command, process.execPath, WRITER, folder, '1', '3000', '100', '300'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(writer, 'exit')).toEqual([0, null]);
    expect((await verifiedEntries()).temporary).toBe(0);
  },
);

function startWriter(seed: number, count: number, largest: number): ChildProcess {
  return fork(WRITER, [folder, String(seed), String(count), String(largest)], { execArgv: [] });
}

/** Resolves when a writer has reported so many entries. */
async function written(writer: ChildProcess, count: number): Promise<void> {
  for (let reports = 0; reports < count; reports++) await once(writer, 'message');
}

async function gone(writer: ChildProcess): Promise<void> {
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
}

/** Counts the files of both maps, after having read each, by itself and through a cache, and compared its digest. */
async function verifiedEntries(): Promise<{ ac: number; cas: number; temporary: number }> {
  const counts = { ac: 0, cas: 0, temporary: 0 };
  const cache = fileCache(folder);
  for (const map of ['ac', 'cas'] as const) {
    for (const shard of await readdir(join(folder, map))) {
      for (const file of await readdir(join(folder, map, shard))) {
        if (file.length !== 64) {
          counts.temporary++;
          continue;
        }
        const bytes = await readFile(join(folder, map, shard, file));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(file);
        expect(Buffer.compare((await cache.get(map, file)) ?? Buffer.of(), bytes)).toBe(0);
        counts[map]++;
      }
    }
  }
  return counts;
}
