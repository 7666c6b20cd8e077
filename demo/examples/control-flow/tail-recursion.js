import { run, schedule } from 'somen/web';

// The product goes along. The inner call comes last.
const factorial = schedule(
  (n, product = 1n) =>
    n === 0n ? product : factorial(n - 1n, product * n),
  {
    name: 'factorial',
  },
);

export const answer = await run(factorial(100n));
export const digits = String(answer).length; // 158
