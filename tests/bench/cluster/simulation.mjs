import { simulate, simulateNoScheduler } from '../../../dist/tests/simulation/simulate.js';
import { median } from '../support/statistics.mjs';

/** Long enough to go out one or two at a time, which costs the scheduler most, in milliseconds. */
const DURATION = 8;

/** A sample is of at least so many jobs, in simulations of the size in question one after the other. */
const SAMPLE_JOBS = 100_000;

/**
 * What the scheduler takes for so many jobs on so many virtual workers; medians.
 * @param {{ workers: number, jobs: number, rounds: number }} options
 */
export async function measureSimulation({ workers, jobs, rounds }) {
  const duration = () => DURATION;
  // Compiled code, whatever the size.
  await simulate({ workers: 10, jobs: 60_000, duration });
  const simulated = [];
  const repeats = Math.max(1, SAMPLE_JOBS / jobs);
  const alone = [];
  for (let round = 0; round < rounds * repeats; round++) {
    simulated.push(await simulate({ workers, jobs, duration }));
    alone.push(await simulateNoScheduler({ workers, jobs, duration }));
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
