import { maybe, run, schedule } from 'somen/web';

const reciprocal = schedule(
  maybe(function reciprocal(x) {
    if (x === 0) throw new RangeError('Division by zero');
    return 1 / x;
  }),
);
const squareRoot = schedule(
  maybe(function squareRoot(x) {
    if (x < 0) throw new RangeError(`${x} has no real root`);
    return Math.sqrt(x);
  }),
);

const numbers = [2, 1, 0, -1];
const roots = await run(
  numbers.map((x) => squareRoot(reciprocal(x))),
);

for (const [i, x] of numbers.entries())
  console.log(`The root of 1/${x}:`, String(roots[i]));

export const good = roots.filter(
  (root) => typeof root === 'number',
); // [Math.SQRT1_2, 1]
