import { gather, run } from 'somen/web';
import { accumulate, add, mul, sub } from './arithmetic.js';

// An ordinary function. It runs here and now, and makes calls.
function myFunction(a, b, c) {
  const d = add(a, b);
  return mul(d, c);
}

const u = add(1, 1);
const v = sub(3, u);
const w = [0, 1, 2, 3, 4, 5].map((i) => myFunction(i, v, u));
const x = accumulate(gather(...w));

export const answer = await run(x); // 42
