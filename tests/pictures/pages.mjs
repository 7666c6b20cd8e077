/**
 * Pictures of all pages of the tutorial, for the docs: `node tests/pictures/pages.mjs [page...]`, after `npm run build`,
 * writes `demo/guide/pictures/<page>.png`. On each page, what runs by a button is run first.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { chapters } from '../../dist/demo/site/chapters.js';
import { buildSite, serveBuilt } from '../../dist/tests/demo/support/built-site.js';
import { chromiumFlags } from '../../dist/tests/support/chromium-probe.js';
import { ensureChromium } from '../../dist/tests/support/ensure-chromium.js';

const FOLDER = fileURLToPath(new URL('../../demo/guide/pictures/', import.meta.url));
/** How long a page may take to come to rest, in milliseconds. */
const PATIENCE = 120_000;

/** What is seen of a page, and the button that begins it: the first cell, if nothing else is said. */
const PLACES = {
  boil: ['#boil', '.boil-run'],
  'number-crunching': ['#speed-up', '.measure'],
  'sha-256': ['#measure', '.measure'],
  fractals: ['#explorer', undefined],
};

const site = await buildSite();
const served = await serveBuilt(site.folder);
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
try {
  const wanted = process.argv.slice(2);
  for (const slug of ['index', ...chapters.map((chapter) => chapter.slug)])
    if (wanted.length === 0 || wanted.includes(slug)) await picture(slug);
} finally {
  await browser.close();
  await served.close();
  await site.remove();
}

/** @param {string} slug */
async function picture(slug) {
  const [seen, button] = PLACES[slug] ?? ['live-code', '.cell-run'];
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(served.url + (slug === 'index' ? 'index.html' : `pages/${slug}.html`));
  await page.locator(seen).first().scrollIntoViewIfNeeded();
  if (button !== undefined) await pressAndWait(page, page.locator(`${seen} ${button}`).first());
  // The last frames of what moves.
  await page.waitForTimeout(button === undefined ? 8000 : 1000);
  await page
    .locator(seen)
    .first()
    .screenshot({ path: join(FOLDER, `${slug}.png`), animations: 'disabled' });
  console.log(slug);
  await page.close();
}

/** The button says what it does: `Stop`, while something goes on. */
async function pressAndWait(page, button) {
  await page.waitForFunction((element) => !element.disabled, await button.elementHandle());
  const text = await button.textContent();
  await button.click();
  await page.waitForFunction(
    ([element, before]) => element.textContent !== before,
    [await button.elementHandle(), text],
  );
  await page.waitForFunction(
    ([element, before]) => element.textContent === before,
    [await button.elementHandle(), text],
  );
}
