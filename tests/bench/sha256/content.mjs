/** The digest of one large content. Runs in Node and in pages. */
import { createSHA256 } from 'hash-wasm';

import { CHUNK_SIZE, toHex } from '../../../dist/core/hasher.js';
import { check } from '../support/check.mjs';
import { compare, timed } from '../support/measure.mjs';
import { fill } from './sizes.mjs';

/** How the canonical encoding of a Uint8Array begins: tag 64 (RFC 8746), bytes that are counted in 32 bits (RFC 8949). */
const HEAD = [0xd8, 64, 0x5a];

/**
 * Milliseconds for the digest of `bytes` bytes.
 * @param {object} platform
 * @param {(value: unknown) => string} platform.digest One thread.
 * @param {((value: unknown) => Promise<string>) | undefined} platform.digestOnWorkers
 * @param {Record<string, (bytes: Uint8Array<ArrayBuffer>) => string | Promise<string>>} platform.oneShot Plain SHA-256.
 * @param {{ bytes: number, rounds: number }} options
 */
export async function measureContent({ digest, digestOnWorkers, oneShot }, { bytes, rounds }) {
  const content = fill(new Uint8Array(bytes));
  const hashWasm = await createSHA256();
  const plain = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', content)));
  const chunked = await contentDigest(content);
  const contestants = [
    ...(digestOnWorkers === undefined ? [] : [contestant('runtime.digest', () => digestOnWorkers(content), chunked)]),
    contestant('digest', () => digest(content), chunked),
    ...Object.entries(oneShot).map(([name, hash]) => contestant(name, () => hash(content), plain)),
    contestant('hash-wasm', () => hashWasm.init().update(content).digest('hex'), plain),
  ];
  return compare(contestants, { rounds });
}

/**
 * @param {string} name
 * @param {() => string | Promise<string>} hash
 * @param {string} expected
 */
function contestant(name, hash, expected) {
  const sample = async () => {
    let digest;
    const taken = await timed(async () => (digest = await hash()));
    check(digest, expected, name);
    return taken;
  };
  return { name, sample };
}

/**
 * What `digest` of bytes has to be, by the runtime's own SHA-256: the digest of the digests of the chunks of the encoding.
 * @param {Uint8Array<ArrayBuffer>} content
 */
async function contentDigest(content) {
  const start = HEAD.length + 4;
  const encoded = new Uint8Array(start + content.length);
  encoded.set(HEAD);
  new DataView(encoded.buffer).setUint32(HEAD.length, content.length);
  encoded.set(content, start);
  const digests = [];
  for (let from = 0; from < encoded.length; from += CHUNK_SIZE) {
    digests.push(new Uint8Array(await crypto.subtle.digest('SHA-256', encoded.subarray(from, from + CHUNK_SIZE))));
  }
  const list = new Uint8Array(await new Blob(digests).arrayBuffer());
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', list)));
}
