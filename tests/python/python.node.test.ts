/** The golden vectors, recomputed by a program that shares nothing with the library: Python, and its own CBOR. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { conditional, filter, fold, gather, gatherDict, keyOf, map, ops, quote, schedule, type Promised } from 'somen';
import { describe, expect, test } from 'vitest';
import { add, KEYS } from '../core/key-vectors.js';
import { LARGE, VALUES } from '../core/vectors.js';
import { callOf, notationOf } from './notation.js';

const program = fileURLToPath(new URL('dcbor.py', import.meta.url));

interface Answer {
  readonly values: readonly (readonly [encoding: string, digest: string])[];
  readonly calls: readonly string[];
}

function askPython(values: readonly unknown[], calls: readonly unknown[]): Answer {
  const input = JSON.stringify({ values: values.map(notationOf), calls: calls.map(callOf) });
  return JSON.parse(execFileSync('python3', [program], { input, maxBuffer: 2 ** 26 }).toString()) as Answer;
}

const square = schedule((n: number) => n * n, { name: 'vectors/square', version: '3' });
const isEven = schedule((n: number) => n % 2 === 0, { name: 'vectors/is-even', version: '1' });

/** Ten workflows, most of them of several calls. */
function workflows(): Promised<unknown>[] {
  const u = add(5, 4);
  return [
    add(add(u, -3), add(u, -2)),
    gather(square(2), u, 'x'),
    gatherDict({ a: square(2), b: [u] }),
    map(square, [1, 2, square(3)]),
    map(square, [1, 2, 3], { chunk: 2 }),
    filter(isEven, [1, 2, u as unknown as number]),
    fold(square as never, 0, [1, 2, 3]),
    conditional(isEven(4), square(4), add(1)),
    ops.lt(ops.add(square(2), 1), 9),
    add(quote(add(1, square(2))), new Map([[1n, new Uint8Array(2000)]])),
  ];
}

/** As for browsers: CI has Python, and elsewhere it is asked if it is there. */
const isMissing = process.env['CI'] === undefined && spawnSync('python3', ['--version']).status !== 0;

describe.skipIf(isMissing)('Python', () => {
  test('Python gives the encodings and digests of all values', () => {
    const { values } = askPython([...VALUES.map(({ value }) => value()), LARGE.value()], []);
    const large = values.at(-1);
    VALUES.forEach(({ name, encoding, digest }, index) => {
      expect([name, ...(values[index] ?? [])]).toEqual([name, encoding, digest]);
    });
    expect(large?.[1]).toBe(LARGE.digest);
  });

  test('Python gives the keys of all calls', () => {
    const { calls } = askPython(
      [],
      KEYS.map(({ call }) => call()),
    );
    KEYS.forEach(({ name, key }, index) => expect([name, calls[index]]).toEqual([name, key]));
  });

  test('Python gives the keys of ten workflows', () => {
    const promised = workflows();
    expect(askPython([], promised).calls).toEqual(promised.map((each) => keyOf(each)));
  });
});
