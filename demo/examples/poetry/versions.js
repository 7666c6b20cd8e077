import { gather, run, schedule } from 'somen/web';

const wordSize = schedule(function wordSize(word) {
  return word.length;
});

const phraseSizes = schedule(
  function phraseSizes(phrase) {
    const words = phrase.match(/\p{L}+/gu);
    return gather(...words.map((word) => wordSize(word)));
  },
  { version: '1.0' },
);

const phrase = 'Kneu kneu kneu kneu ote kneu eur';
export const sizes = await run(phraseSizes(phrase)); // [4, 4, 4, 4, 3, 4, 3]
