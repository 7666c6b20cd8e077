import { schedule } from 'somen/web';

export const add = schedule(async function add(a, b) {
  await pause();
  return a + b;
});
export const sub = schedule(async function sub(a, b) {
  await pause();
  return a - b;
});
export const mul = schedule(async function mul(a, b) {
  await pause();
  return a * b;
});
export const accumulate = schedule(
  async function accumulate(numbers) {
    await pause();
    return numbers.reduce((sum, n) => sum + n, 0);
  },
);

const pause = () =>
  new Promise((wake) => setTimeout(wake, 300));
