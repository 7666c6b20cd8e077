/** The pages of `demo/embed`, which show the elements in plain HTML, React and Vue: built by Vite, opened in Chromium. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chromiumFlags } from '../support/chromium-probe.ts';
import { ensureChromium } from '../support/ensure-chromium.ts';
import { packageRoot } from '../support/package-root.ts';

const root = join(packageRoot, 'demo', 'embed');
const cli = join(packageRoot, 'node_modules', 'vite', 'bin', 'vite.js');

let browser: Browser;
let url: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'somen-embed-'));
  ends.push(() => rm(outDir, { recursive: true }));
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
  ends.push(() => browser.close());
  // In a process of its own, as users do: in vitest's threads Vite 8 cannot emit the worker's file.
  const build = [cli, 'build', root, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, build, { cwd: packageRoot });
  const options = { host: '127.0.0.1', port: 0 };
  const site = await preview({ root, logLevel: 'warn', configFile: false, build: { outDir }, preview: options });
  ends.push(() => site.close());
  url = site.resolvedUrls?.local[0] ?? '';
}, 120_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

test.each(['plain', 'react', 'vue'])('elements show a run on workers in %s', { timeout: 60_000 }, async (name) => {
  const { page, complaints } = await open(name);
  await page.click('button:text("Run")');
  await page.locator('output', { hasText: '328350' }).waitFor();
  expect(await page.locator('somen-progress [role="progressbar"]').getAttribute('aria-valuetext')).toBe(
    '101 of 101 jobs',
  );
  await page.locator('somen-graph text.label', { hasText: 'square × 100' }).waitFor();
  await page.locator('somen-graph text.detail', { hasText: '100 done' }).waitFor();
  if (name !== 'plain') {
    await page.locator('p', { hasText: '101 jobs ran' }).waitFor();
    await page.locator('somen-graph text.label', { hasText: 'sum' }).click();
    await page.locator('p', { hasText: 'chosen: embed/sum' }).waitFor();
  } else await page.locator('somen-log .text', { hasText: 'embed/sum: adding 100 values' }).waitFor();
  expect(complaints).toEqual([]);
});

test(
  'somen-graph is moved and magnified by pointer and wheel, and groups open by a click',
  { timeout: 60_000 },
  async () => {
    const { page, complaints } = await open('plain');
    await page.click('button:text("Run")');
    await page.locator('output', { hasText: '328350' }).waitFor();
    const graph = page.locator('somen-graph');
    const place = (): Promise<string | null> => graph.locator('.drawing > g').getAttribute('transform');
    const box = await graph.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 40, (box?.y ?? 0) + 40];
    const before = await place();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 30, { steps: 3 });
    await page.mouse.up();
    const moved = await place();
    expect(moved).not.toBe(before);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -240);
    await page.keyboard.up('Control');
    await expect.poll(place).not.toBe(moved);
    const sign = await graph.locator('[data-id="g0"] .toggle').boundingBox();
    await page.mouse.click((sign?.x ?? 0) + 2, (sign?.y ?? 0) + 2);
    await graph.locator('[data-id="j99"]').waitFor();
    expect(complaints).toEqual([]);
  },
);

/** Opens a page, and collects what it complains about. */
async function open(name: string): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(`${url}${name}/`);
  return { page, complaints };
}
