/** Messages of many sizes. Runs in Node and in pages. */
import { check } from '../support/check.mjs';
import { compare, repeated } from '../support/measure.mjs';

/** Four lanes get one content of this many bytes or more in four parts, and smaller messages four at a time. */
const LARGE = 2 ** 24;

/**
 * Microseconds a message on each engine.
 * @param {Record<string, import('./contestants.mjs').Engine>} engines
 * @param {{ size: number, milliseconds: number, rounds: number }} options
 */
export async function measureSize(engines, { size, milliseconds, rounds }) {
  const contestants = [];
  const scales = {};
  for (const [name, { hash, messages }] of Object.entries(engines)) {
    const split = size >= LARGE || messages === 1;
    const bytes = fill(new Uint8Array(split ? size : size * messages));
    scales[name] = split ? 1 : messages;
    const part = split ? size / messages : size;
    const expected = await digests(bytes, part);
    check(await hash(bytes), expected, `${name} of ${size} bytes`);
    contestants.push({ name, sample: repeated(() => hash(bytes), milliseconds) });
  }
  const medians = await compare(contestants, { rounds });
  return Object.fromEntries(Object.entries(medians).map(([name, taken]) => [name, taken / scales[name]]));
}

/**
 * What the runtime itself says.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} part
 */
async function digests(bytes, part) {
  let hex = '';
  for (let start = 0; start < bytes.length; start += part) {
    const digest = await crypto.subtle.digest('SHA-256', bytes.subarray(start, start + part));
    for (const byte of new Uint8Array(digest)) hex += byte.toString(16).padStart(2, '0');
  }
  return hex;
}

/**
 * Bytes without a pattern that anything could use.
 * @template {Uint8Array} T
 * @param {T} bytes
 */
export function fill(bytes) {
  let state = 1;
  for (let index = 0; index < bytes.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
