import { atLeast, atMost, figure, times } from '../support/bench.mjs';
import { compare } from '../support/measure.mjs';

const MIB = 2 ** 20;
const GOAL = { processes: 40_000, pipe: 0.8, flat: 1.5, flatByWorkers: 2, makespan: 1.05 };
/** Elsewhere, measured or published, in no-op tasks a second. */
const CONTEXT = { 'dask.distributed, on such a machine': 650, 'Parsl, as published (HPDC 2019)': 1181 };
/** What keys the places in `places.mjs`, which is not imported here: it loads what they need. */
const PLACES = ['workers(2)', 'processes(2)', 'a pilot by ssh, 2 slots'];

/** @type {import('../support/bench.mjs').Bench} */
export const cluster = {
  name: 'cluster',
  about: 'jobs in other processes and on other machines, and a simulation of many of these',
  async run({ quick, rounds }, lab) {
    return [
      await throughput({ quick, rounds, mebibytes: false }, lab),
      await throughput({ quick, rounds, mebibytes: true }, lab),
      await large({ quick, rounds }, lab),
      await simulation({ quick, rounds }, lab),
    ];
  },
};

/**
 * @param {{ quick: boolean, rounds: number, mebibytes: boolean }} scale
 * @param {import('../support/lab.mjs').Lab} lab
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function throughput({ quick, rounds, mebibytes }, lab) {
  const count = mebibytes ? 100 : 20_000;
  const medians = await measure({ count, mebibytes, warmUp: quick ? 500 : 3000, rounds }, lab);
  const rows = PLACES.map((place) => {
    const rate = (1000 * count) / medians[place];
    const goals =
      place === 'processes(2)' && !mebibytes ? [atLeast('processes', Math.round(rate), GOAL.processes, 'tasks/s')] : [];
    return { cells: [place, figure(rate, '/s'), figure((1000 * medians[place]) / count, 'us')], goals };
  });
  const context = Object.entries(mebibytes ? {} : CONTEXT).map(([name, rate]) => ({
    cells: [name, figure(rate, '/s'), figure(1e6 / rate, 'us')],
  }));
  return {
    title: `${count.toLocaleString('en')} tasks that give ${mebibytes ? '1 MiB each' : 'a number'}`,
    note: 'All handed in at once, no cache, workers warm. Ours includes building the graph.',
    columns: ['place', 'tasks', 'a task'],
    rows: [...rows, ...context],
  };
}

/**
 * @param {{ count: number, mebibytes: boolean, warmUp: number, rounds: number }} options
 * @param {import('../support/lab.mjs').Lab} lab
 */
async function measure({ rounds, ...options }, lab) {
  const contestants = [];
  try {
    for (const place of PLACES) {
      const opened = await lab.open(new URL('contestant.mjs', import.meta.url), 'openPlace', { place, ...options });
      contestants.push({ name: place, ...opened });
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
