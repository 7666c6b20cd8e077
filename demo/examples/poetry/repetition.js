import { run, schedule } from 'somen/web';

const wordSize = schedule(function wordSize(word) {
  return word.length;
});
const format = schedule(function format(template, ...values) {
  return template.replaceAll('{}', () => values.shift());
});

function phraseSizes(phrase) {
  const words = phrase.match(/\p{L}+/gu);
  const template = phrase.replaceAll(/\p{L}+/gu, '{}');
  return format(template, ...words.map((w) => wordSize(w)));
}

const phrases = ['Oote oote oote, Boe', 'Oe oe oote oote oote'];

export const sizes = await run(phraseSizes(phrases[0])); // '4 4 4, 3'
