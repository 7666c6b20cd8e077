import { lookUp } from './dictionary.js';

const poem = [
  'If music be the food of love, play on,',
  'Give me excess of it; that surfeiting,',
  'The appetite may sicken, and so die.',
];

// One word after the other.
async function translate(language, line) {
  const words = [];
  for (const word of line.match(/\p{L}+/gu))
    words.push(await lookUp(language, word));
  return line.replaceAll(/\p{L}+/gu, () => words.shift());
}

for (const line of poem)
  console.log(await translate('de', line));

export const love = await translate('da', 'love'); // 'kærlighed'
