/** The arithmetic behind the plots, and the places of the fractals. */
import { expect, test } from 'vitest';
import { atLevel, pointAt, tilesAt, wholeSet, zoomed } from '../../dist/demo/web/fractal-place.js';
import { decades, ticks } from '../../dist/demo/web/plot.js';
import { fitLine, summary } from '../../dist/demo/web/statistics.js';

test('summary gives mean and standard deviation', () => {
  expect(summary([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: 2 });
  expect(summary([3])).toEqual({ mean: 3, deviation: 0 });
});

test('fitLine finds the line when there is one, and the nearest when there is none', () => {
  expect(fitLine([1, 2, 6].map((x) => [x, 3 * x - 4]))).toEqual({ slope: 3, intercept: -4 });
  // By hand: 6 m + 4 c = 7 and 14 m + 6 c = 16.
  const line = fitLine([
    [0, 0],
    [1, 2],
    [2, 1],
    [3, 4],
  ]);
  expect(line?.slope).toBeCloseTo(1.1, 12);
  expect(line?.intercept).toBeCloseTo(0.1, 12);
});

test('fitLine gives nothing when no line can be known', () => {
  expect(fitLine([])).toBeUndefined();
  expect(fitLine([[1, 2]])).toBeUndefined();
  expect(
    fitLine([
      [1, 2],
      [1, 3],
    ]),
  ).toBeUndefined();
});

test('ticks and decades are round, and within the axis', () => {
  expect(ticks(0, 8)).toEqual([0, 2, 4, 6, 8]);
  expect(ticks(0, 0.55)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  expect(decades(0.01, 1000)).toEqual([0.01, 0.1, 1, 10, 100, 1000]);
});

const size = { width: 600, height: 450 };

test('zoomed keeps the point under the pointer, and comes back to the same tiles', () => {
  const whole = wholeSet(-0.6, size);
  const nearer = zoomed(whole, 1, 120, -70);
  expect(pointAt(nearer, 120, -70)).toEqual(pointAt(whole, 120, -70));
  expect(zoomed(nearer, -1, 120, -70)).toEqual(whole);
  expect(tilesAt(zoomed(nearer, -1, 120, -70), size, undefined)).toEqual(tilesAt(whole, size, undefined));
  expect(atLevel(nearer, whole.level).level).toBe(whole.level);
});

test('zoomed ends where numbers are too close to be told apart', () => {
  let place = wholeSet(-0.6, size);
  for (let step = 0; step < 100; step++) place = zoomed(place, 1, 0, 0);
  const [left] = pointAt(place, 0, 0);
  const [right] = pointAt(place, 1, 0);
  expect(right).toBeGreaterThan(left);
  expect(zoomed(place, 1, 0, 0)).toEqual(place);
});

test('tilesAt covers the view, the middle first', () => {
  const place = { level: 28, x: -77, y: 3 };
  const tiles = tilesAt(place, size, undefined);
  const covers = (x: number, y: number): boolean =>
    tiles.some(({ column, row }) => column === Math.floor(x / 128) && row === Math.floor(y / 128));
  for (const [dx, dy] of [
    [-300, -225],
    [299, -225],
    [-300, 224],
    [299, 224],
    [0, 0],
  ] as const)
    expect(covers(place.x + dx, place.y + dy)).toBe(true);
  expect(tiles[0]).toMatchObject({ column: -1, row: 0 });
});
