import { run, schedule } from 'somen/web';

const mul = schedule(function mul(a, b) {
  return a * b;
});
// The product has to wait for the inner call.
const factorial = schedule(
  (n) => (n === 0n ? 1n : mul(factorial(n - 1n), n)),
  { name: 'factorial' },
);

export const answer = await run(factorial(100n));
export const digits = String(answer).length; // 158
