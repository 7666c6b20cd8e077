import { atMost, figure, times } from '../support/bench.mjs';
import { shapes } from './shapes.mjs';

const GOAL = { build: 2.5, run: 5, flat: 1.5 };

/** @type {import('../support/bench.mjs').Bench} */
export const graph = {
  name: 'graph',
  about: 'building graphs and running them on the calling thread',
  async run({ quick, rounds }, lab) {
    const sizes = quick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6];
    const rows = [];
    for (const shape of Object.keys(shapes)) {
      const measured = [];
      for (const size of shape === 'fan-in' ? [1e5] : sizes) {
        measured.push({
          size,
          ...(await lab.inNode(new URL('measure.mjs', import.meta.url), 'measureGraph', { shape, size, rounds })),
        });
      }
      rows.push(...measured.map((one) => row(shape, one)));
      if (measured.length > 1) rows.push(flatness(shape, measured));
    }
    return [
      {
        title: 'Graphs of no-op tasks, inline, a task',
        note: `${Object.entries(shapes)
          .map(([name, { about }]) => `${name}: ${about}`)
          .join('; ')}. Native: the same in bare promises, built and run.`,
        columns: ['graph', 'build', 'run', 'held', 'native promises', 'build + run / native'],
        rows,
      },
    ];
  },
};

/**
 * @param {string} shape
 * @param {{ size: number, build: number, run: number, native: number, bytes: number }} measured
 * @returns {import('../support/bench.mjs').Row}
 */
function row(shape, { size, build, run, native, bytes }) {
  return {
    cells: [
      `${shape}, ${size.toLocaleString('en')}`,
      figure(build, 'us'),
      figure(run, 'us'),
      figure(bytes, 'B'),
      figure(native, 'us'),
      times((build + run) / native),
    ],
    goals: [atMost('build', build, GOAL.build, 'us'), atMost('run', run, GOAL.run, 'us')],
  };
}

/**
 * How much dearer a task is at one size than at another.
 * @param {string} shape
 * @param {{ build: number, run: number, native: number }[]} measured
 * @returns {import('../support/bench.mjs').Row}
 */
function flatness(shape, measured) {
  const build = spread(measured.map((one) => one.build));
  const run = spread(measured.map((one) => one.run));
  const native = spread(measured.map((one) => one.native));
  return {
    cells: [`${shape}, largest / smallest`, times(build), times(run), undefined, times(native), undefined],
    goals: [atMost('build', build, GOAL.flat, 'x'), atMost('run', run, GOAL.flat, 'x')],
  };
}

/** @param {number[]} values */
function spread(values) {
  return Math.max(...values) / Math.min(...values);
}
