/**
 * The real scheduler with many workers, in virtual time: so the figures are exact, whatever the machine does meanwhile.
 * Durations and latencies are sums of powers of two, so that nothing is rounded. `tests/bench/cluster` has larger ones.
 */
import { expect, test } from 'vitest';
import { simulate } from './simulate.js';

const WORKERS = 200;
const JOBS = 20_000;
const LATENCY = 0.25;
const EACH = JOBS / WORKERS;

test(
  'long jobs of one length keep all workers at work but for the way there and back',
  { timeout: 120_000 },
  async () => {
    const { makespan, lowerBound, toWorkers } = await simulate({
      workers: WORKERS,
      jobs: JOBS,
      duration: () => 50,
      latency: LATENCY,
    });
    expect(lowerBound).toBe(50 * EACH);
    // A worker is told that it may start, and then gets one job after the other.
    expect(makespan).toBe(2 * LATENCY + EACH * (50 + 2 * LATENCY));
    expect(toWorkers).toBe(JOBS);
    expect(makespan).toBeLessThanOrEqual(1.05 * lowerBound);
  },
);

test('jobs of a few milliseconds keep all workers at work without a pause', { timeout: 120_000 }, async () => {
  const { makespan, lowerBound } = await simulate({
    workers: WORKERS,
    jobs: JOBS,
    duration: () => 8,
    latency: LATENCY,
  });
  expect(lowerBound).toBe(8 * EACH);
  // Once it is known how long they take, the next job is there when one ends: three times a worker waits for a message.
  expect(makespan).toBe(2 * LATENCY + 3 * (8 + 2 * LATENCY) + (EACH - 3) * 8);
  expect(makespan).toBeLessThanOrEqual(1.05 * lowerBound);
});

test('short jobs travel in batches, and end together', { timeout: 120_000 }, async () => {
  const { makespan, lowerBound, toWorkers, toScheduler } = await simulate({
    workers: 20,
    jobs: JOBS,
    duration: () => 0.25,
    latency: LATENCY,
  });
  expect(lowerBound).toBe(250);
  expect(makespan).toBeLessThanOrEqual(1.05 * lowerBound);
  expect(toWorkers).toBeLessThan(JOBS / 4);
  expect(toScheduler).toBeLessThan(JOBS / 4);
});

test('jobs of many lengths leave no worker without one while some wait', { timeout: 120_000 }, async () => {
  // From 32 to 287.5 ms, in no order that helps.
  const duration = (job: number): number => 32 + ((job * 2_654_435_761) % 512) / 2;
  const { makespan, lowerBound } = await simulate({ workers: WORKERS, jobs: JOBS, duration, latency: LATENCY });
  // R. L. Graham, Bounds on multiprocessing timing anomalies, 1969: any schedule without such a pause keeps to this.
  const onTheWay = 2 * LATENCY * (EACH * 2);
  expect(makespan).toBeLessThanOrEqual(lowerBound + 287.5 + onTheWay);
});

test('the same simulation gives the same figures', { timeout: 120_000 }, async () => {
  const once = async (): Promise<number[]> => {
    const duration = (job: number): number => (job % 7) / 4 + 0.25;
    const { makespan, toWorkers, toScheduler } = await simulate({
      workers: 50,
      jobs: 5000,
      duration,
      latency: LATENCY,
    });
    return [makespan, toWorkers, toScheduler];
  };
  expect(await once()).toEqual(await once());
});
