/** How commands write: within the terminal's width, and in colour where there is a terminal that has some. */
import { painter, type Style } from '../displays/text.ts';

/** A text in a style, on a terminal. */
export function painted(style: Style | undefined, text: string): string {
  return painter(process.stdout)(style, text);
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
