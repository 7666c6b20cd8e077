/** Encoding and decoding of values. Each content in a process of its own. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { createSHA256 } from 'hash-wasm';

import { createWasmHasher } from '../../../dist/wasm/index.js';
import { compare, timed } from '../support/measure.mjs';
import { contents, series, smallObjects } from './contents.mjs';
import { contestants, digest, ipc } from './contestants.mjs';

/** Beyond this, text is no contest. */
const SLOW_FROM = 2 ** 24;

/**
 * Milliseconds of each contestant for the content of a number, and how many bytes it makes.
 * @param {{ index: number, quick: boolean, rounds: number }} options
 */
export async function measureContent({ index, quick, rounds }) {
  const { make, isBinary = false, isArrow = false, isLarge = false } = contents(quick)[index];
  const value = make();
  const able = contestants.map((each) => contestantFor(each, value, isArrow)).filter((each) => each !== undefined);
  const extra = isBinary ? [copying(value)] : [];
  return measure(able, extra, value, { rounds, skipsSlow: isLarge && !quick });
}

/** Those that do not know Arrow get its IPC stream, as their users would do. */
function contestantFor(contestant, value, isArrow) {
  const isOurs = contestant.name.startsWith('somen');
  if (!isArrow || isOurs) return isAble(contestant, value) ? contestant : undefined;
  if (['JSON', 'superjson', 'devalue', 'structuredClone'].includes(contestant.name)) return undefined;
  return {
    ...contestant,
    encode: (table) => contestant.encode(ipc.encode(table)),
    decode: (encoded) => ipc.decode(contestant.decode(encoded)),
  };
}

/** Whether it gives back what it was given. Large arrays of numbers are no question. */
function isAble({ name, encode, decode }, value) {
  if (decode === undefined) return true;
  try {
    const back = decode(encode(value));
    // JSON's own arrays will do; their items are no question.
    if (value instanceof Float64Array)
      return back.length === value.length && (name === 'JSON' || back.constructor === Float64Array);
    if (typeof value.schema === 'object') return String(back.schema) === String(value.schema);
    return isDeepStrictEqual(back, name === 'JSON' ? JSON.parse(JSON.stringify(value)) : value) && !loses(name, value);
  } catch {
    return false;
  }
}

/** What JSON makes of maps equals what JSON makes of maps. */
function loses(name, value) {
  return name === 'JSON' && Array.isArray(value[0]);
}

/** One pass over the memory. */
function copying(value) {
  const list = Array.isArray(value) ? value : [value];
  return {
    name: 'memcpy',
    encode: () => list.map((array) => array.slice()),
    decode: undefined,
    size: () => list.reduce((sum, array) => sum + array.byteLength, 0),
  };
}

async function measure(able, extra, value, { rounds, skipsSlow }) {
  const all = [...able, ...extra].filter(({ slow = false }) => !(slow && skipsSlow));
  const encode = await compare(
    all.map((each) => ({ name: each.name, sample: sampled(() => each.encode(value)) })),
    { rounds },
  );
  const decoding = all.filter((each) => each.decode !== undefined);
  const encoded = new Map(decoding.map((each) => [each.name, each.encode(value)]));
  const decode = await compare(
    decoding.map((each) => ({ name: each.name, sample: sampled(() => each.decode(encoded.get(each.name))) })),
    { rounds },
  );
  const sizes = Object.fromEntries(
    all.map((each) => [each.name, each.size(encoded.get(each.name) ?? each.encode(value))]),
  );
  const key = await compare([{ name: 'key', sample: sampled(() => digest(value)) }], { rounds });
  return { encode, decode, sizes, key: key['key'] };
}

/** A sample of at least 20 milliseconds, in milliseconds each. */
function sampled(action) {
  return async () => {
    let times = 0;
    let taken = 0;
    while (taken < 20) {
      taken += await timed(action);
      times++;
    }
    return taken / times;
  };
}

/**
 * Milliseconds by size, of a large array or of many small objects.
 * @param {{ kind: 'array' | 'objects', sizes: number[], rounds: number }} options
 */
export async function measureSizes({ kind, sizes, rounds }) {
  const results = [];
  const names = new Set([
    'somen, binary',
    'somen, binary in one piece',
    'somen, canonical',
    'JSON',
    'v8.serialize',
    'msgpackr, records',
  ]);
  for (const size of sizes) {
    const value = kind === 'array' ? series(size) : smallObjects(Math.ceil(size / 53));
    const able = contestants.filter(({ name, slow = false }) => names.has(name) && !(slow && size > SLOW_FROM));
    const { encode, decode } = await measure(able, kind === 'array' ? [copying(value)] : [], value, {
      rounds,
      skipsSlow: false,
    });
    results.push({ size, encode, decode });
  }
  return results;
}

/**
 * Milliseconds that SHA-256 takes, by size: the figure of seed 000.
 * @param {{ sizes: number[], rounds: number }} options
 */
export async function measureSha256({ sizes, rounds }) {
  const wasm = createWasmHasher();
  const hashWasm = await createSHA256();
  const results = [];
  for (const size of sizes) {
    const bytes = new Uint8Array(size).map((_, index) => index * 7);
    const ways = {
      'somen, wasm': () => wasm.hash([bytes]),
      'node:crypto': () => createHash('sha256').update(bytes).digest(),
      'hash-wasm': () => hashWasm.init().update(bytes).digest('binary'),
    };
    results.push({
      size,
      ...(await compare(
        Object.entries(ways).map(([name, action]) => ({ name, sample: sampled(action) })),
        { rounds },
      )),
    });
  }
  return results;
}
