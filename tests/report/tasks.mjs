/** Tasks whose runs are reported. */
import { schedule } from 'somen/node';

export const squares = schedule((n) => Float64Array.from({ length: n }, (_, k) => k * k), { name: 'squares' });
export const sum = schedule((values) => values.reduce((a, b) => a + b, 0), { name: 'sum' });
const add = schedule((a, b) => a + b, { name: 'add' });
export const twice = schedule((n) => add(n, n), { name: 'twice' });
export const parse = schedule(
  (text) => {
    console.log(`parsing ${text.length} characters`);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new RangeError(`Cannot parse ${text.length} characters`, { cause: error });
    }
  },
  { name: 'parse' },
);
