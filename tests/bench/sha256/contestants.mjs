/** Engines of SHA-256. Runs in Node and in pages. */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { createSHA256 } from 'hash-wasm';

import { toHex } from '../../../dist/core/hasher.js';
import { createWasmHasher } from '../../../dist/wasm/index.js';

/** How many messages lanes hash at once. */
const LANES = 4;

/**
 * @typedef {object} Engine
 * @property {(bytes: Uint8Array) => string | Promise<string>} hash The hex digest; of several messages, their digests in a row.
 * @property {number} messages How many messages of one length `bytes` holds.
 */

/**
 * What every runtime has.
 * @returns {Promise<Record<string, Engine>>}
 */
export async function portableEngines() {
  const somen = createWasmHasher();
  const hashWasm = await createSHA256();
  return {
    'one stream': single((bytes) => hashWith(somen, bytes)),
    'four lanes': { messages: LANES, hash: (bytes) => toHex(somen.hashChunks([bytes], bytes.length / LANES)) },
    'hash-wasm': single((bytes) => hashWasm.init().update(bytes).digest('hex')),
    noble: single((bytes) => toHex(nobleSha256(bytes))),
    subtle: single(async (bytes) => toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))),
  };
}

/**
 * As keys are hashed: written into the engine's memory where they fit.
 * @param {import('../../../dist/core/hasher.js').Hasher} hasher
 * @param {Uint8Array} bytes
 */
export function hashWith(hasher, bytes) {
  const { scratch } = hasher;
  if (bytes.length > scratch.length) return toHex(hasher.hash([bytes]));
  scratch.set(bytes);
  return hasher.hashScratch(bytes.length);
}

/**
 * @param {(bytes: Uint8Array) => string | Promise<string>} hash
 * @returns {Engine}
 */
export function single(hash) {
  return { messages: 1, hash };
}
