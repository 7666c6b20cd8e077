/** Text for terminals: its width, its colours, and what in data would drive the terminal. */
import { styleText } from 'node:util';
import stringWidth from 'string-width';

/** What deserves the eye, what can be skipped, what went well, what did not, what may be meant. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Puts a text into a style, where there are colours. */
export type Paint = (style: Style | undefined, text: string) => string;

/** Where text goes: `process.stderr`, or what is like it. */
export interface TextStream {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** How wide the terminal is. @default 80 */
  readonly columns?: number;
  /** How high the terminal is. @default 24 */
  readonly rows?: number;
  /** Whether the terminal has colours. */
  hasColors?(): boolean;
  write(text: string): unknown;
}

/**
 * Whether to write colours. https://no-color.org: none where `NO_COLOR` is set and not empty, whatever else holds; with
 * `FORCE_COLOR` also where there is no terminal.
 */
export function hasColours(stream: TextStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && stream.hasColors?.() === true;
}

/** Colours for a stream; texts as they are where it has none. */
export function painter(stream: TextStream): Paint {
  return hasColours(stream)
    ? (style, text) => (style === undefined ? text : styleText(style, text, { validateStream: false }))
    : (_style, text) => text;
}

// eslint-disable-next-line no-control-regex -- what a terminal must not be told by data.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text in which nothing moves the cursor, ends the line or turns the direction of writing: it came from somebody's data. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    if (escaped !== character) return escaped;
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}

// eslint-disable-next-line no-control-regex -- colours, as compilers write them.
const COLOURS = /(\u001b\[[\d;:]*m)/;

/**
 * The lines of a text that a program wrote for people. Colours stay where the stream has some; what else would drive the
 * terminal is shown, not done.
 */
export function printableLines(text: string, keepColours: boolean): readonly string[] {
  const reset = keepColours && COLOURS.test(text) ? '\u001b[0m' : '';
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => {
      const parts = line.replaceAll('\t', '    ').split(COLOURS);
      return parts.map((part, index) => (index % 2 === 0 ? printable(part) : keepColours ? part : '')).join('') + reset;
    });
}

/** One column each. */
const ASCII = /^[\u0020-\u007e]*$/;

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

const CHARACTERS = new Intl.Segmenter();
/** A character as people see it may consist of so many: of megabytes, no more need be looked at. */
const LONGEST = 20;

/** A text of at most so many columns; what is cut away is replaced by an ellipsis. */
export function cut(text: string, width: number): string {
  if (width === Infinity || (text.length <= width && ASCII.test(text))) return text;
  const start = text.slice(0, Math.max(0, width) * LONGEST);
  if (start.length === text.length && widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const { segment } of CHARACTERS.segment(start)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** A text and its style. */
export type Piece = readonly [style: Style | undefined, text: string];

/** A line of at most so many columns. The texts are printable. */
export function lineOf(pieces: readonly Piece[], width: number, paint: Paint): string {
  let line = '';
  let left = width;
  for (const [style, text] of pieces) {
    if (left <= 0) break;
    const kept = cut(text, left);
    line += paint(style, kept);
    left -= widthOf(kept);
  }
  return line;
}
