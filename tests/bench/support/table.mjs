/** Tables as text. */
import { spaced } from './bench.mjs';

/**
 * A table for a terminal.
 * @param {import('./bench.mjs').Table} table
 */
export function alignedTable(table) {
  const lines = rowsOf(table);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column], column, line.length))
      .join('  ')
      .trimEnd(),
  );
  return [table.title, ...noteOf(table), '', ...text, ''].join('\n');
}

/**
 * A table for a README.
 * @param {import('./bench.mjs').Table} table
 */
export function markdownTable(table) {
  const [head, ...body] = rowsOf(table);
  const rule = head.map((_, column) => (isText(column, head.length) ? '---' : '---:'));
  const lines = [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return [`### ${table.title}`, '', ...noteOf(table).flatMap((note) => [note, '']), ...lines, ''].join('\n');
}

/** @param {import('./bench.mjs').Table} table */
function noteOf({ note }) {
  return note === undefined ? [] : [note];
}

/**
 * @param {string} cell
 * @param {number} width
 * @param {number} column
 * @param {number} columns
 */
function pad(cell, width, column, columns) {
  return isText(column, columns) ? cell.padEnd(width) : cell.padStart(width);
}

/**
 * The first column says what was measured, the last two what was aimed at.
 * @param {number} column
 * @param {number} columns
 */
function isText(column, columns) {
  return column === 0 || column >= columns - 2;
}

/**
 * Head and body. Tables without goals have the columns too, so that all look the same.
 * @param {import('./bench.mjs').Table} table
 */
function rowsOf({ columns, rows }) {
  const body = rows.map(({ cells, goals = [] }) => [
    ...cells.map(formatCell),
    goals.map(({ text }) => text).join(', '),
    goals.map(formatOutcome).join(', '),
  ]);
  return [[...columns, 'goal', 'met'], ...body];
}

/** @param {import('./bench.mjs').Goal} goal */
function formatOutcome({ met, value }) {
  return met ? 'met' : `**missed** (${formatNumber(value)})`;
}

/** @param {string | import('./bench.mjs').Figure | undefined} cell */
function formatCell(cell) {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? cell : `${formatNumber(cell.value)}${spaced(cell.unit)}`;
}

/**
 * Three digits that count.
 * @param {number} value
 */
function formatNumber(value) {
  if (!Number.isFinite(value)) return String(value);
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
