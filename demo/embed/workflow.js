/** What the three pages run: squares, one of which takes longer, and their sum. */
import { gather, schedule } from 'somen/web';

const square = schedule(
  async function square(value) {
    await new Promise((resolve) => setTimeout(resolve, value % 10 === 0 ? 40 : 4));
    return value * value;
  },
  { name: 'embed/square' },
);

const sum = schedule(
  function sum(values) {
    console.log(`adding ${values.length} values`);
    return values.reduce((total, value) => total + value, 0);
  },
  { name: 'embed/sum' },
);

/** The sum of the squares below `count`. */
export function sumOfSquares(count) {
  return sum(gather(...Array.from({ length: count }, (_, value) => square(value))));
}
