import { primeSumKernel } from '../../../dist/demo/kernels.js';
import { createRuntime, workers } from '../../../dist/node/index.js';
import { check } from '../support/check.mjs';
import { compare, timed } from '../support/measure.mjs';
import { scheduledSumPrimes, sumPrimes } from './tasks.mjs';

/** For n from 1,000,000 in steps of 50,000, as the documentation of Noodles prints them. */
const EXPECTED = [
  37550402023, 41276629127, 45125753695, 49161463647, 53433406131, 57759511224, 62287995772, 66955471633, 71881256647,
  76875349479, 82074443256, 87423357964, 92878592188, 98576757977, 104450958704, 110431974857, 116581137847,
  122913801665, 129451433482, 136136977177,
];

/**
 * Milliseconds for the first `count` sums.
 * @param {{ count: number, size: number, rounds: number }} options
 */
export async function measurePrimes({ count, size, rounds }) {
  const limits = Array.from({ length: count }, (_, index) => 1_000_000 + 50_000 * index);
  const executor = workers({ size });
  const runtime = createRuntime({ executor, display: false });
  const ways = {
    somen: () => runtime.run(limits.map((limit) => scheduledSumPrimes(limit))),
    kernel: () => runtime.run(limits.map((limit) => primeSumKernel(limit))),
    loop: () => limits.map(sumPrimes),
  };
  const contestants = Object.entries(ways).map(([name, way]) => ({ name, sample: () => sample(name, way, count) }));
  // Once is enough to start the workers, and each call is long enough to be compiled within.
  const medians = await compare(contestants, { rounds });
  await runtime.close();
  await executor.close();
  return medians;
}

/**
 * @param {string} name
 * @param {() => number[] | Promise<number[]>} way
 * @param {number} count
 */
async function sample(name, way, count) {
  /** @type {number[]} */
  let sums = [];
  const taken = await timed(async () => (sums = await way()));
  check(sums.join(' '), EXPECTED.slice(0, count).join(' '), name);
  return taken;
}
