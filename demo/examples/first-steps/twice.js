import { run } from 'somen/web';
import { add, mul } from './arithmetic.js';

const a = add(1, 1);
const b = mul(a, 2);
const c = add(a, a);
const d = mul(b, c);

// The same calls, written once more.
const e = mul(add(1, 1), 2);

export const both = await run([d, e]); // [16, 4]
