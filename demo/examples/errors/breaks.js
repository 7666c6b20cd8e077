// fails with: Cannot divide by zero
import { run, schedule } from 'somen/web';

const reciprocal = schedule(function reciprocal(x) {
  console.log('computing the reciprocal of', x);
  if (x === 0) throw new RangeError('Cannot divide by zero');
  return 1 / x;
});

export const results = await run(
  [2, 1, 0, -1].map((x) => reciprocal(x)),
);
