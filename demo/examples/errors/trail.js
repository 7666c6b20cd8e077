import { failed, maybe, run, schedule } from 'somen/web';

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
const add = schedule(
  maybe(function add(a, b) {
    return a + b;
  }),
);

const sum = await run(add(reciprocal(0), squareRoot(-1)));
console.log(String(sum));

export const isFailure = failed(sum); // true
export const reasons = sum.errors.map((error) => error.message); // ['Division by zero', '-1 has no real root']
