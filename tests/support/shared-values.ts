/** Tasks that Node and pages share through a cache: results of every kind, and one of two chunks. */
import { schedule, type Scheduled } from 'somen';

/** What {@link sampleTask} computes. */
export interface Sample {
  readonly floats: Float64Array;
  readonly map: Map<unknown, unknown>;
  readonly date: Date;
  readonly nested: object;
}

const FLOATS = 200_000;
const BYTES = 5 * 1_048_576;

/** Floats of all exponents, subnormal ones, -0, infinities and NaN among them; and what JSON does not know. */
export function sampleOf(seed: number): Sample {
  const floats = Float64Array.from(
    bitsOf(FLOATS, seed),
    (bits, index) => (bits - 2 ** 31) * 2 ** ((index % 2098) - 1074),
  );
  floats.set([-0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 0.1]);
  return {
    floats,
    map: new Map<unknown, unknown>([
      ['date', new Date(0)],
      [{ a: 1 }, new Set([1n, -0, undefined])],
    ]),
    date: new Date(1_700_000_000_123),
    nested: { a: [{ b: { c: [null, undefined, -0, 'ü\u{1f35c}'] } }], bytes: Uint8Array.of(0, 255), seed },
  };
}

/** 5 MiB without a pattern. */
export function bytesOf(seed: number): Uint8Array {
  return new Uint8Array(bitsOf(BYTES / 4, seed).buffer);
}

/** Computes {@link sampleOf}. */
export const sampleTask: Scheduled<typeof sampleOf> = schedule((seed: number): Sample => sampleOf(seed), {
  name: 'shared/sample',
  version: '1',
});
/** Computes {@link bytesOf}. */
export const bytesTask: Scheduled<typeof bytesOf> = schedule((seed: number): Uint8Array => bytesOf(seed), {
  name: 'shared/bytes',
  version: '1',
});

/** A linear congruential generator (Numerical Recipes, 7.1). */
function bitsOf(length: number, seed: number): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(length);
  let state = seed;
  for (let index = 0; index < length; index++)
    numbers[index] = state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return numbers;
}
