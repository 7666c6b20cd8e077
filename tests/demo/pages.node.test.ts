/**
 * Every page of the built tutorial in the three engines: its cells run, are edited, broken, stopped and reloaded, it fits
 * a phone, it is accessible, and nothing complains. A new chapter is a row of the table.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'somen';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chapters } from '../../dist/demo/site/chapters.js';
import { chosenEngines, type Engine } from '../support/engines.ts';
import { packageRoot } from '../support/package-root.ts';
import { buildProject, editFile, followProblem, resetFiles } from './support/boil-steps.ts';
import { startBrowser, watchedPages, type BrowserPage } from './support/browser-page.ts';
import { buildSite, serveBuilt, serveSources, type ServedSite } from './support/built-site.ts';
import {
  checkHashTiming,
  checkMandelbrot,
  checkPrimeSums,
  checkPrimeTiming,
  checkTiles,
} from './support/chapter-checks.ts';
import { breakCell, editCell, forgetCell, loopAndStop, resetCell, runAll, runCell } from './support/cell-steps.ts';

/** What is known of a page. */
interface PageCase {
  /** The chapter; `index` for the first page. */
  readonly slug: string;
  /** The cell that is played with. */
  readonly src: string;
  /** What it gives. */
  readonly values: Readonly<Record<string, string>>;
  /** What is typed in the place of what, what becomes of that, and how many calls are computed for it. */
  readonly edit: { readonly from: string; readonly to: string; readonly status: string };
  /** How many calls are retrieved after the page was loaded again. */
  readonly again: string;
}

/** By Node's own SHA-256, of the bytes that `core/README.md` describes. */
const noodles = createHash('sha256')
  .update(encode({ name: 'somen', price: 3.5 }))
  .digest('hex');

const cases: readonly PageCase[] = [
  {
    slug: 'index',
    src: 'first-steps/diamond.js',
    values: { answer: '42' },
    edit: { from: 'sub(u, 3)', to: 'sub(u, 4)', status: '2 computed 2 retrieved' },
    again: 'retrieved',
  },
  {
    slug: 'first-steps',
    src: 'first-steps/loop.js',
    values: { answer: '42' },
    edit: { from: ', 5]', to: ']', status: '1 computed' },
    again: 'retrieved',
  },
  {
    slug: 'poetry',
    src: 'poetry/repetition.js',
    values: { sizes: "'4 4 4, 3'" },
    edit: { from: 'phrases[0]', to: 'phrases[1]', status: '3 computed 3 retrieved' },
    again: '1 retrieved',
  },
  {
    slug: 'boil',
    src: 'boil/make.js',
    values: { program: "'Ten green bottles on a green wall hang'" },
    edit: { from: "'green'", to: "'brown'", status: '3 computed 1 retrieved' },
    again: '1 retrieved',
  },
  {
    slug: 'number-crunching',
    src: 'number-crunching/compiled.js',
    values: { sums: '[37550402023, 41276629127, 45125753695, 49161463647]', total: '173114248492' },
    edit: { from: '1_150_000', to: '150_000', status: '1 computed 3 retrieved' },
    again: '4 retrieved',
  },
  {
    slug: 'errors',
    src: 'errors/trail.js',
    values: { isFailure: 'true', reasons: "['Division by zero', '-1 has no real root']" },
    edit: { from: 'squareRoot(-1)', to: 'squareRoot(16)', status: 'computed' },
    again: 'computed',
  },
  {
    slug: 'stars',
    src: 'stars/star.js',
    values: { name: "'G4V'", isStar: 'true' },
    edit: { from: "'G', 2", to: "'A', 3", status: '2 computed' },
    again: 'retrieved',
  },
  {
    slug: 'control-flow',
    src: 'control-flow/reverse.js',
    values: { result: "'eht kciuq nworb xof spmuj revo eht yzal god'" },
    edit: { from: 'lazy', to: 'sleepy', status: '2 computed' },
    again: 'retrieved',
  },
  {
    slug: 'fractals',
    src: 'fractals/tiles.js',
    values: { tiles: '12' },
    edit: { from: 'x < 256', to: 'x < 192', status: '9 computed 9 retrieved' },
    again: '12 computed 12 retrieved',
  },
  {
    slug: 'sha-256',
    src: 'sha-256/digest.js',
    values: { ours: `'${noodles}'`, theirs: `'${noodles}'`, isSame: 'true' },
    edit: { from: '3.5', to: '4.5', status: 'Done' },
    again: 'Done',
  },
];

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
  // To tell icons from letters, axe reads a canvas so often that the browser remarks on it.
  const ofPage = (await page.complaints()).filter((text) => !text.includes('getImageData'));
  expect(ofPage).toEqual([]);
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

describe.concurrent('the chapter on poetry', { timeout: 600_000 }, () => {
  test('a word is looked up once, and a line that changes needs its new words only', () =>
    inTurn('chromium', async (page, site) => {
      const src = 'poetry/noodlify.js';
      await page.open(urlOf(site, 'poetry'));
      await forgetCell(page, src);
      expect((await runCell(page, src)).status).toContain('25 computed 1 attached');
      const { status, output } = await editCell(page, src, 'play on', 'love on');
      expect(status).toContain('1 computed 11 retrieved');
      expect(output).toBe(
        'Se muziko esti la manĝaĵo de ami, ami sur,\nDoni mi eksceso de ĝi; ke <surfeiting>,\nLa apetito povi naŭzi, kaj tiel morti.',
      );
    }));

  test('a version is believed, and without one the code counts', () =>
    inTurn('chromium', async (page, site) => {
      const src = 'poetry/versions.js';
      await page.open(urlOf(site, 'poetry'));
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
    }));
});

describe.concurrent.each(engines)('Boil in $name', { timeout: 600_000 }, ({ name }) => {
  test('compiles what is out of date, and nothing else', () =>
    inTurn(name, async (page, site) => {
      await page.resize(1100, 740);
      await page.open(urlOf(site, 'boil'));
      const cold = await buildProject(page);
      expect(cold).toMatchObject({
        status: 'Done. 6 compiled Linked.',
        problems: [],
        moon: [250, 240, 205],
        loaded: 1,
      });
      expect(cold.output).toBe('Hello! Here are 480 times 220 pixels.');
      expect([cold.tree.at(0), ...cold.tree.slice(1, -2).sort(), ...cold.tree.slice(-2)]).toEqual([
        '╭─(Building target hello)',
        ...['hills', 'main', 'moon', 'noise', 'paint', 'sky'].map((file) => `│ Compiling ${file}.ts ... (✔)`),
        '│ Linking ... (✔)',
        '╰─(success)',
      ]);

      // One source.
      await editFile(page, 'moon.ts', '[250, 240, 205]', '[200, 100, 50]');
      const edited = await buildProject(page);
      expect(edited).toMatchObject({ status: 'Done. 1 compiled 5 up to date Linked.', moon: [200, 100, 50] });
      expect(edited.tree.slice(1, -1)).toEqual(['│ Compiling moon.ts ... (✔)', '│ Linking ... (✔)']);

      // The header is part of four. Of a comment, nothing is left in what they become.
      await editFile(page, 'include/settings.ts', 'WIDTH = 480', 'WIDTH = 400');
      expect(await buildProject(page)).toMatchObject({
        status: 'Done. 4 compiled 2 up to date Linked.',
        output: 'Hello! Here are 400 times 220 pixels.',
      });
      await editFile(page, 'sky.ts', 'const STARS', '/* many */ const STARS');
      expect((await buildProject(page)).status).toBe('Done. 1 compiled 5 up to date The program is up to date.');

      await page.open(urlOf(site, 'boil'));
      expect(await buildProject(page)).toMatchObject({
        status: 'Done. 6 up to date The program is up to date.',
        tree: ['╭─(Building target hello)', '╰─(up to date)'],
        moon: [250, 240, 205],
        loaded: 0,
      });
      expect(await page.complaints()).toEqual([]);
    }));

  test('shows an error in its line, and compiles the other files', () =>
    inTurn(name, async (page, site) => {
      await page.resize(1100, 740);
      await page.open(urlOf(site, 'boil'));
      await buildProject(page);
      await editFile(page, 'hills.ts', 'const light = 1', 'const light = = 1');
      await editFile(page, 'noise.ts', '127.1', '127.2');
      const broken = await buildProject(page);
      expect(broken).toMatchObject({
        status: 'Failed. 1 compiled 4 up to date 1 failed',
        problems: ['hills.ts, line 10: Unexpected "="'],
      });
      expect(broken.files).toMatchObject({ 'hills.ts': 'failed', 'noise.ts': 'compiled', 'sky.ts': 'up to date' });
      expect(broken.tree.slice(1, -1).sort()).toEqual(['│ Compiling hills.ts ... (✗)', '│ Compiling noise.ts ... (✔)']);
      expect(await followProblem(page)).toEqual(['hills.ts', 10]);

      // The linker misses a file.
      await editFile(page, 'hills.ts', 'const light = = 1', 'const light = 1');
      await editFile(page, 'main.ts', './sky.ts', './sea.ts');
      expect(await buildProject(page)).toMatchObject({
        status: 'Failed. 1 compiled 5 up to date Not linked.',
        problems: ["main.ts: There is no file 'sea.ts'"],
      });
      await resetFiles(page);
      expect(await buildProject(page)).toMatchObject({
        status: 'Done. 6 up to date The program is up to date.',
        problems: [],
      });
      expect(await page.complaints()).toEqual([]);
    }));
});

// At the end: then there is no server.
describe('the tutorial without a network', { timeout: 120_000 }, () => {
  test.each(engines.filter(({ name }) => name === 'chromium'))('is all there in $name', async ({ name }) => {
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
