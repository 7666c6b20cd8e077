/**
 * Compiled code as tasks: the exports of a WebAssembly module. Workers are sent the compiled module, and import
 * nothing for it.
 */
import { wasmTasks, type Scheduled } from 'somen';
import { KERNELS_MODULE } from './kernels.generated.ts';

/** The module's bytes. */
export const kernelBytes: Uint8Array<ArrayBuffer> = Uint8Array.from(atob(KERNELS_MODULE), (text) => text.charCodeAt(0));

const kernels = wasmTasks(
  kernelBytes,
  {
    sumPrimes: { parameters: ['i32'], result: 'f64' },
    dot: { parameters: ['f64[]', 'f64[]'], result: 'f64' },
    scale: { parameters: ['f64[]', 'f64'], result: 0 },
    primesBelow: { parameters: ['i32'], result: 'u32[]' },
  },
  { name: 'demo/kernels', allocate: 'allocate', free: 'free' },
);

/** The sum of all primes below `n`, as `primeSum` computes it in JavaScript. */
export const primeSumKernel: Scheduled<(n: number) => number> = kernels.sumPrimes;
/** The scalar product of two arrays. */
export const dot: Scheduled<(a: Float64Array, b: Float64Array) => number> = kernels.dot;
/** An array times a number. */
export const scale: Scheduled<(values: Float64Array, factor: number) => Float64Array> = kernels.scale;
/** All primes below `n`. */
export const primesBelow: Scheduled<(n: number) => Uint32Array> = kernels.primesBelow;
