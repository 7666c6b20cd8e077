import { atLeast, figure, times } from '../support/bench.mjs';
import { compare } from '../support/measure.mjs';

const COUNT = 20_000;
const SIZE = 2;
const GOAL = 10;
/** What keys the pools in `pools.mjs`, which is not imported here: it starts nothing, but loads all peers. */
const POOLS = [
  'somen',
  'piscina',
  'piscina, 16 in flight a worker',
  'tinypool',
  'workerpool',
  'poolifier',
  'Comlink, 1 task a call',
  'Comlink, 10 tasks a call',
  'Comlink, 100 tasks a call',
  'bare postMessage',
];

/** @type {import('../support/bench.mjs').Bench} */
export const workers = {
  name: 'workers',
  about: 'no-op tasks on two workers',
  async run({ quick, rounds }, lab) {
    const medians = await measure(rounds, quick ? 500 : 3000, lab);
    return [
      {
        title: `${COUNT.toLocaleString('en')} no-op tasks on ${SIZE} workers`,
        note: 'All handed in at once, no cache, pools warm, each in a process of its own. Ours includes building the graph.',
        columns: ['pool', 'tasks/s', 'a task', 'somen / it'],
        rows: POOLS.map((name) => row(name, medians[name], medians.somen)),
      },
    ];
  },
};

/**
 * @param {number} rounds
 * @param {number} warmUp
 * @param {import('../support/lab.mjs').Lab} lab
 */
async function measure(rounds, warmUp, lab) {
  const contestants = [];
  try {
    for (const pool of POOLS) {
      const argument = { pool, count: COUNT, size: SIZE, warmUp };
      contestants.push({
        name: pool,
        ...(await lab.open(new URL('contestant.mjs', import.meta.url), 'openPool', argument)),
      });
    }
    return await compare(contestants, { rounds });
  } finally {
    for (const { close } of contestants) await close();
  }
}

/**
 * @param {string} name
 * @param {number} taken milliseconds
 * @param {number} ours milliseconds
 * @returns {import('../support/bench.mjs').Row}
 */
function row(name, taken, ours) {
  const ratio = taken / ours;
  const cells = [name, figure(COUNT / taken, 'k/s'), figure((taken * 1000) / COUNT, 'us'), times(ratio)];
  return { cells, goals: name === 'piscina' ? [atLeast('somen / piscina', ratio, GOAL, 'x')] : [] };
}
