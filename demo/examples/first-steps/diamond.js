import { run, schedule } from 'somen/web';

const add = schedule(async function add(a, b) {
  await pause();
  return a + b;
});
const sub = schedule(async function sub(a, b) {
  await pause();
  return a - b;
});
const mul = schedule(async function mul(a, b) {
  await pause();
  return a * b;
});

// Each call takes half a second, so that you can watch.
const pause = () =>
  new Promise((wake) => setTimeout(wake, 500));

const u = add(5, 4);
const v = sub(u, 3);
const w = sub(u, 2);
const x = mul(v, w);

export const answer = await run(x); // 42
