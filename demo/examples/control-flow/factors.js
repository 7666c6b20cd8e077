import { filter, gather, run, schedule } from 'somen/web';

const divides = schedule(function divides(n, x) {
  return n % x === 0;
});
const range = (from, to) =>
  Array.from({ length: to - from }, (_, i) => from + i);

const factors = (n) =>
  filter((x) => divides(n, x), range(2, n));

const numbers = range(2, 10);
const found = await run(
  gather(...numbers.map((n) => factors(n))),
);

for (const [i, n] of numbers.entries()) {
  const products = found[i].map((x) => `${x}*${n / x}`);
  console.log(
    n,
    products.length
      ? `equals ${products.join(', ')}`
      : 'is prime',
  );
}
export const primes = numbers.filter(
  (_, i) => found[i].length === 0,
); // [2, 3, 5, 7]
