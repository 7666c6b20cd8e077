import { atLeast, figure, times } from '../support/bench.mjs';

const MIB = 2 ** 20;
const WORKERS = 2;
/** How much faster than one call of the runtime's own SHA-256. */
const GOAL = { 'node:crypto': 1.8, subtle: 2 };

/** @type {import('../support/bench.mjs').Bench} */
export const contentInNode = {
  name: 'content-node',
  about: 'the digest of a large content in Node',
  async run(scale, lab) {
    return [
      await contentTable('Node', 'node:crypto', scale, (options) =>
        lab.inNode(new URL('in-node.mjs', import.meta.url), 'measureContentInNode', options),
      ),
    ];
  },
};

/** @type {import('../support/bench.mjs').Bench} */
export const contentInChromium = {
  name: 'content-chromium',
  about: 'the digest of a large content in Chromium',
  async run(scale, lab) {
    return [
      await contentTable('Chromium', 'subtle', scale, (options) =>
        lab.inPage(new URL('in-page.mjs', import.meta.url), 'measureContentInPage', options),
      ),
    ];
  },
};

/**
 * @param {string} runtime
 * @param {'node:crypto' | 'subtle'} native
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {(options: object) => Promise<Record<string, number>>} measure
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function contentTable(runtime, native, { quick, rounds }, measure) {
  const bytes = (quick ? 32 : 256) * MIB;
  const taken = await measure({ bytes, rounds, size: WORKERS });
  const ours = 'runtime.digest' in taken ? 'runtime.digest' : 'digest';
  const goalsOf = (/** @type {string} */ name) =>
    name === 'runtime.digest' ? [atLeast(`/ ${native}`, taken[native] / taken[name], GOAL[native], 'x')] : [];
  return {
    title: `The digest of ${bytes / MIB} MiB in ${runtime}`,
    note: `runtime.digest: ours on ${WORKERS} workers; digest: ours on the calling thread; the others: SHA-256 in one call.`,
    columns: ['', 'time', 'speed', `${ours} / it`],
    rows: Object.entries(taken).map(([name, time]) => ({
      cells: [name, figure(time, 'ms'), figure(bytes / time / 1e6, 'GB/s'), times(time / taken[ours])],
      goals: goalsOf(name),
    })),
  };
}
