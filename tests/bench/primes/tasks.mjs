/** The prime sums of the documentation of Noodles: much arithmetic, and no cleverness. */
import { schedule } from '../../../dist/node/index.js';

/** @param {number} n */
export function sumPrimes(n) {
  let sum = 0;
  for (let x = 2; x < n; x++) if (isPrime(x)) sum += x;
  return sum;
}

/** @param {number} n */
function isPrime(n) {
  if (n === 2) return true;
  const last = Math.ceil(Math.sqrt(n));
  for (let i = 2; i <= last; i++) if (n % i === 0) return false;
  return true;
}

export const scheduledSumPrimes = schedule(sumPrimes);
