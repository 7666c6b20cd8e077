/** Changes of a source text, small enough that what stands around them keeps its place. */

/** A piece of a module's source text, and what comes in its place. An insertion has `start === end`. */
export interface Edit {
  /** In UTF-16 code units. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly text: string;
}

/**
 * The text with the edits made.
 * @param edits - sorted, and none overlaps another; of insertions at one place, the first stands first
 */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return editedRange(source, edits, 0, source.length);
}

/** A part of the text, with those edits made that stand in it. */
export function editedRange(source: string, edits: readonly Edit[], start: number, end: number): string {
  let result = '';
  let at = start;
  for (const edit of edits) {
    if (edit.start < at || edit.end > end) continue;
    result += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + source.slice(at, end);
}

/** The edits in the order of their places; those of one place stay as they are. */
export function sortEdits(edits: readonly Edit[]): readonly Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** As many line ends as a text has: what takes its place leaves the lines that follow where they are. */
export function lineEnds(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1);
}

/** Statements at the end of a text. */
export function atEnd(source: string, statements: readonly string[]): Edit {
  const end = source.length;
  return { start: end, end, text: `\n${statements.join('\n')}\n` };
}
