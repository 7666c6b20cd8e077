import { atLeast, atMost, figure, times } from '../support/bench.mjs';
import { compare } from '../support/measure.mjs';

const MIB = 2 ** 20;
const GOAL = { processes: 40_000, oneByOne: 0.7, batched: 3, pipe: 0.8, flat: 1.5, flatByWorkers: 2, makespan: 1.05 };
/** Elsewhere, measured or published, in no-op tasks a second. */
const CONTEXT = { 'dask.distributed, on such a machine': 650, 'Parsl, as published (HPDC 2019)': 1181 };
/**
 * What keys the places in `places.mjs`, which is not imported here: it loads what they need. And how many jobs a run of each
 * has that give a number, and a MiB; none where that is not measured.
 *
 * @type {Record<string, { numbers: number, mebibytes: number }>}
 */
const PLACES = {
  'workers(2)': { numbers: 20_000, mebibytes: 100 },
  'processes(2)': { numbers: 20_000, mebibytes: 100 },
  'a pilot by ssh, 2 slots': { numbers: 20_000, mebibytes: 100 },
  'queue, 2 slots': { numbers: 20_000, mebibytes: 50 },
  'queue, 2 slots, values in a folder': { numbers: 0, mebibytes: 50 },
  'queue, 2 slots, one by one': { numbers: 4000, mebibytes: 0 },
  'bare BullMQ, 2 at a time': { numbers: 4000, mebibytes: 50 },
  'bare BullMQ, 32 at a time': { numbers: 4000, mebibytes: 50 },
};

/** @type {import('../support/bench.mjs').Bench} */
export const cluster = {
  name: 'cluster',
  about: 'jobs in other processes and on other machines, and a simulation of many of these',
  async run(scale, lab) {
    // Only now: who lists the benches needs nothing that is built.
    const { startRedis } = await import('../../../dist/tests/support/redis.js');
    const redis = await startRedis();
    const ofPlaces = { ...scale, redis: redis.url };
    try {
      return [
        await throughput({ ...ofPlaces, kind: 'numbers' }, lab),
        await throughput({ ...ofPlaces, kind: 'mebibytes' }, lab),
        await large(scale, lab),
        await simulation(scale, lab),
      ];
    } finally {
      await redis.close();
    }
  },
};

/**
 * @param {{ quick: boolean, rounds: number, kind: 'numbers' | 'mebibytes', redis: string }} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function throughput({ quick, rounds, kind, redis }, lab) {
  const warmUp = quick ? 500 : 3000;
  const names = Object.keys(PLACES).filter((name) => PLACES[name][kind] > 0);
  const medians = await measure({ names, kind, warmUp, rounds, redis }, lab);
  const rates = Object.fromEntries(names.map((name) => [name, (1000 * PLACES[name][kind]) / medians[name]]));
  const context = kind === 'numbers' ? CONTEXT : {};
  return {
    title: kind === 'numbers' ? 'No-op tasks, jobs of one run' : 'Tasks that give 1 MiB each, jobs of one run',
    note: 'All handed in at once, workers warm, no cache but the folder of values. Ours includes building the graph. All queues are in one Redis.',
    columns: ['place', 'jobs', 'a job'],
    rows: Object.entries({ ...rates, ...context }).map(([name, rate]) => ({
      cells: [name, figure(rate, '/s'), figure(1e6 / rate, 'us')],
      goals: kind === 'numbers' ? goalsOf(name, rates) : [],
    })),
  };
}

/**
 * @param {string} name
 * @param {Record<string, number>} rates
 */
function goalsOf(name, rates) {
  const rate = rates[name];
  const bare = rates['bare BullMQ, 2 at a time'];
  switch (name) {
    case 'processes(2)':
      return [atLeast('processes', Math.round(rate), GOAL.processes, 'jobs/s')];
    case 'queue, 2 slots, one by one':
      return [atLeast('one by one / bare', rate / bare, GOAL.oneByOne, 'x')];
    case 'queue, 2 slots':
      return [atLeast('batched / bare', rate / bare, GOAL.batched, 'x')];
    default:
      return [];
  }
}

/**
 * @param {{ names: string[], kind: 'numbers' | 'mebibytes', warmUp: number, rounds: number, redis: string }} options
 * @param {import('../support/lab.mjs').Lab} lab
 */
async function measure({ names, kind, warmUp, rounds, redis }, lab) {
  const contestants = [];
  try {
    for (const name of names) {
      const argument = { place: name, redis, count: PLACES[name][kind], mebibytes: kind === 'mebibytes', warmUp };
      contestants.push({
        name,
        ...(await lab.open(new URL('contestant.mjs', import.meta.url), 'openPlace', argument)),
      });
    }
    return await compare(contestants, { rounds });
  } finally {
    for (const { close } of contestants) await close();
  }
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function large({ quick, rounds }, lab) {
  const length = (quick ? 16 : 64) * MIB;
  const medians = await lab.inNode(new URL('large.mjs', import.meta.url), 'measureLarge', { length, rounds });
  const pipe = medians['a bare pipe'];
  return {
    title: `A result of ${length / MIB} MiB from one process`,
    note: 'The pipe carries the same bytes from a process that makes them to one that puts them together.',
    columns: ['way', 'time', 'rate', 'of the pipe'],
    rows: Object.entries(medians).map(([name, taken]) => ({
      cells: [name, figure(taken, 'ms'), figure(length / taken / 1e6, 'GB/s'), times(pipe / taken)],
      goals: taken === pipe ? [] : [atLeast('of the pipe', pipe / taken, GOAL.pipe, 'x')],
    })),
  };
}

/**
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function simulation({ quick, rounds }, lab) {
  const sizes = quick
    ? [
        [10, 100_000],
        [1000, 20_000],
        [1000, 100_000],
      ]
    : [
        [10, 10_000],
        [1000, 10_000],
        [100, 100_000],
        [10, 1_000_000],
        [1000, 1_000_000],
      ];
  const measured = [];
  for (const [workers, jobs] of sizes) {
    const argument = { workers, jobs, rounds: jobs > 100_000 ? Math.min(rounds, 3) : rounds };
    measured.push(await lab.inNode(new URL('simulation.mjs', import.meta.url), 'measureSimulation', argument));
  }
  const byJobs = measured.filter(({ workers }) => workers === 1000);
  const byWorkers = measured.filter(({ jobs }) => jobs === measured.at(-1)?.jobs);
  return {
    title: 'The scheduler with virtual workers in virtual time, jobs of 8 ms',
    note: 'A job: CPU time of the scheduler, after that of the simulation was taken away; memory of the workflow, and half-way through the run with what waits and what is done.',
    columns: ['workers, jobs', 'scheduler', 'simulation', 'workflow', 'half-way', 'makespan / lower bound'],
    rows: [
      ...measured.map(({ workers, jobs, scheduler, workersAlone, workflow, halfWay, makespan }) => ({
        cells: [
          `${workers.toLocaleString('en')}, ${jobs.toLocaleString('en')}`,
          figure(scheduler, 'us'),
          figure(workersAlone, 'us'),
          figure(workflow, 'B'),
          figure(halfWay, 'B'),
          times(makespan),
        ],
        goals: [atMost('makespan', makespan, GOAL.makespan, 'x')],
      })),
      flatness('by jobs', byJobs, GOAL.flat),
      flatness('by workers', byWorkers, GOAL.flatByWorkers),
    ],
  };
}

/**
 * How much dearer a job is to the scheduler at one size than at another.
 * @param {string} what
 * @param {{ scheduler: number }[]} measured
 * @param {number} limit
 * @returns {import('../support/bench.mjs').Row}
 */
function flatness(what, measured, limit) {
  const figures = measured.map(({ scheduler }) => scheduler);
  const spread = Math.max(...figures) / Math.min(...figures);
  return {
    cells: [`${what}, largest / smallest`, times(spread), undefined, undefined, undefined, undefined],
    goals: [atMost(what, spread, limit, 'x')],
  };
}
