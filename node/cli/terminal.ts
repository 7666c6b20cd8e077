/** How commands write: within the terminal's width, and in colour where there is a terminal that has some. */
import { styleText } from 'node:util';

/** What deserves the eye, what can be skipped, what went well, what did not, what may be meant. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** A text in a style, on a terminal. */
export function painted(style: Style | undefined, text: string): string {
  return style !== undefined && hasColours() ? styleText(style, text) : text;
}

/** https://no-color.org: whatever else holds, no colour where the variable is set and not empty. */
function hasColours(): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** How many columns there are: as `COLUMNS` says, else the terminal; what is piped is not cut. */
export function columns(): number {
  const told = Number(process.env['COLUMNS']);
  if (Number.isInteger(told) && told > 0) return told;
  return process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
}

/** Writes a line. */
export function print(line: string = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes JSON, for programs: one document a line where `indent` is 0. */
export function printJson(value: unknown, indent: number = 2): void {
  print(JSON.stringify(value, undefined, indent));
}

/** Tells on the standard error what the output does not. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

// eslint-disable-next-line no-control-regex -- what a terminal must not be told by data.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A text in which nothing moves the cursor or ends the line: it came from somebody's data. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    return escaped === character ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : escaped;
  });
}

/** East Asian wide characters and emoji take two columns, combining marks none (roughly UAX 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mark}|\p{Cf}/u;

/** How many columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  return NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** A text of at most so many columns; what is cut away is replaced by an ellipsis. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return width < 1 ? '' : `${kept}…`;
}
