/** What stands in the boxes of a drawing. */
import type { DrawnJob } from './drawable.ts';

/** At most this many characters of an argument are shown, */
const MAX_ARGUMENT = 24;
/** this many arguments, */
const MAX_ARGUMENTS = 4;
/** and this many characters of all. */
const MAX_LABEL = 40;

/** Gives each task's name without its namespace, where no other task that is drawn has the same. */
export function shortNames(jobs: readonly DrawnJob[]): (name: string) => string {
  const owners = new Map<string, string | undefined>();
  const shorts = new Map<string, string>();
  for (const { name } of jobs) {
    if (shorts.has(name)) continue;
    const short = lastPart(name);
    shorts.set(name, short);
    owners.set(short, owners.has(short) ? undefined : name);
  }
  return (name) => {
    const short = shorts.get(name) ?? name;
    return owners.get(short) === undefined ? name : short;
  };
}

/** A name after its last slash or number sign. */
function lastPart(name: string): string {
  const end = Math.max(name.lastIndexOf('/'), name.lastIndexOf('#')) + 1;
  return end === name.length ? name : name.slice(end);
}

/** A call: `add(_, 3)`, with an underscore for each argument that another call gives. */
export function callLabel(name: string, { args, inputs }: DrawnJob): string {
  // A store without values keeps no arguments, but which are inputs.
  const count = Math.max(args.length, ...inputs.slice(0, MAX_ARGUMENTS).map(({ argument }) => argument + 1));
  const isInput = new Set(inputs.map(({ argument }) => argument));
  const shown = Array.from({ length: Math.min(count, MAX_ARGUMENTS) }, (_, index) =>
    isInput.has(index) ? '_' : shortened(args[index] ?? (args.length === 0 ? '…' : 'undefined'), MAX_ARGUMENT),
  );
  if (count > MAX_ARGUMENTS) shown.push('…');
  const text = `${name}(${shown.join(', ')})`;
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 2)}…)` : text;
}

/** A text in one line, cut in its middle: the end of a path or word says as much as its beginning. */
function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  if (line.length <= length) return line;
  const end = Math.floor((length - 1) / 3);
  return `${line.slice(0, length - 1 - end)}…${line.slice(-end)}`;
}

/** A number for people: 1,000. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** How wide a text is in a font whose letters are all alike, in letters; those of East Asia take two. */
export function lettersOf(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x11_00 && code <= 0x11_5f) ||
    (code >= 0x2e_80 && code <= 0xa4_cf) ||
    (code >= 0xac_00 && code <= 0xd7_a3) ||
    (code >= 0xf9_00 && code <= 0xfa_ff) ||
    (code >= 0xff_00 && code <= 0xff_60) ||
    code >= 0x1_f3_00
  );
}
