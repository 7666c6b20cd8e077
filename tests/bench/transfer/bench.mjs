import { figure, times } from '../support/bench.mjs';

const MIB = 2 ** 20;

/** @type {import('../support/bench.mjs').Bench} */
export const transfer = {
  name: 'transfer',
  about: 'a large array to a worker and back',
  async run({ quick, rounds }, lab) {
    const bytes = (quick ? 8 : 64) * MIB;
    const medians = await lab.inNode(new URL('measure.mjs', import.meta.url), 'measureTransfer', { bytes, rounds });
    return [
      {
        title: `A Float64Array of ${bytes / MIB} MiB to a worker and back`,
        note: 'Ours takes arguments by value: the caller keeps its array, which a transfer takes away.',
        columns: ['way', 'time', 'there and back', 'it / somen'],
        rows: Object.entries(medians).map(([name, taken]) => ({
          cells: [name, figure(taken, 'ms'), figure((2 * bytes) / taken / 1e6, 'GB/s'), times(taken / medians.somen)],
        })),
      },
    ];
  },
};
