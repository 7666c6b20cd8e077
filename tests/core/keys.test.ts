import { digest, encode, gather, keyOf, memoryCache, run, schedule } from 'somen';
import { describe, expect, test } from 'vitest';
import type { Hasher } from '../../dist/core/hasher.js';
import { Keyer } from '../../dist/core/key.js';
import { createPortableHasher } from '../../dist/core/sha256.js';
import { nodeOf, type WorkflowNode } from '../../dist/core/workflow.js';
import { createWasmHasher } from '../../dist/wasm/index.js';
import { eventsOf } from './support/events.js';
import { KEYS } from './key-vectors.js';
import { openRuntime } from './support/runtime.js';

const call = schedule((...values: unknown[]) => values.length, { name: 'keys/call', version: '1' });

const hashers: readonly (readonly [string, () => Hasher])[] = [
  ['JavaScript', createPortableHasher],
  ['WebAssembly', () => createWasmHasher()],
  ['WebAssembly without SIMD', () => createWasmHasher({ simd: false })],
  ['an engine with the least scratch', leastHasher],
];

describe('keyOf', () => {
  test.each(KEYS)('keyOf gives the key as specified for $name', ({ call: make, key }) => {
    expect(keyOf(make())).toBe(key);
  });

  test.each(KEYS.filter(({ hashed }) => hashed !== undefined))(
    'keyOf is the SHA-256 of the bytes that stand with $name',
    ({ key, hashed = '' }) => {
      const bytes = Uint8Array.from(hashed.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      const sum = createPortableHasher().hash([bytes]);
      expect(Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(key);
    },
  );

  test('keyOf is the digest of format, task, version and arguments when these are plain and short', () => {
    for (const args of [
      [],
      [1, 'a'],
      [{ b: [1n, null] }, new Map([[1, 2]])],
      [new Date(0), /x/g, new Float32Array(9)],
    ]) {
      expect(keyOf(call(...args))).toBe(digest(['somen/1', 'keys/call', '1', args]));
    }
  });

  test('keyOf differs when task, version, number or values of arguments differ', () => {
    const other = schedule((...values: unknown[]) => values, { name: 'keys/other', version: '1' });
    const later = schedule((...values: unknown[]) => values, { name: 'keys/later', version: '2' });
    const keys = [
      call(),
      call(undefined),
      call(1),
      call(1n),
      call('1'),
      call([1]),
      call(1, 2),
      call([1, 2]),
      other(1),
      later(1),
      call(call(1)),
      call(keyOf(call(1))),
    ];
    expect(new Set(keys.map((promise) => keyOf(promise))).size).toBe(keys.length);
  });

  test('keyOf takes the key under which a run stores the result when all arguments are plain', async () => {
    const promise = call('x'.repeat(5000), { a: new Float64Array(1000) });
    const events = await eventsOf(run(promise, { cache: memoryCache() }));
    expect(events.at(-1)).toMatchObject({ type: 'done', key: keyOf(promise) });
  });

  test('a run stores a call under one key when an argument is given, and when it is the result of a call', async () => {
    const make = schedule((value: unknown) => value, { name: 'keys/make', version: '1' });
    const values = [
      1,
      'x'.repeat(5000),
      2n ** 9000n,
      new Float64Array(1000),
      Array.from({ length: 2000 }, (_, index) => index),
      { deep: ['x'.repeat(1000)] },
    ];
    for (const value of values) {
      const events = await eventsOf(run(call(make(value)), { cache: memoryCache() }));
      expect(events.find(({ name, type }) => name === 'keys/call' && type === 'done')?.key).toBe(keyOf(call(value)));
    }
  });

  test('keyOf takes graphs of 10,000 calls without using up the stack', () => {
    let chain: unknown = 0;
    for (let index = 0; index < 10_000; index++) chain = call(chain, chain);
    expect(keyOf(chain)).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf(gather(...Array.from({ length: 10_000 }, (_, index) => call(index))))).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('Keyer', () => {
  const large = new Float64Array(300);
  let serial = 0;
  const cases: readonly (readonly [string, () => unknown[]])[] = [
    ['long text after a short argument', () => ['abc', 'x'.repeat(5000), 1]],
    ['two large typed arrays in one argument', () => [{ a: 'first', large, b: 'second', more: large, c: 'third' }, 1]],
    [
      'more short arguments than the scratch holds',
      () => Array.from({ length: 100 }, (_, index) => ({ index, text: 'x'.repeat(900) })),
    ],
    [
      'more short text than the scratch holds',
      () => Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(240)}`),
    ],
    [
      'large arguments after the scratch is full',
      () => [...Array.from({ length: 100 }, () => 'y'.repeat(1000)), large, [large, 2n ** 9000n], 'z'.repeat(2000)],
    ],
    ['an argument of 1024 bytes', () => ['x'.repeat(1021), 1, new Uint8Array(1020)]],
    [
      'a task whose version is not computed yet',
      () => ['abc', schedule(() => serial, { name: `keys/fresh-${serial++}` }), 'def'],
    ],
    ['a large bigint', () => [1, 2n ** 9000n, 2]],
  ];

  test.each(cases)('a Keyer gives the key as specified with every engine when there is %s', (_, makeArgs) => {
    const args = makeArgs();
    for (const [engine, create] of hashers)
      expect([engine, keyWith(create(), args)]).toEqual([engine, keyWith(referenceHasher(), args)]);
  });
});

function keyWith(hasher: Hasher, args: readonly unknown[]): string {
  const node = nodeOf(call(...args)) as WorkflowNode;
  const fresh = args.map((value) => value);
  // Versions are computed once: each engine has to meet the task without one.
  for (const value of fresh) forgetVersion(value);
  return new Keyer(hasher, { moduleName: (url) => url }).workflowKey(node);
}

function forgetVersion(value: unknown): void {
  const task =
    typeof value === 'function'
      ? (value as unknown as Record<symbol, { version?: string }>)[Symbol.for('somen.task/1')]
      : undefined;
  if (task !== undefined) Object.assign(task, { version: undefined });
}

/** Plain JavaScript with so large a scratch that nothing has to leave it, and that no hashing overwrites. */
function referenceHasher(): Hasher {
  const hasher = createPortableHasher();
  const scratch = new Uint8Array(2 ** 20);
  return { ...hasher, scratch, hashScratch: (length) => hexOf(hasher.hash([scratch.subarray(0, length)])) };
}

/** As little memory as the port allows, overwritten by all that is hashed. */
function leastHasher(): Hasher {
  const hasher = createPortableHasher();
  const scratch = new Uint8Array(4096);
  return {
    ...hasher,
    scratch,
    hashScratch: (length) => hexOf(hasher.hash([scratch.subarray(0, length)])),
    hash(pieces) {
      // As an engine does that copies what it hashes into its memory, piece by piece.
      const whole = pieces.map((piece) => {
        const copy = piece.slice();
        scratch.fill(0xee);
        return copy;
      });
      return hasher.hash(whole);
    },
  };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

test('encode and keyOf agree on the first bytes of a key', () => {
  expect(Array.from(encode(['somen/1']))).toEqual([
    0x81,
    0x67,
    ...Array.from('somen/1', (character) => character.charCodeAt(0)),
  ]);
});

test('runtime.digest gives what digest gives', async () => {
  const runtime = openRuntime();
  for (const value of [1, { a: [1n] }, new Float64Array(1000)]) expect(await runtime.digest(value)).toBe(digest(value));
  await expect(runtime.digest(() => 1)).rejects.toMatchObject({ code: 'ERR_SERIALIZATION', path: 'value' });
});
