/** Where something stands in a source as it was typed, by where it stands in what was made of that. */
import type { Edit } from '../../core/slice/edits.ts';

/** A text that was made of a source. */
export interface MadeText {
  readonly source: string;
  /** On the source. */
  readonly edits: readonly Edit[];
  /** On what these make: URLs in the place of names of modules. */
  readonly links: readonly Edit[];
}

/** A place in a text, from 1. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** At least so much of a copied line must be the same for it to be found again, in UTF-16 code units. */
const SHORTEST_COPY = 4;

/** What ends a line for editors, and for engines, which count the separators of Unicode, too. */
const EDITOR_LINES = /\r\n?|\n/;
const ENGINE_LINES = /\r\n?|[\n\u2028\u2029]/g;

/** The line and the column of an offset in a text, as editors count. */
export function placeAt(text: string, offset: number): LineAndColumn {
  const lines = text.slice(0, offset).split(EDITOR_LINES);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** The place in the source of a place in the text; `undefined` where the source has nothing of the kind. */
export function sourcePlace({ source, edits, links }: MadeText, place: LineAndColumn): LineAndColumn | undefined {
  const made = edited(source, edits);
  const whole = edited(made, links);
  const offset = offsetAt(whole, place);
  if (offset === undefined) return undefined;
  const [inMade] = unedited(links, offset);
  const [inSource, isInserted] = unedited(edits, inMade);
  const copied = isInserted ? copyIn(source, made, inMade) : inSource;
  return copied === undefined ? undefined : placeAt(source, copied);
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Where the character at an offset comes from, and whether it was inserted there. */
function unedited(edits: readonly Edit[], offset: number): readonly [offset: number, isInserted: boolean] {
  let at = 0;
  let left = offset;
  for (const edit of edits) {
    const kept = edit.start - at;
    if (left < kept) break;
    left -= kept;
    at = edit.start;
    if (left < edit.text.length) return [edit.start, true];
    left -= edit.text.length;
    at = edit.end;
  }
  return [at + left, false];
}

/** Functions that stand inside of others are copied to the end: their lines are found where they were. */
function copyIn(source: string, made: string, offset: number): number | undefined {
  const end = made.indexOf('\n', offset);
  const start = made.lastIndexOf('\n', offset - 1) + 1;
  const line = made.slice(start, end === -1 ? made.length : end);
  const at = offset - start;
  for (let length = line.length - at; length >= SHORTEST_COPY; length--) {
    const found = onlyIndexOf(source, line.slice(at, at + length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function onlyIndexOf(text: string, part: string): number | undefined {
  const index = text.indexOf(part);
  return index === -1 || text.includes(part, index + 1) ? undefined : index;
}

/** Where a place is that an engine tells. */
function offsetAt(text: string, { line, column }: LineAndColumn): number | undefined {
  let start = 0;
  let number = 1;
  for (const { index, 0: end } of line > 1 ? text.matchAll(ENGINE_LINES) : []) {
    start = index + end.length;
    if (++number === line) break;
  }
  return number < line ? undefined : Math.min(start + column - 1, text.length);
}
