import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atMost, figure, times } from '../support/bench.mjs';
import { compare } from '../support/measure.mjs';

const MODULE = new URL('in-node.mjs', import.meta.url);
/** What keys the ways in `memos.mjs`, which is not imported here: it loads all peers. The first of each group is ours. */
const IN_MEMORY = ['somen, memoryCache', 'a Map, keyed by SHA-1 of JSON', 'keyv, in memory'];
const ON_DISK = ['somen, fileCache', 'a file a key', 'a file a key, synchronous', 'cacache', 'keyv, keyv-file'];
const WITHOUT = 'somen, no cache';
/** Microseconds a call, and seconds for 100,000. */
const GOAL = { memory: 5, file: 60, fileMiss: 120, indexedDb: 150, many: 6, flat: 1.5, history: 2 };

/** @type {import('../support/bench.mjs').Bench} */
export const cached = {
  name: 'cached',
  about: 'calls that a cache remembers',
  async run(scale, lab) {
    const home = await mkdtemp(join(tmpdir(), 'somen-bench-'));
    try {
      return [
        await callsTable(scale, lab, home),
        await pageTable(scale, lab),
        await historyTable(scale, lab, home),
        await manyTable(scale, lab, home),
        await sizesTable(scale, lab, home),
      ];
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @param {string} home the folder of all caches
 */
async function callsTable({ quick, rounds }, lab, home) {
  const [count, fewer] = quick ? [1000, 200] : [10_000, 2000];
  const names = [...IN_MEMORY, ...ON_DISK];
  const hits = await inTurn(
    { lab, home, rounds },
    'openHits',
    Object.fromEntries(names.map((name) => [name, { name, count }])),
  );
  const misses = await inTurn(
    { lab, home, rounds },
    'openMisses',
    Object.fromEntries([WITHOUT, ...names].map((name) => [name, { name, count: fewer }])),
  );
  const adds = (name) => misses[name] - (name.startsWith('somen') ? misses[WITHOUT] : 0);
  const row = (name, ours, goals = []) => ({
    cells: [
      name,
      figure(hits[name], 'us'),
      times(hits[name] / hits[ours]),
      figure(adds(name), 'us'),
      times(adds(name) / adds(ours)),
    ],
    goals,
  });
  const [memory] = IN_MEMORY;
  const [file] = ON_DISK;
  return {
    title: `${count.toLocaleString('en')} calls of a no-op task with a cache, inline, a call`,
    note:
      `Hit: found in the cache; keys, records and their checks included. A miss adds (${fewer.toLocaleString('en')} calls): a run that stores ` +
      'all results in an empty cache, until all is written, minus the same run without a cache. The others: the SHA-1 of ' +
      'the JSON of the arguments as the key, 128 calls at a time, nothing verified but by cacache. The files are in the page cache.',
    columns: ['', 'hit', 'it / somen', 'a miss adds', 'it / somen'],
    rows: [
      row(memory, memory, [atMost('hit', hits[memory], GOAL.memory, 'us')]),
      ...IN_MEMORY.slice(1).map((name) => row(name, memory)),
      row(file, file, [atMost('hit', hits[file], GOAL.file, 'us'), atMost('miss', adds(file), GOAL.fileMiss, 'us')]),
      ...ON_DISK.slice(1).map((name) => row(name, file)),
    ],
  };
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 */
async function pageTable({ quick, rounds }, lab) {
  const count = quick ? 500 : 5000;
  const options = { count, rounds };
  const { hit, store } = await lab.inPage(new URL('in-page.mjs', import.meta.url), 'measureInPage', options);
  const ours = 'somen, indexedDbCache';
  return {
    title: `${count.toLocaleString('en')} calls with a cache in Chromium, inline, a call`,
    note: 'By hand: SHA-1 of JSON by `subtle`, `get` and `put` of the number itself, 128 calls at a time.',
    columns: ['', 'hit', 'it / somen', 'ran and stored', 'it / somen'],
    rows: Object.keys(hit).map((name) => ({
      cells: [
        name,
        figure(hit[name], 'us'),
        times(hit[name] / hit[ours]),
        figure(store[name], 'us'),
        times(store[name] / store[ours]),
      ],
      goals: name === ours ? [atMost('hit', hit[name], GOAL.indexedDb, 'us')] : [],
    })),
  };
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @param {string} home the folder of all caches
 */
async function manyTable({ quick, rounds }, lab, home) {
  const count = quick ? 5000 : 100_000;
  const peer = 'a file a key, synchronous';
  const [ours] = ON_DISK;
  const taken = {
    ...(await inTurn({ lab, home, rounds }, 'openFolder', { [ours]: { count, others: 0 } })),
    ...(await inTurn({ lab, home, rounds }, 'openHits', { [peer]: { name: peer, count } })),
  };
  return {
    title: `${count.toLocaleString('en')} calls, all in the cache on disk`,
    note: 'With a new cache and a new runtime each time, as a program has them that is run again.',
    columns: ['', 'all', 'a call', 'it / somen'],
    rows: Object.entries(taken).map(([name, each]) => ({
      cells: [name, figure((each * count) / 1e6, 's'), figure(each, 'us'), times(each / taken[ours])],
      goals: name === ours ? [atMost('all', (each * count) / 1e6, (GOAL.many * count) / 1e5, 's')] : [],
    })),
  };
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @param {string} home the folder of all caches
 */
async function sizesTable({ quick, rounds }, lab, home) {
  const count = 1000;
  const sizes = quick ? [1e3, 1e4] : [1e3, 1e5, 1e6];
  const nameOf = (size) => `${size.toLocaleString('en')} entries`;
  const folders = Object.fromEntries(sizes.map((size) => [nameOf(size), { count, others: size - count }]));
  const taken = await inTurn({ lab, home, rounds }, 'openFolder', folders);
  const smallest = taken[nameOf(sizes[0])];
  const largest = sizes.at(-1);
  return {
    title: `${count.toLocaleString('en')} calls in the cache on disk, by the size of the cache, a call`,
    note: 'With a new cache and a new runtime each time.',
    columns: ['cache', 'hit', 'it / smallest'],
    rows: sizes.map((size) => {
      const each = taken[nameOf(size)];
      return {
        cells: [nameOf(size), figure(each, 'us'), times(each / smallest)],
        goals: size === largest ? [atMost('hit', each / smallest, GOAL.flat, 'x')] : [],
      };
    }),
  };
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @param {string} home the folder of all caches
 */
async function historyTable({ quick, rounds }, lab, home) {
  const count = quick ? 1000 : 20_000;
  const table = {
    title: `${count.toLocaleString('en')} remembered calls with a history on disk, a call`,
    note: 'From the cache in memory, until the history is written. No row: caches on disk keep none.',
    columns: ['', 'with', 'without', 'history adds'],
  };
  if (!(await lab.inNode(MODULE, 'keepsHistory'))) return { ...table, rows: [] };
  const options = { with: { kept: true, count }, without: { kept: false, count } };
  const taken = await inTurn({ lab, home, rounds }, 'openHistory', options);
  const adds = taken.with - taken.without;
  return {
    ...table,
    rows: [
      {
        cells: ['retrieved', ...[taken.with, taken.without, adds].map((each) => figure(each, 'us'))],
        goals: [atMost('history', adds, GOAL.history, 'us')],
      },
    ],
  };
}

/**
 * Medians of contestants, each in a process of its own, that take turns.
 * @param {{ lab: import('../support/lab.mjs').Lab, home: string, rounds: number }} where
 * @param {string} name of what makes a contestant
 * @param {Record<string, object>} options of each
 */
async function inTurn({ lab, home, rounds }, name, options) {
  const contestants = [];
  try {
    for (const [contestant, argument] of Object.entries(options))
      contestants.push({ name: contestant, ...(await lab.open(MODULE, name, { ...argument, home })) });
    return await compare(contestants, { rounds });
  } finally {
    for (const { close } of contestants) await close();
  }
}
