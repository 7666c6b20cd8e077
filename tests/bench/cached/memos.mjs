/** Ways to remember what calls of a function gave: ours, what npm has, and what people write by hand. */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import cacache from 'cacache';
import { Keyv } from 'keyv';
import { KeyvFile } from 'keyv-file';

import { createRuntime, fileCache, gatherAll, inline, memoryCache, schedule } from '../../../dist/node/index.js';
import { check } from '../support/check.mjs';

/**
 * @typedef {object} Memo What remembers the squares of numbers.
 * @property {(from: number, to: number, how: 'ran' | 'retrieved') => Promise<void>} run
 * Calls the function for each number from `from` up to `to`, and checks the results and how they came about. All that
 * was to be stored is stored at the end.
 * @property {() => Promise<unknown>} close
 */

/** As many calls as somen looks up at a time. */
const TOGETHER = 128;

/** @param {number} value */
function squareOf(value) {
  return value * value;
}

const square = schedule(squareOf, { name: 'somen-bench/square', version: '1' });

/** @type {Record<string, (folder: string) => Memo>} */
export const memos = {
  'somen, no cache': () => somen(undefined),
  'somen, memoryCache': () => somen(memoryCache()),
  'somen, fileCache': (folder) => somen(fileCache(folder)),
  'a Map, keyed by SHA-1 of JSON': () => {
    const values = new Map();
    return synchronous(
      (key) => values.get(key),
      (key, text) => values.set(key, text),
    );
  },
  'keyv, in memory': () => {
    const keyv = new Keyv();
    return asynchronous(
      (key) => keyv.get(key),
      (key, text) => keyv.set(key, text),
      () => keyv.disconnect(),
    );
  },
  'a file a key': (folder) => {
    mkdirSync(folder, { recursive: true });
    return asynchronous(
      (key) => readFile(join(folder, `${key}.json`), 'utf8').catch(() => undefined),
      (key, text) => writeFile(join(folder, `${key}.json`), text),
    );
  },
  'a file a key, synchronous': (folder) => {
    mkdirSync(folder, { recursive: true });
    return synchronous(
      (key) => readOrNothing(join(folder, `${key}.json`)),
      (key, text) => writeFileSync(join(folder, `${key}.json`), text),
    );
  },
  cacache: (folder) =>
    asynchronous(
      (key) =>
        cacache.get(folder, key).then(
          ({ data }) => data.toString(),
          () => undefined,
        ),
      (key, text) => cacache.put(folder, key, text),
    ),
  'keyv, keyv-file': (folder) => {
    const keyv = new Keyv({ store: new KeyvFile({ filename: join(folder, 'keyv'), separatedFile: true }) });
    return asynchronous(
      (key) => keyv.get(key),
      (key, text) => keyv.set(key, text),
      () => keyv.disconnect(),
    );
  },
};

/** @param {import('../../../dist/node/index.js').Cache | undefined} cache */
export function somen(cache, options = {}) {
  const runtime = createRuntime({ executor: inline(), ...(cache && { cache }), display: false, ...options });
  return {
    async run(from, to, how) {
      const running = runtime.run(gatherAll(numbers(from, to).map((value) => square(value))));
      checkSquares(await running, from);
      check(running.summary[how], to - from, `calls that were ${how}`);
    },
    close: () => runtime.close(),
  };
}

/**
 * @param {(key: string) => string | undefined} get
 * @param {(key: string, text: string) => unknown} set
 * @returns {Memo}
 */
function synchronous(get, set) {
  return {
    async run(from, to, how) {
      let computed = 0;
      const call = (value) => {
        const key = keyOf(value);
        const text = get(key);
        if (text !== undefined) return JSON.parse(text);
        computed++;
        const result = squareOf(value);
        set(key, JSON.stringify(result));
        return result;
      };
      checkSquares(numbers(from, to).map(call), from);
      check(computed, how === 'ran' ? to - from : 0, 'calls that were computed');
    },
    close: async () => undefined,
  };
}

/**
 * @param {(key: string) => Promise<string | undefined>} get
 * @param {(key: string, text: string) => Promise<unknown>} set
 * @returns {Memo}
 */
function asynchronous(get, set, close = async () => undefined) {
  return {
    async run(from, to, how) {
      let computed = 0;
      const call = async (value) => {
        const key = keyOf(value);
        const text = await get(key);
        if (text !== undefined) return JSON.parse(text);
        computed++;
        const result = squareOf(value);
        await set(key, JSON.stringify(result));
        return result;
      };
      const results = [];
      for (let at = from; at < to; at += TOGETHER)
        results.push(...(await Promise.all(numbers(at, Math.min(at + TOGETHER, to)).map(call))));
      checkSquares(results, from);
      check(computed, how === 'ran' ? to - from : 0, 'calls that were computed');
    },
    close,
  };
}

/** @param {number} value */
function keyOf(value) {
  return hash('sha1', JSON.stringify(['square', value]), 'hex');
}

/** @param {string} path */
function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {number} from
 * @param {number} to
 */
function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/**
 * @param {readonly number[]} results
 * @param {number} from
 */
function checkSquares(results, from) {
  for (const [index, result] of results.entries()) check(result, (from + index) ** 2, 'a square');
}
