import { atLeast, figure, times } from '../support/bench.mjs';

const SIZE = 2;
const GOAL = 1.9;

/** @type {import('../support/bench.mjs').Bench} */
export const primes = {
  name: 'primes',
  about: 'prime sums on two workers',
  async run({ quick, rounds }, lab) {
    const count = quick ? 4 : 20;
    const { somen, kernel, loop } = await lab.inNode(new URL('measure.mjs', import.meta.url), 'measurePrimes', {
      count,
      size: SIZE,
      rounds,
    });
    const goals = [atLeast('speed-up', loop / somen, GOAL, 'x')];
    return [
      {
        title: `${count} prime sums on ${SIZE} workers`,
        note: `Sums of the primes below 1,000,000 and on in steps of 50,000, by trial division.`,
        columns: ['', 'somen', 'a plain loop', 'speed-up'],
        rows: [
          { cells: ['prime sums', figure(somen / 1000, 's'), figure(loop / 1000, 's'), times(loop / somen)], goals },
          {
            cells: [
              'the same as a WebAssembly kernel',
              figure(kernel / 1000, 's'),
              figure(loop / 1000, 's'),
              times(loop / kernel),
            ],
          },
        ],
      },
    ];
  },
};
