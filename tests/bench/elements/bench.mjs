import { atMost, figure } from '../support/bench.mjs';

const RATE = 1000;
/** A frame at 60 Hz. */
const GOAL = 16;

/** @type {import('../support/bench.mjs').Bench} */
export const elements = {
  name: 'elements',
  about: 'elements in Chromium while 1,000 events a second arrive',
  async run({ quick }, lab) {
    const cases = [
      ['somen-graph', 5000],
      ['somen-timeline', 100_000],
      ['somen-log', 100_000],
      ['somen-progress', 100_000],
    ];
    const rows = [];
    for (const [name, jobs] of cases) {
      const options = { names: [name], jobs, rate: RATE, frames: quick ? 60 : 300 };
      const { first, gap, worst, work } = await lab.inPage(
        new URL('in-page.mjs', import.meta.url),
        'measureFrames',
        options,
      );
      rows.push({
        cells: [
          `${name}, ${jobs.toLocaleString('en')} jobs`,
          figure(first, 'ms'),
          figure(work, 'ms'),
          figure(gap, 'ms'),
          figure(worst, 'ms'),
        ],
        goals: [atMost('work', work, GOAL, 'ms')],
      });
    }
    return [
      {
        title: 'Elements while 1,000 events a second arrive',
        note: 'First: until it is drawn, with its layout. Work: the median time in a frame. Gap: between frames, which the screen paces at 16.7 ms.',
        columns: ['element', 'first', 'work', 'gap', 'gap, 95th percentile'],
        rows,
      },
    ];
  },
};
