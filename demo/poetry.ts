/**
 * How long the words of a poem are, after an example of the Noodles tutorial: phrases repeat words, and so do runs, so
 * most of it is remembered. `tests/node/poetry.node.test.ts` tells what is computed when.
 */
import { lift, schedule, type Promised, type Scheduled } from 'somen/node';

/** How many letters a word has. */
export const wordSize: Scheduled<(word: string) => number> = schedule(function wordSize(word: string): number {
  return word.length;
});

/** A template with the values in the places of its `{}`. */
export const format: Scheduled<(template: string, ...values: readonly number[]) => string> = schedule(function format(
  template: string,
  ...values: readonly number[]
): string {
  let next = 0;
  return template.replaceAll('{}', () => String(values[next++] ?? ''));
});

/** A phrase with the sizes of its words in their places: a plain function that draws a workflow of a call a word. */
export function phraseSizes(phrase: string): Promised<string> {
  return format(phrase.replaceAll(/\p{L}+/gu, '{}'), ...wordsOf(phrase).map((word) => wordSize(word)));
}

/** The size of each word, by the word: promises in a map, lifted. */
export function sizesByWord(phrase: string): Promised<Map<string, number>> {
  return lift(new Map(wordsOf(phrase).map((word) => [word, wordSize(word)] as const)));
}

function wordsOf(phrase: string): readonly string[] {
  return phrase.match(/\p{L}+/gu) ?? [];
}
