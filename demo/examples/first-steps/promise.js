import { isPromised, run } from 'somen/web';
import { add, mul } from './arithmetic.js';

const sum = add(1, 1);
console.log('Is it a number?', typeof sum === 'number');
console.log('Is it a promise?', isPromised(sum));

const product = mul(sum, 21);
console.log('So far, nothing was computed.');

export const answer = await run(product); // 42
