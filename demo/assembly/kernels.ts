/**
 * The kernels of the demos, in AssemblyScript: what seed 001 does in 'number crunching using Cython', and functions
 * that pass arrays. An array comes as its address and its length in elements.
 */

/** The sum of all primes below `n`, each found by trial division up to the square root. */
export function sumPrimes(n: i32): f64 {
  let sum: f64 = 0;
  for (let candidate = 2; candidate < n; candidate++) if (isPrime(candidate)) sum += candidate;
  return sum;
}

function isPrime(n: i32): bool {
  if (n === 2) return true;
  const last = <i32>Math.ceil(Math.sqrt(n));
  for (let divisor = 2; divisor <= last; divisor++) if (n % divisor === 0) return false;
  return true;
}

/** The scalar product of two arrays. */
export function dot(a: usize, lengthA: i32, b: usize, lengthB: i32): f64 {
  let sum: f64 = 0;
  for (let index = 0, length = min(lengthA, lengthB); index < length; index++)
    sum += load<f64>(a + (<usize>index << 3)) * load<f64>(b + (<usize>index << 3));
  return sum;
}

/** Multiplies an array in place. */
export function scale(values: usize, length: i32, factor: f64): void {
  for (let at = values, end = values + (<usize>length << 3); at < end; at += 8) store<f64>(at, load<f64>(at) * factor);
}

/** All primes below `n`, as a new array: its address in the low 32 bits, its length in the high ones. */
export function primesBelow(n: i32): u64 {
  const address = heap.alloc(max(n, 1) << 2);
  let length: u64 = 0;
  for (let candidate = 2; candidate < n; candidate++)
    if (isPrime(candidate)) {
      store<u32>(address + (<usize>length << 2), candidate);
      length++;
    }
  return (length << 32) | address;
}

/** Never allowed: for the test of traps. */
export function trap(): void {
  unreachable();
}

export function wide(a: i64, b: u64): u64 {
  return b + <u64>a;
}

export function unsigned(a: u32): u32 {
  return a - 1;
}

export function allocate(bytes: i32): usize {
  return heap.alloc(bytes);
}

export function free(address: usize): void {
  heap.free(address);
}
