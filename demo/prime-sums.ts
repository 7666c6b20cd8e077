/**
 * The prime sums of the Noodles tutorial 'Parallel Number crunching using Cython': work without cunning, so that there
 * is something to spread. Both demos, the one in the terminal and the one on the page, compute them.
 */
import { tasks, type Scheduled } from 'somen';

/** The sum of all primes below `n`, each found by trial division up to the square root. */
export function sumPrimes(n: number): number {
  let sum = 0;
  for (let candidate = 2; candidate < n; candidate++) {
    if (isPrime(candidate)) sum += candidate;
  }
  return sum;
}

function isPrime(n: number): boolean {
  if (n === 2) return true;
  const last = Math.ceil(Math.sqrt(n));
  for (let divisor = 2; divisor <= last; divisor++) {
    if (n % divisor === 0) return false;
  }
  return true;
}

/** `sumPrimes` as a task. Name and version hold in every runtime, so Node and browsers give a call the same key. */
export const primeSum: Scheduled<typeof sumPrimes> = tasks('demo', { primeSum: sumPrimes }, { version: '1' }).primeSum;

/** One sum of the tutorial: the primes below `n` add up to `sum`. */
export interface PrimeSum {
  readonly n: number;
  readonly sum: number;
}

/** The sums that the tutorial prints, for n = 1,000,000 to 1,950,000 in steps of 50,000. */
export const publishedSums: readonly PrimeSum[] = [
  37550402023, 41276629127, 45125753695, 49161463647, 53433406131, 57759511224, 62287995772, 66955471633, 71881256647,
  76875349479, 82074443256, 87423357964, 92878592188, 98576757977, 104450958704, 110431974857, 116581137847,
  122913801665, 129451433482, 136136977177,
].map((sum, index) => ({ n: 1_000_000 + 50_000 * index, sum }));
