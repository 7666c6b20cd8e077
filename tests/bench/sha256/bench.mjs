import { atLeast, figure, times } from '../support/bench.mjs';

const MIB = 2 ** 20;
const SIZES = {
  '32 B': 32,
  '256 B': 256,
  '1 KiB': 1024,
  '4 KiB': 4096,
  '64 KiB': 65_536,
  '1 MiB': MIB,
  '64 MiB': 64 * MIB,
};
/** Above this, speed says more than time. */
const SMALL = 4096;
const GOAL = { stream: 1.15, lanes: 2.1 };
const NOTE =
  'Ours: one stream; four lanes, which take four messages at once (times and speeds of one; 64 MiB: a content in four parts)';

/** @type {import('../support/bench.mjs').Bench} */
export const sha256InNode = {
  name: 'sha256-node',
  about: 'SHA-256 in Node',
  async run(scale, lab) {
    const measure = (/** @type {object} */ options) =>
      lab.inNode(new URL('in-node.mjs', import.meta.url), 'measureSizeInNode', options);
    const engines = ['one stream', 'four lanes', 'node hasher', 'hash-wasm', 'noble', 'node:crypto', 'subtle'];
    return [
      await sizesTable(
        'SHA-256 in Node',
        `${NOTE}; the node hasher, which chooses between wasm and native by size.`,
        engines,
        scale,
        measure,
      ),
    ];
  },
};

/** @type {import('../support/bench.mjs').Bench} */
export const sha256InChromium = {
  name: 'sha256-chromium',
  about: 'SHA-256 in Chromium',
  async run(scale, lab) {
    const measure = (/** @type {object} */ options) =>
      lab.inPage(new URL('in-page.mjs', import.meta.url), 'measureSizeInPage', options);
    const engines = ['one stream', 'four lanes', 'hash-wasm', 'noble', 'subtle'];
    return [await sizesTable('SHA-256 in Chromium', `${NOTE}.`, engines, scale, measure)];
  },
};

/**
 * @param {string} title
 * @param {string} note
 * @param {string[]} engines
 * @param {import('../support/bench.mjs').Scale} scale
 * @param {(options: object) => Promise<Record<string, number>>} measure
 * @returns {Promise<import('../support/bench.mjs').Table>}
 */
async function sizesTable(title, note, engines, { quick, rounds }, measure) {
  const rows = [];
  for (const [name, size] of Object.entries(SIZES)) {
    if (quick && size > MIB) continue;
    const taken = await measure({ size, milliseconds: quick ? 10 : 60, rounds });
    rows.push(row(name, size, engines, taken));
  }
  return { title, note, columns: ['message', ...engines, 'one stream / hash-wasm', 'four lanes / hash-wasm'], rows };
}

/**
 * @param {string} name
 * @param {number} size
 * @param {string[]} engines
 * @param {Record<string, number>} taken microseconds a message
 * @returns {import('../support/bench.mjs').Row}
 */
function row(name, size, engines, taken) {
  const stream = taken['hash-wasm'] / taken['one stream'];
  const lanes = taken['hash-wasm'] / taken['four lanes'];
  const cells = engines.map((engine) =>
    size <= SMALL ? figure(taken[engine], 'us') : figure(size / taken[engine] / 1000, 'GB/s'),
  );
  return {
    cells: [name, ...cells, times(stream), times(lanes)],
    goals: [atLeast('one stream', stream, GOAL.stream, 'x'), atLeast('four lanes', lanes, GOAL.lanes, 'x')],
  };
}
