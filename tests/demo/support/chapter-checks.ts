/** What the pages that measure and draw have to do. Each check is given a window, and what makes URLs of chapters. */
import { expect } from 'vitest';
import { publishedSums } from '../../../dist/demo/prime-sums.js';
import type { BrowserPage } from './browser-page.ts';
import { editCell, runCell } from './cell-steps.ts';
import { cellPixel, explore, measureAt, stopMeasuring } from './chapter-steps.ts';

/** Gives the URL of a chapter. */
type UrlOf = (slug: string) => string;

/** The speed-up is measured for each number of workers, and stops. */
export async function checkPrimeTiming(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.open(urlOf('number-crunching'));
  expect(await stopMeasuring(page, 'speed-up')).toContain('Stopped');
  const { status, markers, rows, cores } = await measureAt(page, 'speed-up', 'short');
  expect(status).toContain('All 20 sums are the same each time.');
  const sizes = Math.min(cores, 16);
  expect(markers).toEqual([sizes, sizes, 0, 0]);
  expect(rows.map(([size]) => size).slice(0, 2)).toEqual(['1', '2'].slice(0, sizes));
  for (const row of rows) expect(row.join(' ')).toMatch(/^\d+( \d+\.\d\d s \d+\.\d\d×){2}$/);
  expect(await page.complaints()).toEqual([]);
}

/** SHA-256 is timed for each size, and all agree on a digest. */
export async function checkHashTiming(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.open(urlOf('sha-256'));
  expect(await stopMeasuring(page, 'measure')).toContain('Stopped');
  const { status, markers, rows } = await measureAt(page, 'measure', '19');
  expect(status).toContain('All came to the same digest of the same bytes.');
  expect(markers).toEqual([10, 10, 10, 10]);
  expect(rows.map(([size]) => size)).toEqual(
    [8, 16, 32, 64, 128, 256, 512].map((size) => `${size} KiB`).concat('1 MiB', '2 MiB', '4 MiB', 'slope'),
  );
  expect(await page.complaints()).toEqual([]);
}

/** The Mandelbrot set is drawn, and its tiles are retrieved when one comes back, until they are forgotten. */
export async function checkMandelbrot(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.open(urlOf('fractals'));
  const first = await explore(page);
  expect(first.inside).toEqual([0, 0, 0]);
  expect(Math.max(...first.outside)).toBeGreaterThan(50);
  expect(first.ratio).toBeCloseTo(first.deviceRatio, 1);
  expect(first.label).toMatch(/^The Mandelbrot set\. Centre −0\.60 \+ 0\.00 i, .* \d+ % of it are inside\.$/);
  const nearer = await explore(page, "press('in'); press('in'); press('left');");
  expect(nearer.status).toContain('computed');
  const back = await explore(page, "press('back');");
  const again = await explore(page, "press('left');");
  expect(back.label).not.toBe(again.label);
  expect(again.label).toBe(nearer.label);
  expect(again.status).toMatch(/\d+ retrieved/);
  expect(again.status).not.toContain('computed');
  await page.open(urlOf('fractals'));
  const forget = `document.querySelector('#forget').click();
while (document.querySelector('#forgotten').textContent === '') await new Promise(requestAnimationFrame);`;
  expect((await explore(page, forget)).status).toMatch(/ms: \d+ retrieved $/);
  await page.open(urlOf('fractals'));
  expect((await explore(page)).status).toContain('computed');
  expect(await page.complaints()).toEqual([]);
}

/** The sums of the cell are those that the tutorial prints. */
export async function checkPrimeSums(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.open(urlOf('number-crunching'));
  const src = 'number-crunching/prime-sums.js';
  await runCell(page, src);
  const { status, values } = await editCell(page, src, '1_400_000', '2_000_000');
  expect(status).toContain('12 computed 8 retrieved');
  expect(values['sums']).toBe(`[${publishedSums.map(({ sum }) => sum).join(', ')}]`);
}

/** Tiles of the cell are drawn by the page, and coloured anew when only the colours were edited. */
export async function checkTiles(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  const src = 'fractals/tiles.js';
  await page.open(urlOf('fractals'));
  await runCell(page, src);
  // The origin is at 182, 96.
  expect(await cellPixel(page, 182, 96)).toEqual([0, 0, 0]);
  expect(await cellPixel(page, 1, 1)).toEqual([9, 85, 62]);
  const { status } = await editCell(page, src, '[9 * n,', '[99 * n,');
  expect(status).toContain('24 computed 12 retrieved');
  expect(await cellPixel(page, 1, 1)).toEqual([99, 85, 62]);
}
