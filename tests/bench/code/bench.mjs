import { atMost, figure, times } from '../support/bench.mjs';

/** Milliseconds a module of 1,000 lines. */
const GOAL = 10;

/** @type {import('../support/bench.mjs').Bench} */
export const code = {
  name: 'code',
  about: 'the hash of all code that a task reaches',
  async run({ quick, rounds }, lab) {
    const options = { milliseconds: quick ? 20 : 200, rounds };
    const measured = await lab.inNode(new URL('in-node.mjs', import.meta.url), 'measureCodeInNode', options);
    return [
      {
        title: 'The closure hashes of a module’s tasks',
        note: 'first: parsed, cut and hashed, as on the first call of a task; again: the module has been parsed; oxc: only parsed; esbuild: what a build does with it, types and all removed.',
        columns: ['module', 'lines', 'first', 'again', 'oxc', 'esbuild', 'first / esbuild'],
        rows: Object.entries(measured).map(([name, { lines, first, again, oxc, esbuild }]) => ({
          cells: [
            name,
            figure(lines, ''),
            figure(first, 'ms'),
            figure(again, 'ms'),
            figure(oxc, 'ms'),
            figure(esbuild, 'ms'),
            times(first / esbuild),
          ],
          goals: [atMost('first, of 1,000 lines', (first * 1000) / lines, GOAL, 'ms')],
        })),
      },
    ];
  },
};
