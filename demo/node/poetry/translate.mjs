/**
 * Translates in the worst possible way: word by word, each by the first word that the dictionary has for it. The dictionary
 * is a list in a file, which the tutorial's page has, too; it answers as late as one on the web would.
 */
import { setTimeout } from 'node:timers/promises';
import { schedule } from 'somen/node';
import { words as dictionary } from '../../examples/poetry/words.js';
import { format, wordsOf } from './sizes.mjs';

/** How long the dictionary takes for an answer, in milliseconds. */
const LATENCY = 5;

/** A word in another language, with a capital letter if it had one; in angle brackets where the dictionary lacks it. */
async function translateWord(language, word) {
  await setTimeout(LATENCY);
  const translated = dictionary[word.toLowerCase()]?.[language];
  if (translated === undefined) return `<${word}>`;
  return /^\p{Lu}/u.test(word) ? translated.charAt(0).toUpperCase() + translated.slice(1) : translated;
}

/** A line in another language: one word is looked up after the other. */
export async function translateLine(language, line) {
  const words = [];
  for (const word of wordsOf(line)) words.push(await translateWord(language, word));
  return line.replaceAll(/\p{L}+/gu, () => words.shift());
}

/** The same word as a task. */
const word = schedule(translateWord);

/**
 * The same line as a workflow. The words are promises now, so what takes them must be a task, too: `format` is one. Nothing
 * here says that words may be looked up at the same time; they may, because none needs another.
 */
export function promiseLine(language, line) {
  return format(line.replaceAll(/\p{L}+/gu, '{}'), ...wordsOf(line).map((each) => word(language, each)));
}
