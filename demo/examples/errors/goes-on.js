import { run, schedule } from 'somen/web';

const root = schedule(function root(x) {
  if (x < 0) throw new RangeError(`${x} has no real root`);
  return Math.sqrt(x);
});

const calls = [4, -1, 9, -4].map((x) => root(x));

// First all that can be computed, then all failures.
const all = await run(calls, { onError: 'continue' }).catch(
  (error) => error,
);

export const failures = all.errors
  .map(({ message }) => message)
  .sort(); // ['-1 has no real root', '-4 has no real root']
