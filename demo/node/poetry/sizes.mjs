/** How long the words of a poem are: phrases repeat words, and so do runs, so most of it is known already. */
import { lift, schedule } from 'somen/node';

/** How many letters a word has. */
export const wordSize = schedule(function wordSize(word) {
  return word.length;
});

/** A template with the values in the places of its `{}`. */
export const format = schedule(function format(template, ...values) {
  let next = 0;
  return template.replaceAll('{}', () => String(values[next++] ?? ''));
});

/** A phrase with the sizes of its words in their places: a plain function that draws a workflow of a call a word. */
export function phraseSizes(phrase) {
  return format(phrase.replaceAll(/\p{L}+/gu, '{}'), ...wordsOf(phrase).map((word) => wordSize(word)));
}

/** The size of each word, by the word: promises in a map, lifted. */
export function sizesByWord(phrase) {
  return lift(new Map(wordsOf(phrase).map((word) => [word, wordSize(word)])));
}

/** @returns {string[]} */
export function wordsOf(phrase) {
  return phrase.match(/\p{L}+/gu) ?? [];
}
