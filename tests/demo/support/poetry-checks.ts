/** What the chapter on poetry has to do. Each check is given a window, and what makes URLs of chapters. */
import { expect } from 'vitest';
import type { BrowserPage } from './browser-page.ts';
import { editCell, forgetCell, runCell } from './cell-steps.ts';
import type { UrlOf } from './chapter-checks.ts';

/** A word is looked up once, and a line that changes needs its new words only. */
export async function checkLookUps(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  const src = 'poetry/noodlify.js';
  await page.open(urlOf('poetry'));
  await forgetCell(page, src);
  expect((await runCell(page, src)).status).toContain('25 computed 1 attached');
  const { status, output } = await editCell(page, src, 'play on', 'love on');
  expect(status).toContain('1 computed 11 retrieved');
  expect(output).toBe(
    'Se muziko esti la manĝaĵo de ami, ami sur,\nDoni mi eksceso de ĝi; ke <surfeiting>,\nLa apetito povi naŭzi, kaj tiel morti.',
  );
}

/** A version is believed, and without one the code counts. */
export async function checkVersions(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  const src = 'poetry/versions.js';
  await page.open(urlOf('poetry'));
  await forgetCell(page, src);
  expect((await runCell(page, src)).status).toContain('5 computed 3 attached');
  const edits: readonly (readonly [from: string, to: string, status: string, sizes: string])[] = [
    ['...words.map', '...words.slice(1).map', '8 retrieved', '[4, 4, 4, 4, 3, 4, 3]'],
    ['1.0', '1.1', '1 computed 6 retrieved', '[4, 4, 4, 3, 4, 3]'],
    ["{ version: '1.1' },", '', '1 computed 6 retrieved', '[4, 4, 4, 3, 4, 3]'],
    ['const words', '/* new */ const words', '7 retrieved', '[4, 4, 4, 3, 4, 3]'],
    ['word.length', 'word.length + 1', '3 computed 1 retrieved 3 attached', '[5, 5, 5, 4, 5, 4]'],
  ];
  for (const [from, to, status, sizes] of edits) {
    const edited = await editCell(page, src, from, to);
    expect([from, edited.status, edited.values['sizes']]).toEqual([from, expect.stringContaining(status), sizes]);
  }
  expect(await page.complaints()).toEqual([]);
}
