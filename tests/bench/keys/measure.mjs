/** Keys of calls. Runs in Node and in pages. */
import { createSHA256 } from 'hash-wasm';

import { createPortableHasher } from '../../../dist/core/sha256.js';
import { schedule } from '../../../dist/core/index.js';
import { Keyer } from '../../../dist/core/key.js';
import { taskOf } from '../../../dist/core/scheduled.js';
import { check } from '../support/check.mjs';
import { compare, repeated } from '../support/measure.mjs';

/** Under a name of its own, so that keys are the same everywhere. */
const add = schedule(
  function add() {
    return undefined;
  },
  { name: 'somen-bench/add', version: '1' },
);

/** Arguments of a call, and what they are. */
const CALLS = {
  'two numbers': [1, 2.5],
  'a string and an object': ['temperature', { station: 42, hourly: true, unit: 'K' }],
};

/**
 * Microseconds a key.
 * @param {{ hasher: import('../../../dist/core/hasher.js').Hasher, keyOf: (promised: unknown) => string }} platform
 * @param {{ milliseconds: number, rounds: number }} options
 */
export async function measureKeys({ hasher, keyOf }, { milliseconds, rounds }) {
  const results = {};
  const hashWasm = await createSHA256();
  const text = new TextEncoder();
  for (const [name, args] of Object.entries(CALLS)) {
    const task = taskOf(add);
    const keyer = new Keyer(hasher, { moduleName: String });
    const promised = add(...args);
    // Two engines and two ways must agree.
    check(keyer.key(task, args), new Keyer(createPortableHasher(), { moduleName: String }).key(task, args), 'a key');
    check(keyOf(promised), keyer.key(task, args), 'keyOf');
    const ways = {
      key: () => keyer.key(task, args),
      keyOf: () => keyOf(promised),
      json: () =>
        hashWasm
          .init()
          .update(text.encode(JSON.stringify([task.name, ...args])))
          .digest('hex'),
    };
    results[name] = await compare(
      Object.entries(ways).map(([way, action]) => ({ name: way, sample: repeated(action, milliseconds) })),
      { rounds },
    );
  }
  return results;
}
