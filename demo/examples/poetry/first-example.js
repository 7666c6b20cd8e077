import { run, schedule } from 'somen/web';

const add = schedule((a, b) => a + b, { name: 'add' });
const sub = schedule((a, b) => a - b, { name: 'sub' });
const mul = schedule((a, b) => a * b, { name: 'mul' });

const u = add(5, 4);
const v = sub(u, 3);
const w = sub(u, 2);
const answer = await run(mul(v, w));

export const text = `The answer is ${answer}.`; // 'The answer is 42.'
