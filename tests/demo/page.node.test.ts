/** The page of `npm run demo`, as Vite serves it and as Vite builds it, in a browser. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer, preview, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFlags } from '../support/chromium-probe.ts';
import { ensureChromium } from '../support/ensure-chromium.ts';
import { packageRoot } from '../support/package-root.ts';

interface Site {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const config: InlineConfig = { root: join(packageRoot, 'demo'), logLevel: 'warn' };
const cli = join(packageRoot, 'node_modules', 'vite', 'bin', 'vite.js');
const run = promisify(execFile);
const server = { host: '127.0.0.1', port: 0 };

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
}, 300_000);

afterAll(() => browser.close());

describe.each([
  { kind: 'served', open: serve, width: 1100 },
  { kind: 'built', open: buildAndServe, width: 360 },
])('page $kind by Vite, $width px wide', { timeout: 120_000 }, ({ open, width }) => {
  let site: Site;
  let page: Page;
  /** What the page complained about. */
  const complaints: string[] = [];

  beforeAll(async () => {
    site = await open();
    const context = await browser.newContext({ viewport: { width, height: 740 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    await page.goto(site.url);
  }, 120_000);

  afterAll(async () => {
    await page.context().close();
    await site.close();
  });

  test('page fits its window', async () => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test('diamond colours its calls until the answer is 42', async () => {
    await page.focus('#diamond button');
    await page.keyboard.press('Enter');
    await page.locator('.call[data-state="running"]', { hasText: 'u = add(5, 4)' }).waitFor();
    await page.locator('#diamond output', { hasText: 'x is 42' }).waitFor();
    expect(await page.locator('.call[data-state="done"]').allInnerTexts()).toHaveLength(4);
    expect(await page.locator('.edge.carried').count()).toBe(4);
    expect(await page.locator('#diamond button').innerText()).toBe('Run');
  });

  test('prime sums stop, go on, and give a speed-up when they were computed at one go', async () => {
    await page.click('#primes .run');
    await page.locator('#primes [data-state="done"]').first().waitFor();
    await page.click('#primes .run');
    await output(page, 'Stopped');
    await page.click('#primes .forget');
    await output(page, 'Forgotten');
    await page.click('#primes .run');
    await output(page, 'All done');
    expect(await page.locator('#speed-up').innerText()).toMatch(/^\d+\.\d\d×$/);
    expect(await page.locator('#primes [data-state="done"]').count()).toBe(20);
  });

  test('prime sums are retrieved when the page was loaded again', async () => {
    await page.reload();
    await page.click('#primes .run');
    await output(page, '20 of 20 retrieved');
    expect(await page.locator('#primes [data-state="retrieved"]').count()).toBe(20);
    expect(await page.locator('#primes tbody tr').first().innerText()).toContain('37,550,402,023');
    expect(await page.locator('#primes .wrong').count()).toBe(0);
  });

  test('prime sums are computed by compiled code when that is chosen', async () => {
    await page.check('#compiled');
    await page.click('#primes .run');
    await output(page, 'All done');
    expect(await page.locator('#primes tbody tr').first().innerText()).toContain('37,550,402,023');
    expect(await page.locator('#primes .wrong').count()).toBe(0);
  });

  // The last one: it looks back at the others.
  test('page has logged no error and no warning', () => {
    expect(complaints).toEqual([]);
  });
});

function output(page: Page, text: string): Promise<void> {
  return page.locator('#primes output', { hasText: text }).waitFor({ timeout: 90_000 });
}

async function serve(): Promise<Site> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'somen-demo-cache-'));
  const vite = await createServer({ ...config, cacheDir, server });
  await vite.listen();
  return {
    url: vite.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await vite.close();
      await rm(cacheDir, { recursive: true });
    },
  };
}

async function buildAndServe(): Promise<Site> {
  const outDir = await mkdtemp(join(tmpdir(), 'somen-demo-page-'));
  // In a process of its own, as users do: in vitest's threads Vite 8 cannot emit the worker's file.
  await run(process.execPath, [cli, 'build', 'demo', '--outDir', outDir, '--logLevel', 'warn'], { cwd: packageRoot });
  const vite = await preview({ ...config, build: { outDir }, preview: server });
  return {
    url: vite.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await vite.close();
      await rm(outDir, { recursive: true });
    },
  };
}
