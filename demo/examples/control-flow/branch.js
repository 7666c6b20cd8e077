import { run, schedule } from 'somen/web';

const half = schedule(function half(n) {
  return n / 2;
});
const triple = schedule(function triple(n) {
  return 3 * n + 1;
});
// It returns calls: the workflow goes on with those.
const steps = schedule(
  (n, path) => {
    if (n === 1) return path;
    const next = n % 2 === 0 ? half(n) : triple(n);
    return steps(next, [...path, next]);
  },
  { name: 'steps' },
);

export const path = await run(steps(6, [6])); // [6, 3, 10, 5, 16, 8, 4, 2, 1]
