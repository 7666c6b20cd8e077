/** A command line for a POSIX shell that gives exactly these words. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** A word that a POSIX shell, `csh` and `fish` take for itself, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
