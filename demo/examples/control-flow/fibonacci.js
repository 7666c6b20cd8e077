import { run, schedule } from 'somen/web';

const add = schedule(function add(a, b) {
  return a + b;
});
const fibonacci = schedule(
  (n) => (n < 2 ? n : add(fibonacci(n - 1), fibonacci(n - 2))),
  { name: 'fibonacci' },
);

export const answer = await run(fibonacci(8)); // 21
