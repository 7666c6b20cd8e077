import { conditional, run, schedule } from 'somen/web';

const isEven = schedule(function isEven(n) {
  return n % 2 === 0;
});
const half = schedule(function half(n) {
  return n / 2;
});
const slowly = schedule(async function slowly(n) {
  await new Promise((wake) => setTimeout(wake, 3000));
  return 3 * n + 1;
});

const n = 10;
export const next = await run(
  conditional(isEven(n), half(n), slowly(n)),
); // 5
