import { words } from './words.js';

/** How long an answer takes, in milliseconds: as if it came from the web. */
const LATENCY = 100;

/** A word in another language; in angle brackets where it is not in the list. */
export async function lookUp(language, word) {
  await new Promise((wake) => setTimeout(wake, LATENCY));
  const found = words[word.toLowerCase()]?.[language];
  if (found === undefined) return `<${word}>`;
  return /^\p{Lu}/u.test(word)
    ? found[0].toUpperCase() + found.slice(1)
    : found;
}
