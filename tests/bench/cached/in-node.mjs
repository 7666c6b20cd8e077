/**
 * Caches in Node. Each contestant is in a process of its own. Nothing is removed before the bench is over: ext4 takes ten
 * times as long to create files when many were removed in the minutes before. The collection of garbage that precedes
 * each sample takes the machine code of a runtime along that is not there, so a sample is several runs.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fileCache, memoryCache } from '../../../dist/node/index.js';
import { timed } from '../support/measure.mjs';
import { median } from '../support/statistics.mjs';
import { fillFolder } from './fill.mjs';
import { memos, somen } from './memos.mjs';

/**
 * Calls that are remembered: microseconds each.
 * @param {{ name: string, count: number, home: string }} options
 */
export async function openHits({ name, count, home }) {
  const memo = memos[name](await folderIn(home));
  await memo.run(0, count, 'ran');
  await memo.run(0, count, 'retrieved');
  const once = async () => ((await timed(() => memo.run(0, count, 'retrieved'))) * 1000) / count;
  return { sample: () => medianOf(once, count > 10_000 ? 1 : RUNS), close: () => memo.close() };
}

/**
 * Calls that are not remembered yet, until their results are: microseconds each.
 * @param {{ name: string, count: number, home: string }} options
 */
export async function openMisses({ name, count, home }) {
  const sample = async () => {
    const memo = memos[name](await folderIn(home));
    // What is opened on first use.
    await memo.run(0, 100, 'ran');
    const taken = await timed(() => memo.run(100, count + 100, 'ran'));
    await memo.close();
    return (taken * 1000) / count;
  };
  await sample();
  return { sample, close: async () => undefined };
}

/**
 * Remembered calls, in a folder that a new cache and a new runtime open: microseconds each. `others` more entries stand in
 * the folder.
 * @param {{ count: number, others: number, home: string }} options
 */
export async function openFolder({ count, others, home }) {
  const folder = await folderIn(home);
  await fillFolder(folder, count, others);
  const once = async () => {
    const memo = memos['somen, fileCache'](folder);
    const taken = await timed(() => memo.run(0, count, 'retrieved'));
    await memo.close();
    return (taken * 1000) / count;
  };
  return { sample: () => medianOf(once), close: async () => undefined };
}

/** Whether caches on disk keep a history. */
export async function keepsHistory() {
  return fileCache(tmpdir()).history !== undefined;
}

/**
 * Remembered calls, with a history or without, until that is written: microseconds each.
 * @param {{ kept: boolean, count: number, home: string }} options
 */
export async function openHistory({ kept, count, home }) {
  const { history } = fileCache(await folderIn(home));
  // What the values cost is not of interest, and would be the larger part.
  const memory = memoryCache();
  const cache = {
    name: 'memory',
    get: (map, name) => memory.get(map, name),
    put: (map, name, bytes) => memory.put(map, name, bytes),
    delete: (map, name) => memory.delete(map, name),
    history,
  };
  const filling = somen(cache, { history: false });
  await filling.run(0, count, 'ran');
  await filling.close();
  const once = async () => {
    const memo = somen(cache, kept ? {} : { history: false });
    const taken = await timed(async () => {
      await memo.run(0, count, 'retrieved');
      await memo.close();
      await history.close();
    });
    return (taken * 1000) / count;
  };
  return { sample: () => medianOf(once, RUNS), close: async () => undefined };
}

/** A sample is the median of the runs that fill so many milliseconds, but of so many at least. */
const SAMPLE = 500;
const RUNS = 7;

/**
 * @param {() => Promise<number>} once
 * @param {number} least
 */
async function medianOf(once, least = 1) {
  const taken = [];
  for (const end = performance.now() + SAMPLE; taken.length < least || performance.now() < end;)
    taken.push(await once());
  return median(taken);
}

/** @param {string} home */
function folderIn(home) {
  return mkdtemp(join(home, 'cache-'));
}
