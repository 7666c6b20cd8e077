import { figure } from '../support/bench.mjs';

/** @type {import('../support/bench.mjs').Bench} */
export const cached = {
  name: 'cached',
  about: 'calls that a cache remembers',
  async run({ quick, rounds }, lab) {
    const count = quick ? 1000 : 10_000;
    const rows = [];
    for (const kind of ['memory', 'file']) {
      const { store, retrieve } = await lab.inNode(new URL('measure.mjs', import.meta.url), 'measureCached', {
        kind,
        count,
        rounds,
      });
      rows.push({ cells: [`${kind}Cache`, figure(retrieve, 'us'), figure(store, 'us')] });
    }
    return [
      {
        title: `${count.toLocaleString('en')} calls of a no-op task with a cache, inline, a call`,
        note: 'Keys, records and their checks included. Stored: into an empty cache, until all is written. The files are in the page cache.',
        columns: ['cache', 'retrieved', 'ran and stored'],
        rows,
      },
    ];
  },
};
