import { findFirst, run, schedule } from 'somen/web';

const divides = schedule(async function divides(n, x) {
  await new Promise((wake) => setTimeout(wake, 200));
  return n % x === 0;
});
const range = Array.from({ length: 61 }, (_, i) => i + 2);

export const factor = await run(
  findFirst((x) => divides(77, x), range),
); // 7
