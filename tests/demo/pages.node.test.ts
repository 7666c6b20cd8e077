/**
 * Every page of the built tutorial in the three engines: its cells run, are edited, broken, stopped and reloaded, it fits
 * a phone, it is accessible, and nothing complains. A new chapter is a row of the table.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chapters } from '../../dist/demo/site/chapters.js';
import { chosenEngines, type Engine } from '../support/engines.ts';
import { packageRoot } from '../support/package-root.ts';
import { checkBuildErrors, checkBuilds } from './support/boil-checks.ts';
import { startBrowser, watchedPages, type BrowserPage } from './support/browser-page.ts';
import { buildSite, serveBuilt, serveSources, type ServedSite } from './support/built-site.ts';
import {
  checkHashTiming,
  checkMandelbrot,
  checkPrimeSums,
  checkPrimeTiming,
  checkTiles,
} from './support/chapter-checks.ts';
import { breakCell, editCell, loopAndStop, resetCell, runAll, runCell } from './support/cell-steps.ts';
import { cases, type PageCase } from './support/page-cases.ts';
import { checkLookUps, checkVersions } from './support/poetry-checks.ts';

const engines = chosenEngines();
const browsers = new Map<Engine['name'], BrowserPage>();
/** Each engine has one window: who wants it waits for who came before. The engines do not wait for each other. */
const turns = new Map<Engine['name'], Promise<unknown>>();
let folder: string;
let sites: { readonly built: ServedSite; readonly watched: ServedSite };
let removeSite: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove: removeSite } = await buildSite());
  sites = { built: await serveBuilt(folder), watched: await serveBuilt(folder, [watchedPages(folder)]) };
  await Promise.all(engines.map(async (engine) => browsers.set(engine.name, await startBrowser(engine))));
}, 300_000);

afterAll(async () => {
  await Promise.all([...browsers.values()].map((browser) => browser.close()));
  await Promise.all([sites.built.close(), sites.watched.close()]);
  await removeSite();
}, 60_000);

/** Calls back with the engine's window when it is free. */
async function inTurn(name: Engine['name'], use: (page: BrowserPage, site: string) => Promise<void>): Promise<void> {
  const page = browsers.get(name);
  if (page === undefined) throw new Error(`${name} was not started`);
  const site = name === 'webkit' ? sites.watched.url : sites.built.url;
  const turn = (turns.get(name) ?? Promise.resolve()).then(() => use(page, site));
  turns.set(
    name,
    turn.catch(() => undefined),
  );
  await turn;
}

function urlOf(site: string, slug: string): string {
  return slug === 'index' ? `${site}index.html` : `${site}pages/${slug}.html`;
}

test('every chapter has a row', () => {
  expect(cases.map(({ slug }) => slug)).toEqual(['index', ...chapters.map(({ slug }) => slug)]);
});

/** Page by page, since few tests run at once: so all engines have something to do. */
const visits = cases.flatMap((row) => engines.map(({ name }) => ({ slug: row.slug, name, row })));

describe.concurrent('the tutorial', { timeout: 600_000 }, () => {
  test.each(visits)('page $slug runs in $name, is edited, broken, stopped and reloaded', ({ name, row }) =>
    inTurn(name, async (page, site) => {
      await page.resize(1100, 740);
      await page.open(urlOf(site, row.slug));
      await play(page, row);
      if (name === 'chromium') await checkAccess(page);
      await page.resize(360, 740);
      expect(
        await page.evaluate('return document.documentElement.scrollWidth - document.documentElement.clientWidth'),
      ).toBe(0);
      await page.open(urlOf(site, row.slug));
      const again = await runCell(page, row.src);
      expect(again.values).toEqual(row.values);
      expect(again.status).toContain(row.again);
      expect(await page.complaints()).toEqual([]);
    }),
  );
});

async function play(page: BrowserPage, { src, values, edit }: PageCase): Promise<void> {
  const first = await runCell(page, src);
  expect(first).toMatchObject({ values, error: '', marked: 0 });
  const edited = await editCell(page, src, edit.from, edit.to);
  expect(edited.status).toContain(edit.status);
  expect(edited.values).not.toEqual(values);
  expect((await resetCell(page, src)).values).toEqual(values);
  const { line, ...broken } = await breakCell(page, src);
  expect(broken.status).toContain(`Failed in line ${line}: RangeError`);
  expect(broken.error).toContain('broken by hand');
  expect(broken.marked).toBe(line);
  await resetCell(page, src);
  expect((await loopAndStop(page, src)).status).toContain('Stopped');
  expect((await resetCell(page, src)).values).toEqual(values);
}

const AXE = join(packageRoot, 'node_modules', 'axe-core', 'axe.min.js');

/** By axe, in both themes, with results on the page. */
async function checkAccess(page: BrowserPage): Promise<void> {
  await page.evaluate(`${await readFile(AXE, 'utf8')}; globalThis.axe = axe;`);
  for (const theme of ['light', 'dark']) {
    const violations = await page.evaluate(`document.documentElement.dataset.theme = '${theme}';
const { violations } = await axe.run();
return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target, failureSummary]));`);
    expect({ theme, violations }).toEqual({ theme, violations: [] });
  }
  expect(await page.complaints()).toEqual([]);
}

describe.concurrent('the tutorial in Chromium', { timeout: 600_000 }, () => {
  test.each(cases.filter(({ slug }) => slug !== 'index'))('all programs of $slug run', ({ slug }) =>
    inTurn('chromium', async (page, site) => {
      await page.open(urlOf(site, slug));
      for (const [src, end] of Object.entries(await runAll(page))) {
        const source = await readFile(join(packageRoot, 'demo', 'examples', src), 'utf8');
        const failure = /^\/\/ fails with: (.+)/m.exec(source)?.[1];
        expect([src, end]).toEqual([src, failure === undefined ? 'done' : expect.stringContaining(failure)]);
      }
      expect(await page.complaints()).toEqual([]);
    }),
  );

  test('cells are used with the keyboard alone', () =>
    inTurn('chromium', async ({ page, open }, site) => {
      if (page === undefined) throw new Error('Chromium is driven by Playwright');
      await open(urlOf(site, 'index'));
      await page.locator('.cell-run').focus();
      await page.keyboard.press('Tab');
      // The program, which becomes the editor.
      await page.locator('.cm-content:focus').waitFor();
      await page.keyboard.press('Control+Enter');
      await page.locator('.cell-status', { hasText: 'Done' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.locator('.cm-content:focus').count()).toBe(0);
    }));

  test('a program stops before it has begun, and when that of another cell begins', () =>
    inTurn('chromium', async (page, site) => {
      await page.open(urlOf(site, 'first-steps'));
      const told = await page.evaluate(`const [first, second] = document.querySelectorAll('live-code');
const press = (cell) => cell.querySelector('.cell-run').click();
const status = (cell) => [cell.dataset.status, cell.querySelector('.cell-status').textContent, cell.querySelector('.cell-run').textContent];
press(first); press(first);
const early = status(first);
const started = new Promise((resolve) => first.addEventListener('somen-start', resolve, { once: true }));
press(first);
await started;
const ended = new Promise((resolve) => second.addEventListener('somen-end', resolve, { once: true }));
press(second);
const late = status(first);
await ended;
return [early, late, second.dataset.status];`);
      expect(told).toEqual([
        ['stopped', 'Stopped.', 'Run'],
        ['stopped', 'Stopped, since another program was started.', 'Run'],
        'done',
      ]);
    }));

  test('the sources run as Vite serves them', async () => {
    const sources = await serveSources();
    try {
      await inTurn('chromium', async (page) => {
        await page.open(urlOf(sources.url, 'index'));
        expect((await runCell(page, 'first-steps/diamond.js')).values).toEqual({ answer: '42' });
      });
    } finally {
      await sources.close();
    }
  });
});

describe.concurrent.each(engines)('the chapters that measure and draw, in $name', { timeout: 600_000 }, ({ name }) => {
  test.each([
    { what: 'prime sums are timed for each number of workers', check: checkPrimeTiming },
    { what: 'SHA-256 is timed for each size, and all agree on a digest', check: checkHashTiming },
    { what: 'the Mandelbrot set is drawn, and its tiles are retrieved when one comes back', check: checkMandelbrot },
  ])('$what', ({ check }) => inTurn(name, (page, site) => check(page, (slug) => urlOf(site, slug))));
});

describe.concurrent('the programs of these chapters, in Chromium', { timeout: 600_000 }, () => {
  test.each([
    { what: 'prime sums are those that the tutorial prints', check: checkPrimeSums },
    { what: 'tiles are drawn by the page, and coloured anew when only the colours were edited', check: checkTiles },
  ])('$what', ({ check }) => inTurn('chromium', (page, site) => check(page, (slug) => urlOf(site, slug))));
});

describe.concurrent('the chapter on poetry, in Chromium', { timeout: 600_000 }, () => {
  test.each([
    { what: 'a word is looked up once, and a line that changes needs its new words only', check: checkLookUps },
    { what: 'a version is believed, and without one the code counts', check: checkVersions },
  ])('$what', ({ check }) => inTurn('chromium', (page, site) => check(page, (slug) => urlOf(site, slug))));
});

describe.concurrent.each(engines)('Boil in $name', { timeout: 600_000 }, ({ name }) => {
  test.each([
    { what: 'compiles what is out of date, and nothing else', check: checkBuilds },
    { what: 'shows an error in its line, and compiles the other files', check: checkBuildErrors },
  ])('$what', ({ check }) => inTurn(name, (page, site) => check(page, (slug) => urlOf(site, slug))));
});

// At the end: then there is no server.
describe('the tutorial without a network', { timeout: 120_000 }, () => {
  test.each(engines)('is all there in $name', async ({ name }) => {
    const site = await serveBuilt(folder);
    let isOpen = true;
    try {
      await inTurn(name, async (page) => {
        await page.open(urlOf(site.url, 'index'));
        await page.evaluate('await navigator.serviceWorker.ready;');
        await site.close();
        isOpen = false;
        for (const { slug, src, values } of cases) {
          await page.open(urlOf(site.url, slug));
          expect((await runCell(page, src)).values).toEqual(values);
        }
      });
    } finally {
      if (isOpen) await site.close();
    }
  });

  test('a newer version waits until the reader wants it, and is never mixed with the older one', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'somen-site-copy-'));
    await cp(folder, copy, { recursive: true });
    const site = await serveBuilt(copy);
    try {
      await inTurn('chromium', async ({ page, open }) => {
        if (page === undefined) throw new Error('Chromium is driven by Playwright');
        const title = (): Promise<string> => page.locator('h1').innerText();
        await open(urlOf(site.url, 'index'));
        await page.evaluate('navigator.serviceWorker.ready');
        const before = await title();
        await publish(copy, before, 'A newer page');
        await open(urlOf(site.url, 'index'));
        expect(await title()).toBe(before);
        await page.locator('button.update').click();
        await page.locator('h1', { hasText: 'A newer page' }).waitFor();
      });
    } finally {
      await site.close();
      await rm(copy, { recursive: true });
    }
  });
});

/** Changes a text of the first page, and what the service worker knows of it: as another build would. */
async function publish(site: string, from: string, to: string): Promise<void> {
  const [page, worker] = [join(site, 'index.html'), join(site, 'service-worker.js')];
  const html = await readFile(page, 'utf8');
  const newer = html.replace(from, to);
  const script = await readFile(worker, 'utf8');
  await writeFile(page, newer);
  await writeFile(
    worker,
    script.replace(sha256(html), sha256(newer)).replace(/version: '\w+'/, `version: '${sha256(newer)}'`),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
