/** The specification once more, by other means: a CBOR reader of its own, and `node:crypto`. */
import { createHash } from 'node:crypto';
import { digest, encode, keyOf } from 'somen';
import { keyOf as nodeKeyOf } from 'somen/node';
import { describe, expect, test } from 'vitest';
import { KEYS } from './key-vectors.js';
import { LARGE, VALUES } from './vectors.js';

const CHUNK = 4 * 2 ** 20;

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function contentDigest(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return sha256(bytes).toString('hex');
  const digests = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) =>
    sha256(bytes.subarray(CHUNK * index, CHUNK * (index + 1))),
  );
  return sha256(Buffer.concat(digests)).toString('hex');
}

describe('digest', () => {
  test('digest gives what node:crypto gives for the encodings of all vectors', () => {
    for (const { name, value, digest: expected } of VALUES) {
      expect([name, sha256(encode(value())).toString('hex'), digest(value())]).toEqual([name, expected, expected]);
    }
    expect(contentDigest(encode(LARGE.value()))).toBe(LARGE.digest);
  });
});

describe('keyOf', () => {
  test('keyOf of somen/node gives the same keys as that of somen, where these have no hash of a text', () => {
    for (const { name, call, key, ofText = false } of KEYS) {
      expect([name, keyOf(call())]).toEqual([name, key]);
      // Node looks for the code in its files.
      expect([name, nodeKeyOf(call()) === key]).toEqual([name, !ofText]);
    }
  });

  test('keyOf is what node:crypto gives for the bytes that stand with the vectors', () => {
    for (const { name, key, hashed } of KEYS) {
      if (hashed !== undefined) expect([name, sha256(Buffer.from(hashed, 'hex')).toString('hex')]).toEqual([name, key]);
    }
  });
});

describe('encode', () => {
  test('encode writes deterministic CBOR: shortest heads, definite lengths, sorted keys, shortest floats', () => {
    for (const { name, encoding } of VALUES) {
      const bytes = Buffer.from(encoding, 'hex');
      expect([name, itemEnd(bytes, 0)]).toEqual([name, bytes.length]);
    }
  });
});

/** Where the item at `at` ends. Throws where it breaks a rule of RFC 8949, section 4.2.1. */
function itemEnd(bytes: Buffer, at: number): number {
  const major = (bytes[at] ?? 0) >> 5;
  const low = (bytes[at] ?? 0) & 31;
  if (major === 7) return simpleEnd(bytes, at, low);
  const { argument, end } = head(bytes, at, low);
  if (major < 2) return end;
  if (major < 4) return end + Number(argument);
  if (major === 6) return itemEnd(bytes, end);
  if (major === 5) return mapEnd(bytes, end, Number(argument));
  let position = end;
  for (let index = 0n; index < argument; index++) position = itemEnd(bytes, position);
  return position;
}

function head(bytes: Buffer, at: number, low: number): { argument: bigint; end: number } {
  if (low < 24) return { argument: BigInt(low), end: at + 1 };
  if (low > 27) throw new Error('Indefinite length');
  const size = 2 ** (low - 24);
  const argument = BigInt(`0x${bytes.subarray(at + 1, at + 1 + size).toString('hex')}`);
  const least = [24n, 0x100n, 0x1_0000n, 0x1_0000_0000n][low - 24] ?? 0n;
  if (argument < least) throw new Error('The head could be shorter');
  return { argument, end: at + 1 + size };
}

function mapEnd(bytes: Buffer, at: number, count: number): number {
  let position = at;
  let previous: Buffer | undefined;
  for (let index = 0; index < count; index++) {
    const keyEnd = itemEnd(bytes, position);
    const key = bytes.subarray(position, keyEnd);
    if (previous !== undefined && Buffer.compare(previous, key) >= 0) throw new Error('Keys are not sorted');
    previous = key;
    position = itemEnd(bytes, keyEnd);
  }
  return position;
}

function simpleEnd(bytes: Buffer, at: number, low: number): number {
  if (low < 24) return at + 1;
  if (low === 25) return at + 3;
  const value = low === 26 ? bytes.readFloatBE(at + 1) : bytes.readDoubleBE(at + 1);
  if (low === 27 && Math.fround(value) === value) throw new Error('The float could be shorter');
  if (low === 26 && isHalf(value)) throw new Error('The float could be shorter');
  return at + 1 + 2 ** (low - 24);
}

/** Whether half precision holds a number of single precision: 11 significant bits, none below 2^-24. */
function isHalf(value: number): boolean {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value) || magnitude === 0) return true;
  if (magnitude > 65_504) return false;
  const unit = Math.max(2 ** (Math.floor(Math.log2(magnitude)) - 10), 2 ** -24);
  return Number.isInteger(magnitude / unit);
}
