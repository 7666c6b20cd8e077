import { cut, printable, widthOf, type Style } from '../displays/text.ts';
import { columns, painted, print } from './terminal.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right. @default left */
  readonly align?: 'left' | 'right';
  /** Whether it is cut first where the terminal is narrow. @default false */
  readonly flexible?: boolean;
}

/** What stands in a column of a row. */
export type Cell = string | { readonly text: string; readonly style?: Style | undefined };

const GAP = 2;
/** A column is not cut to less than this. */
const LEAST = 8;

/** Writes rows as aligned columns, below their titles. Cells are anybody's data. */
export function printTable(heads: readonly Column[], rows: readonly (readonly Cell[])[]): void {
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  const widths = heads.map(({ title }, index) =>
    Math.max(title.length, ...texts.map((row) => widthOf(row[index] ?? ''))),
  );
  const total = columns();
  shrink(widths, heads, total);
  printRow(
    heads,
    widths,
    heads.map(({ title }) => title),
    () => 'dim',
    total,
  );
  for (const [index, row] of rows.entries())
    printRow(heads, widths, texts[index] ?? [], (column) => styleOf(row[column]), total);
}

/** Takes away columns of what is flexible until all fits. */
function shrink(widths: number[], heads: readonly Column[], total: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1) - total;
  for (const [index, { flexible }] of heads.entries()) {
    if (excess <= 0) return;
    const width = widths[index] ?? 0;
    if (flexible !== true) continue;
    widths[index] = Math.max(Math.min(width, LEAST), width - excess);
    excess -= width - widths[index];
  }
}

function printRow(
  heads: readonly Column[],
  widths: readonly number[],
  texts: readonly string[],
  style: (column: number) => Style | undefined,
  total: number,
): void {
  let line = '';
  let left = total;
  for (const [index, { align }] of heads.entries()) {
    const gap = index === 0 ? 0 : GAP;
    const width = Math.min(widths[index] ?? 0, left - gap);
    if (width <= 0) break;
    const text = cut(texts[index] ?? '', width);
    const padding = ' '.repeat(width - widthOf(text));
    const cell = painted(style(index), text);
    line += `${' '.repeat(gap)}${align === 'right' ? `${padding}${cell}` : `${cell}${padding}`}`;
    left -= gap + width;
  }
  print(line.trimEnd());
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function styleOf(cell: Cell | undefined): Style | undefined {
  return typeof cell === 'object' ? cell.style : undefined;
}
