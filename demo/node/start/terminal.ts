/** How the main job writes: aligned text, a little emphasis on a terminal that has it, none where NO_COLOR is set. */
import { styleText } from 'node:util';

/** What deserves the eye. */
export function strong(text: string): string {
  return styled('bold', text);
}

/** What can be skipped. */
export function faint(text: string): string {
  return styled('dim', text);
}

function styled(style: 'bold' | 'dim', text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(style, text) : text;
}

/** A part of the output. */
export function heading(title: string, about: string): string {
  return `\n${strong(title)}  ${faint(about)}\n`;
}

/** On a terminal, one line that the next status, or an empty one, takes away again. */
export function showStatus(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** `1,234,567` */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12 ms`, `3.21 s` */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** A cell of a table: text to the left, numbers, with groups of digits, to the right. */
export type Cell = string | number;

/** Rows as lines of aligned columns. */
export function table(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cellText(cell).length)));
  }
  return rows
    .map((row) => `  ${row.map((cell, column) => aligned(cell, widths[column] ?? 0)).join('   ')}`.trimEnd())
    .join('\n');
}

function aligned(cell: Cell, width: number): string {
  return typeof cell === 'number' ? cellText(cell).padStart(width) : cell.padEnd(width);
}

function cellText(cell: Cell): string {
  return typeof cell === 'number' ? grouped(cell) : cell;
}

/** Two tables beside each other. */
export function sideBySide(left: string, right: string): string {
  const leftLines = left.split('\n');
  const rightLines = right.split('\n');
  const width = Math.max(...leftLines.map((line) => line.length));
  const height = Math.max(leftLines.length, rightLines.length);
  return Array.from({ length: height }, (_, line) =>
    `${(leftLines[line] ?? '').padEnd(width)}    ${rightLines[line] ?? ''}`.trimEnd(),
  ).join('\n');
}
