/** The cache in IndexedDB under a real quota: Chromium's protocol sets one, for an origin that nobody used before. */
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chromiumFlags } from '../support/chromium-probe.ts';
import { ensureChromium } from '../support/ensure-chromium.ts';
import { startSite } from '../support/site.ts';

const MEBIBYTE = 1_048_576;

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
}, 300_000);

afterAll(() => browser.close());

/** A page of an origin that may store so many bytes. */
async function pageWithQuota(bytes: number): Promise<Page> {
  const site = await startSite();
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    await site.close();
  });
  const page = await context.newPage();
  await page.goto(site.url);
  const protocol = await context.newCDPSession(page);
  await protocol.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, quotaSize: bytes });
  return page;
}

/** Puts entries one after the other, and says which were there in the end, and what was rejected. */
const fill = `async ({ count, size }) => {
  const { indexedDbCache } = await import('/dist/web/index.js');
  const cache = indexedDbCache('quota', { history: false });
  const nameOf = (index) => index.toString(16).padStart(64, '0');
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  const failures = [];
  for (let index = 0; index < count; index++) await cache.put('cas', nameOf(index), bytes).catch((e) => failures.push(e.message));
  const kept = [];
  for (let index = 0; index < count; index++) {
    const found = await cache.get('cas', nameOf(index));
    if (found && found.every((byte, at) => byte === bytes[at])) kept.push(index);
  }
  const listed = [];
  for await (const entry of cache.entries('cas')) listed.push(parseInt(entry.name, 16));
  await cache.close();
  return { failures, kept, listed: listed.sort((a, b) => a - b) };
}`;

interface Filled {
  readonly failures: readonly string[];
  readonly kept: readonly number[];
  readonly listed: readonly number[];
}

test.each([
  { what: 'Blobs', size: MEBIBYTE, count: 60 },
  { what: 'bytes', size: 32_768, count: 1500 },
])(
  'indexedDbCache removes the least recently used when the quota is exceeded by $what',
  { timeout: 120_000 },
  async ({ size, count }) => {
    const page = await pageWithQuota(20 * MEBIBYTE);
    const { failures, kept, listed } = (await page.evaluate(`(${fill})(${JSON.stringify({ size, count })})`)) as Filled;
    expect(failures).toEqual([]);
    expect(kept.at(-1)).toBe(count - 1);
    // The newest, without a gap, and at least a third of what has space.
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => count - kept.length + index));
    expect(kept.length * size).toBeGreaterThan(6 * MEBIBYTE);
    expect(kept.length * size).toBeLessThan(20 * MEBIBYTE);
    expect(listed).toEqual(kept);
  },
);

test(
  'indexedDbCache rejects what is larger than the quota, says what to do, and keeps working',
  { timeout: 60_000 },
  async () => {
    const page = await pageWithQuota(2 * MEBIBYTE);
    const large = (await page.evaluate(`(${fill})(${JSON.stringify({ size: 4 * MEBIBYTE, count: 1 })})`)) as Filled;
    expect(large.failures).toHaveLength(1);
    expect(large.failures[0]).toMatch(
      /Cannot write to the IndexedDB database 'quota': QuotaExceededError.*Clear the site's data/,
    );
    const small = (await page.evaluate(`(${fill})(${JSON.stringify({ size: 1000, count: 3 })})`)) as Filled;
    expect(small).toEqual({ failures: [], kept: [0, 1, 2], listed: [0, 1, 2] });
  },
);
