import { gather, run, schedule } from 'somen/web';
import { lookUp } from './dictionary.js';

const poem = [
  'If music be the food of love, play on,',
  'Give me excess of it; that surfeiting,',
  'The appetite may sicken, and so die.',
];

const translateWord = schedule(lookUp);
const fill = schedule(function fill(line, ...words) {
  return line.replaceAll(/\p{L}+/gu, () => words.shift());
});

function translate(language, line) {
  const words = line
    .match(/\p{L}+/gu)
    .map((word) => translateWord(language, word));
  return fill(line, ...words);
}

const lines = poem.map((line) => translate('eo', line));
const translated = await run(gather(...lines));
for (const line of translated) console.log(line);

const text = translated.join(' ');
export const unknown = text.match(/<\w+>/g); // ['<surfeiting>']
