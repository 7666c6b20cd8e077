/** The page of a report, opened from its file in a real browser: what it tells, how it is used, what it weighs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { fileCache, gather, run, workers } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumFlags } from '../support/chromium-probe.ts';
import { ensureChromium } from '../support/ensure-chromium.ts';
import { packageRoot } from '../support/package-root.ts';
import { runsInPage } from '../support/report-runs.ts';
import { largeReport } from './large-report.ts';
import { parse, squares, sum, twice } from './tasks.mjs';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');
const execute = promisify(execFile);

let folder: string;
let browser: Browser;
/** What pages complained about, and what they asked for. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
  folder = await mkdtemp(join(tmpdir(), 'somen-report-page-'));
  const cache = fileCache(join(folder, 'cache'));
  const executor = workers({ size: 2 });
  const options = { cache, executor, display: false, report: join(folder, 'report.html') } as const;
  try {
    await run(gather(sum(squares(3)), sum(squares(4))), options);
    const inputs = [sum(squares(3)), sum(squares(500)), twice(21), parse('[1, 2]'), parse('<script>alert(1)</script>')];
    await run(gather(...inputs), { ...options, onError: 'continue' }).catch(() => undefined);
  } finally {
    await executor.close();
  }
  // A run that ends soon after another one is written a little later.
  await vi.waitFor(async () => {
    const { length } = await runsInPage(options.report);
    if (length !== 2) throw new Error(`There are ${length} runs in the page`);
  }, 60_000);
}, 300_000);

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(file: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, file)).href);
  await page.locator('main[aria-busy="false"]').waitFor();
  return page;
}

/** The texts of the cells of a table's column. */
function column(page: Page, table: string, number: number): Promise<string[]> {
  return page.locator(`${table} tbody tr:not(.space) td:nth-child(${number})`).allInnerTexts();
}

describe('report page', { timeout: 60_000 }, () => {
  let page: Page;

  beforeAll(async () => {
    page = await opened('report.html');
  });

  afterAll(() => page.context().close());

  test('report page tells how the run went, and what failed with which arguments, where and why', async () => {
    expect(await page.locator('#overview h2').innerText()).toMatch(/^Failed: \d+ jobs in /);
    const overview = await page.locator('#overview').innerText();
    for (const name of ['Wall time', 'Time in tasks', 'over 2 workers', 'Speed-up', 'Values moved', 'Cache traffic'])
      expect(overview).toContain(name);
    const failures = page.locator('#failures');
    expect(await failures.locator('h2').innerText()).toBe('1 failure');
    expect(await failures.locator('h3').innerText()).toBe(`parse('<script>alert(1)</script>')`);
    expect(await failures.locator('.message').allInnerTexts()).toEqual([
      'RangeError: Cannot parse 25 characters',
      expect.stringMatching(/^SyntaxError: /),
    ]);
    expect(await failures.locator('.place').first().innerText()).toMatch(/tasks\.mjs:\d+:\d+$/);
    await failures.locator('summary').first().click();
    expect(await failures.locator('pre').first().innerText()).toContain('tasks.mjs');
  });

  test('report page counts and sorts tasks, and finds jobs', async () => {
    expect(await column(page, '#tasks', 1)).toEqual(expect.arrayContaining(['parse', 'squares', 'sum', 'twice']));
    await page.locator('#tasks th button', { hasText: 'Task' }).click();
    const names = await column(page, '#tasks', 1);
    expect(names).toEqual(names.toSorted());
    expect(await page.locator('#tasks th[aria-sort="ascending"]').innerText()).toContain('Task');
    const [retrieved, failed] = [await column(page, '#tasks', 3), await column(page, '#tasks', 5)];
    expect(retrieved[names.indexOf('sum')]).toBe('1');
    expect(failed[names.indexOf('parse')]).toBe('1');
    await page.locator('#jobs input').fill('squares');
    // Those calls, and that of sum whose argument is the result of one.
    expect(await page.locator('#jobs output').innerText()).toBe('3 jobs found');
    expect(await column(page, '#jobs', 10)).toContain('3.91 KiB');
    await page.locator('#jobs select').selectOption('done');
    expect(await column(page, '#jobs', 3)).toEqual(['500']);
  });

  test('report page shows all of a job that is chosen by the keyboard', async () => {
    await page.locator('#jobs tbody button').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toMatch(
      /squares[\s\S]*Float64Array\(500\)[\s\S]*3\.91 KiB[\s\S]*Key\n[0-9a-f]{16}/,
    );
    await page.keyboard.press('Escape');
    expect(await dialog.count()).toBe(0);
  });

  test('report page draws the workflow and the timeline, and tells workers, log, machine and versions', async () => {
    expect(await page.locator('somen-graph').locator('svg.drawing').textContent()).toContain('twice(21)');
    await page.locator('somen-timeline').locator('summary').click();
    expect(await page.locator('somen-timeline').locator('table').first().innerText()).toMatch(/somen-\d/);
    expect(await page.locator('#workers .bars tbody tr').count()).toBe(2);
    expect(await page.locator('#log tbody').innerText()).toContain('parsing 6 characters');
    const about = await page.locator('#about').innerText();
    for (const text of [`node ${process.versions.node}`, 'workers', 'file:', 'Cores', 'Memory'])
      expect(about).toContain(text);
  });

  test('report page shows another run of its file', async () => {
    await page.locator('.runs select').selectOption({ label: 'run 1 of 2' });
    await page.locator('#overview h2', { hasText: 'Done: 4 jobs' }).waitFor();
    expect(await page.locator('#failures').count()).toBe(0);
  });
});

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
] as const)(
  'report page has no fault that axe knows, in $colorScheme colours, $width px wide',
  { timeout: 60_000 },
  async ({ colorScheme, width }) => {
    const page = await opened('report.html', { colorScheme, viewport: { width, height: 800 } });
    await page.locator('somen-graph').locator('svg.drawing').waitFor();
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.context().close();
  },
);

test(
  'report page of 100,000 jobs is below 10 MB, and has only those rows that are in sight',
  { timeout: 120_000 },
  async () => {
    await writeFile(join(folder, 'large.json'), JSON.stringify(await largeReport(100_000)));
    await execute(process.execPath, [PROGRAM, 'report', 'large.json', '-o', 'large.html'], { cwd: folder });
    expect((await stat(join(folder, 'large.html'))).size).toBeLessThan(10e6);
    const page = await opened('large.html');
    expect(await page.locator('#overview h2').innerText()).toContain('100,000 jobs');
    expect(await page.locator('#jobs tr').count()).toBeLessThan(100);
    // The last ones by number began first: the timeline goes by time.
    await page.evaluate(`addEventListener('somen-select', ({ detail }) => (this.chosen ??= []).push(detail.job.job))`);
    await page.locator('somen-timeline').locator('canvas').focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('this.chosen')).toEqual([99_998, 99_999, 99_996]);
    await page.locator('#jobs th button', { hasText: 'Job' }).click();
    expect((await column(page, '#jobs', 1))[0]).toBe('99999');
    await page.locator('#jobs .table').evaluate((table) => table.scrollTo({ top: table.scrollHeight }));
    await page.locator('#jobs tr[aria-rowindex="100001"]', { hasText: 'large/text' }).waitFor();
    await page.context().close();
  },
);

// The last one: it looks back at the others.
test('report pages have logged no error, and asked for nothing', () => {
  expect(complaints).toEqual([]);
});
