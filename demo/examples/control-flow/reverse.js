import { gather, run, schedule } from 'somen/web';

const reverse = schedule(async function reverse(word) {
  await new Promise((wake) => setTimeout(wake, 300));
  return [...word].reverse().join('');
});
const join = schedule(function join(words) {
  return words.join(' ');
});

const sentence = 'the quick brown fox jumps over the lazy dog';
const words = sentence.split(' ').map((word) => reverse(word));

export const result = await run(join(gather(...words))); // 'eht kciuq nworb xof spmuj revo eht yzal god'
