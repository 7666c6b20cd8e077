import { atMost, figure, times } from '../support/bench.mjs';

const GOAL = 1.5;

/** @type {import('../support/bench.mjs').Bench} */
export const keys = {
  name: 'keys',
  about: 'the keys of calls with small arguments',
  async run({ quick, rounds }, lab) {
    const options = { milliseconds: quick ? 10 : 60, rounds };
    const inNode = await lab.inNode(new URL('in-node.mjs', import.meta.url), 'measureKeysInNode', options);
    const inChromium = await lab.inPage(new URL('in-page.mjs', import.meta.url), 'measureKeysInPage', options);
    return [
      {
        title: 'The key of a call',
        note: 'key: as a run computes it; keyOf: for anyone, from the promised value. JSON: no canonical encoding, hashed by hash-wasm.',
        columns: ['arguments', 'key', 'keyOf', 'JSON + hash-wasm', 'JSON / key'],
        rows: [...rowsOf('Node', inNode), ...rowsOf('Chromium', inChromium)],
      },
    ];
  },
};

/**
 * @param {string} runtime
 * @param {Record<string, { key: number, keyOf: number, json: number }>} measured
 * @returns {import('../support/bench.mjs').Row[]}
 */
function rowsOf(runtime, measured) {
  return Object.entries(measured).map(([name, { key, keyOf, json }]) => ({
    cells: [`${runtime}, ${name}`, figure(key, 'us'), figure(keyOf, 'us'), figure(json, 'us'), times(json / key)],
    goals: [atMost('key', key, GOAL, 'us')],
  }));
}
