/**
 * Bytes and texts that no writer wrote, against every decoder: each must give a value or throw a `SerializationError`, soon,
 * and without using more memory than the input and what was announced within the limits.
 */
import { fromNpy, SerializationError, toNpy, type Registry, type RegistryOptions } from 'somen';

/** A decoder under test. */
interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => unknown;
}

/** `somen` or `somen/node`: the latter can compress. */
interface FuzzedPackage {
  createRegistry(options: RegistryOptions): Registry;
}

/** What happened. */
export interface FuzzReport {
  readonly inputs: number;
  readonly values: number;
  readonly refused: number;
  /** The longest that one input took, in milliseconds. */
  readonly slowest: number;
}

class Point {
  readonly x: number = 1;
}

const text = new TextEncoder();
const fromText = new TextDecoder();
/** What is not trusted is read with limits. */
const limits = { depth: 64, items: 100_000, bytes: 2 ** 20 };

function samples(): unknown[] {
  const ring: Record<string, unknown> = { map: new Map<unknown, unknown>([[1, new Set(['a', -0])]]) };
  ring['self'] = [ring, ring];
  return [
    ring,
    [1n, -(2n ** 70n), 1.5, Number.NaN, undefined, null, true, 'ü', '\ud800', Symbol.for('s')],
    { date: new Date(5), pattern: /a+/gu, url: new URL('http://a.test'), error: new TypeError('x', { cause: 1 }) },
    [
      new Float64Array(200),
      new Uint8Array(3),
      new BigInt64Array(2),
      new ArrayBuffer(5),
      new DataView(new ArrayBuffer(2)),
    ],
    [new Point(), new Array(2), { constructor: 1 }, Object(5)],
    Array.from({ length: 50 }, (_, index) => ({ id: index, name: `n${index}` })),
  ];
}

function targets({ createRegistry }: FuzzedPackage, compress: boolean): Target[] {
  const all = samples();
  const own = createRegistry({ name: 'fuzz', classes: { Point } });
  return [
    { name: 'canonical', seeds: all.map((value) => own.encode(value)), read: (bytes) => own.decode(bytes, { limits }) },
    {
      name: 'binary',
      seeds: all.map((value) => own.toBinaryFile(value, { compress })),
      read: (bytes) => own.fromBinary(bytes, { limits }),
    },
    {
      name: 'json',
      seeds: all.map((value) => text.encode(own.toJSON(value))),
      read: (bytes) => own.fromJSON(fromText.decode(bytes), { limits }),
    },
    {
      name: 'npy',
      seeds: [toNpy(new Float64Array(9)), toNpy({ data: new Int8Array(6), shape: [2, 3] })],
      read: fromNpy,
    },
  ];
}

/** The linear congruential generator of Numerical Recipes: the same inputs for the same seed, everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes that are likely to mean something: heads of every kind, lengths that are too long. */
const TELLING = [
  0x00, 0x18, 0x1b, 0x3b, 0x40, 0x5b, 0x60, 0x7f, 0x80, 0x9b, 0xa0, 0xbb, 0xc2, 0xd8, 0x1c, 0x1d, 0xf4, 0xf9, 0xff,
];

function mutated(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = [...seed];
  for (let times = random(6); times >= 0; times--) {
    const at = random(bytes.length + 1);
    const byte = random(2) === 0 ? random(256) : (TELLING[random(TELLING.length)] ?? 0);
    const kind = random(6);
    if (kind === 0) bytes[at] = byte;
    else if (kind === 1) bytes.splice(at, 0, byte, random(256));
    else if (kind === 2) bytes.splice(at, 1 + random(4));
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(random(bytes.length), random(bytes.length)));
    else if (kind === 4) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else bytes.length = Math.min(bytes.length, at + 1);
  }
  return Uint8Array.from(bytes);
}

function noise(random: (below: number) => number): Uint8Array {
  return Uint8Array.from({ length: random(60) }, () =>
    random(3) === 0 ? (TELLING[random(TELLING.length)] ?? 0) : random(256),
  );
}

/**
 * Tries `count` inputs.
 * @throws Error with the input in hex where one ends in anything else
 */
export function fuzz(somen: FuzzedPackage, count: number, seed: number, compress = false): FuzzReport {
  const random = generator(seed);
  const all = targets(somen, compress);
  let values = 0;
  let slowest = 0;
  for (let input = 0; input < count; input++) {
    const { name, seeds, read } = all[input % all.length] as Target;
    const bytes = random(10) === 0 ? noise(random) : mutated(seeds[random(seeds.length)] as Uint8Array, random);
    const start = performance.now();
    try {
      read(bytes);
      values++;
    } catch (error) {
      if (!(error instanceof SerializationError))
        throw new Error(`Cannot accept how ${name} ended for ${hexOf(bytes)}: ${String(error)}`, { cause: error });
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  return { inputs: count, values, refused: count - values, slowest };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
