/** What is encoded: by the names of the tables. */
import { tableFromArrays } from 'apache-arrow';

/**
 * Small objects as applications have them.
 * @param {number} count
 */
export function smallObjects(count) {
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `name ${id}`,
    x: id / 7,
    y: 1000 - id,
    tags: ['a', 'b'],
    flag: id % 2 === 0,
  }));
}

/**
 * A slow series.
 * @param {number} bytes
 */
export function series(bytes) {
  return Float64Array.from({ length: bytes / 8 }, (_, index) => Math.sin(index / 1000));
}

function arrays() {
  return Array.from({ length: 100 }, (_, index) => series(8000).map((value) => value + index));
}

function mixed() {
  return Array.from({ length: 200 }, (_, index) => [
    new Map([
      [index, new Set([`a${index}`, 'b'])],
      ['when', new Date(1e12 + index)],
    ]),
    BigInt(index) ** 20n,
    -0,
    undefined,
  ]);
}

/** @param {number} rows */
function arrowTable(rows) {
  return tableFromArrays({
    x: Float64Array.from({ length: rows }, (_, index) => Math.sin(index)),
    count: Int32Array.from({ length: rows }, (_, index) => index),
    name: Array.from({ length: rows }, (_, index) => `name ${index % 100}`),
  });
}

/**
 * The contents of the first tables: what they are called, and how they are made.
 * @param {boolean} quick
 */
export function contents(quick) {
  const [objects, bytes, rows] = quick ? [1000, 2 ** 20, 1000] : [10_000, 2 ** 26, 100_000];
  return [
    { name: `${objects.toLocaleString('en')} small objects`, make: () => smallObjects(objects) },
    { name: '100 arrays of 1,000 numbers', make: arrays, isBinary: true },
    { name: `a Float64Array of ${bytes / 2 ** 20} MiB`, make: () => series(bytes), isBinary: true, isLarge: true },
    { name: 'Map, Set, Date and bigint', make: mixed },
    { name: `an Arrow table of ${rows.toLocaleString('en')} rows`, make: () => arrowTable(rows), isArrow: true },
  ];
}
