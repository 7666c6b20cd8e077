import { atMost, figure } from '../support/bench.mjs';

const GOAL = 10;

/** @type {import('../support/bench.mjs').Bench} */
export const slices = {
  name: 'slices',
  about: 'slices of a module of 1,000 lines',
  async run({ quick, rounds }, lab) {
    const options = { milliseconds: quick ? 10 : 200, rounds };
    const measured = await lab.inNode(new URL('in-node.mjs', import.meta.url), 'measureSlices', options);
    const { lines, tasks, parse, hash, instrument, again } = measured;
    return [
      {
        title: 'A module, sliced',
        note: 'parse: oxc alone. version: parsed, cut, and hashed for one task. instrument: all marks of the module. again: once it is parsed.',
        columns: ['module', 'parse', 'version', 'instrument', 'again'],
        rows: [
          {
            cells: [
              `${lines} lines, ${tasks} tasks`,
              ...[parse, hash, instrument, again].map((one) => figure(one, 'ms')),
            ],
            goals: [atMost('version', hash, GOAL, 'ms')],
          },
        ],
      },
    ];
  },
};
