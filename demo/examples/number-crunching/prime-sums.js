import { run, schedule } from 'somen/web';

// The sum of all primes below n.
const sumPrimes = schedule(function sumPrimes(n) {
  let sum = 0;
  for (let i = 2; i < n; i++) if (isPrime(i)) sum += i;
  return sum;
});

function isPrime(n) {
  if (n === 2) return true;
  const last = Math.ceil(Math.sqrt(n));
  for (let i = 2; i <= last; i++) if (n % i === 0) return false;
  return true;
}

const limits = [];
for (let n = 1_000_000; n < 1_400_000; n += 50_000)
  limits.push(n);

export const sums = await run(limits.map((n) => sumPrimes(n)));
export const total = sums.reduce((a, b) => a + b); // 413550633252
