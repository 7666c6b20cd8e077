/** Who encodes: somen's encodings, and its peers. */
import { deserialize, serialize } from 'node:v8';

import * as arrow from 'apache-arrow';
import * as cbor from 'cbor-x';
import * as devalue from 'devalue';
import { Packr, pack, unpack } from 'msgpackr';
import * as superjson from 'superjson';

import { arrowTables, createRegistry } from '../../../dist/node/index.js';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(value: any) => any} encode
 * @property {((encoded: any) => any) | undefined} decode
 * @property {(encoded: any) => number} size How many bytes it takes.
 * @property {boolean} [slow] Too slow for the largest contents.
 */

const registry = createRegistry({ name: 'bench', serializers: [arrowTables(arrow)] });
const packr = new Packr({ moreTypes: true, structuredClone: true });
const cborEncoder = new cbor.Encoder({ structuredClone: true });

const bytes = (/** @type {Uint8Array} */ encoded) => encoded.length;
const text = (/** @type {string} */ encoded) => Buffer.byteLength(encoded);

/** @param {{ head: Uint8Array, buffers: readonly Uint8Array[] }} parts */
function partsSize({ head, buffers }) {
  return buffers.reduce((sum, buffer) => sum + buffer.length, head.length);
}

/** @type {readonly Contestant[]} */
export const contestants = [
  {
    name: 'somen, binary',
    encode: (value) => registry.toBinary(value),
    decode: (parts) => registry.fromBinary(parts),
    size: partsSize,
  },
  {
    name: 'somen, binary in one piece',
    encode: (value) => registry.toBinaryFile(value),
    decode: (file) => registry.fromBinary(file),
    size: bytes,
  },
  {
    name: 'somen, binary with LZ4',
    encode: (value) => registry.toBinary(value, { compress: true }),
    decode: (parts) => registry.fromBinary(parts),
    size: partsSize,
  },
  {
    name: 'somen, canonical',
    encode: (value) => registry.encode(value),
    decode: (encoding) => registry.decode(encoding),
    size: bytes,
  },
  {
    name: 'JSON',
    encode: (value) => JSON.stringify(value, plainArrays),
    decode: (json) => JSON.parse(json),
    size: text,
    slow: true,
  },
  { name: 'v8.serialize', encode: serialize, decode: deserialize, size: bytes },
  { name: 'structuredClone', encode: (value) => structuredClone(value), decode: undefined, size: () => 0 },
  { name: 'msgpackr', encode: (value) => pack(value), decode: (packed) => unpack(packed), size: bytes },
  {
    name: 'msgpackr, records',
    encode: (value) => packr.pack(value),
    decode: (packed) => packr.unpack(packed),
    size: bytes,
  },
  {
    name: 'cbor-x, records',
    encode: (value) => cborEncoder.encode(value),
    decode: (encoded) => cborEncoder.decode(encoded),
    size: bytes,
  },
  {
    name: 'superjson',
    encode: (value) => superjson.stringify(value),
    decode: (json) => superjson.parse(json),
    size: text,
    slow: true,
  },
  {
    name: 'devalue',
    encode: (value) => devalue.stringify(value),
    decode: (json) => devalue.parse(json),
    size: text,
    slow: true,
  },
];

/** JSON has no arrays of numbers but its own. */
function plainArrays(/** @type {string} */ _key, /** @type {unknown} */ value) {
  return value instanceof Float64Array ? Array.from(value) : value;
}

/** The digest of a value, as keys have it. */
export function digest(/** @type {unknown} */ value) {
  return registry.digest(value);
}

/** For peers that know nothing of Arrow, and to see what Arrow itself takes. */
export const ipc = {
  encode: (/** @type {arrow.Table} */ table) => arrow.tableToIPC(table, 'stream'),
  decode: (/** @type {Uint8Array} */ stream) => arrow.tableFromIPC(stream),
};
