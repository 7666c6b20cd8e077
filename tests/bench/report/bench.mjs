import { atMost, figure } from '../support/bench.mjs';

const MODULE = new URL('in-node.mjs', import.meta.url);
/** Megabytes, and milliseconds from opening the file to a page that answers. */
const SIZE_GOAL = 10;
const OPEN_GOAL = 3000;

/** @type {import('../support/bench.mjs').Bench} */
export const report = {
  name: 'report',
  about: 'the report of a large run: what it adds to the run, and opening its page from its file',
  async run({ quick, rounds }, lab) {
    const jobs = quick ? 2000 : 100_000;
    const taken = await lab.inNode(MODULE, 'measureReport', { jobs, rounds: Math.min(rounds, 5) });
    return [
      {
        title: `The report of ${jobs.toLocaleString('en')} jobs`,
        note: 'Inline, with a cache in memory: each job has a key, arguments and a result. Opened by Chromium, until all of it is drawn.',
        columns: ['', 'figure'],
        rows: [
          { cells: ['run without a report', figure(taken.plain, 'ms')] },
          { cells: ['run with a report', figure(taken.reported, 'ms')] },
          { cells: ['page made', figure(taken.page, 'ms')] },
          { cells: ['trace made', figure(taken.trace, 'ms')] },
          { cells: ['page', figure(taken.size, 'MB')], goals: [atMost('page', taken.size, SIZE_GOAL, 'MB')] },
          {
            cells: ['page opened', figure(taken.opened, 'ms')],
            goals: [atMost('opened', taken.opened, OPEN_GOAL, 'ms')],
          },
        ],
      },
    ];
  },
};
