import { packJobs } from '../../../dist/core/wire-columns.js';
import { simulate } from '../../../dist/tests/simulation/simulate.js';
import { VirtualClock } from '../../../dist/tests/simulation/virtual-clock.js';
import { VirtualWorker } from '../../../dist/tests/simulation/virtual-worker.js';
import { median } from '../support/statistics.mjs';

/** Long enough to go out one or two at a time, which costs the scheduler most, in milliseconds. */
const DURATION = 8;

const duration = () => DURATION;

/** A sample is of at least so many jobs, in simulations of the size in question one after the other. */
const SAMPLE_JOBS = 100_000;

/**
 * What the scheduler takes for so many jobs on so many virtual workers; medians.
 * @param {{ workers: number, jobs: number, rounds: number }} options
 */
export async function measureSimulation({ workers, jobs, rounds }) {
  // Compiled code, whatever the size.
  await simulate({ workers: 10, jobs: 60_000, duration });
  const simulated = [];
  const repeats = Math.max(1, SAMPLE_JOBS / jobs);
  const alone = [];
  for (let round = 0; round < rounds * repeats; round++) {
    simulated.push(await simulate({ workers, jobs, duration }));
    alone.push(await workersAlone(workers, jobs));
  }
  const { workflowBytes, halfWayBytes } = await simulate({ workers, jobs, duration, weighs: true });
  const of = (/** @type {(each: import('../../../dist/tests/simulation/simulate.js').Simulated) => number} */ figure) =>
    median(simulated.map(figure));
  return {
    workers,
    jobs,
    scheduler: of(({ cpu }) => cpu) - median(alone),
    workersAlone: median(alone),
    workflow: workflowBytes,
    halfWay: halfWayBytes,
    makespan: of(({ makespan, lowerBound }) => makespan / lowerBound),
  };
}

/**
 * What the virtual workers cost by themselves, in microseconds a job, with as many messages: jobs go out one by one.
 * @param {number} workers
 * @param {number} jobs
 */
async function workersAlone(workers, jobs) {
  const counts = { toWorkers: 0, toScheduler: 0, results: 0 };
  const world = { clock: new VirtualClock(), latency: 0.25, duration, counts };
  let next = 0;
  const give = (/** @type {VirtualWorker} */ worker) => {
    if (next < jobs) void worker.api.run(packJobs([{ id: next, task: 0, args: [next++] }]), []);
  };
  const start = process.cpuUsage();
  for (let index = 0; index < workers; index++) {
    const worker = new VirtualWorker(world, { report: () => give(worker), leaving: () => undefined });
    give(worker);
  }
  while (counts.results < jobs) {
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.step();
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / jobs;
}
