/** Runs a workflow with and without a report, and opens the report's page. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright';

import { gather, inline, memoryCache, run, schedule } from '../../../dist/node/index.js';
import { compare, timed } from '../support/measure.mjs';

const text = schedule((/** @type {number} */ k) => `value ${Math.sin(k)} of ${k}`, {
  name: 'report/text',
  version: '1',
});
const length = schedule((/** @type {string} */ value, /** @type {number} */ k) => value.length + k / 7, {
  name: 'report/length',
  version: '1',
});

/** @param {{ jobs: number, rounds: number }} options */
export async function measureReport({ jobs, rounds }) {
  /** @type {import('../../../dist/node/index.js').RunReport[]} */
  const reports = [];
  const runs = await compare(
    [
      { name: 'plain', sample: () => timed(() => compute(jobs)) },
      { name: 'reported', sample: () => timed(() => compute(jobs, (made) => void (reports[0] = made))) },
    ],
    { rounds },
  );
  const [made] = reports;
  if (made === undefined) throw new Error('There is no report');
  let html = '';
  const page = await timed(async () => (html = await made.toHTML()));
  const trace = await timed(() => JSON.stringify(made.toTrace()));
  return { ...runs, page, trace, size: html.length / 1e6, opened: await openingTime(html, rounds) };
}

/**
 * @param {number} jobs
 * @param {((report: import('../../../dist/node/index.js').RunReport) => void)=} report
 */
async function compute(jobs, report) {
  const values = Array.from({ length: jobs / 2 }, (_, k) => length(text(k), k));
  const options = {
    executor: inline(),
    cache: memoryCache(),
    history: /** @type {const} */ (false),
    display: /** @type {const} */ (false),
  };
  const { length: count } = await run(gather(...values), { ...options, ...(report && { report }) });
  if (count !== jobs / 2) throw new Error(`There are ${count} results`);
}

/**
 * Until everything is drawn, and the page answers.
 * @param {string} html
 * @param {number} rounds
 */
async function openingTime(html, rounds) {
  const { ensureChromium } = await import('../../../dist/tests/support/ensure-chromium.js');
  const { chromiumFlags } = await import('../../../dist/tests/support/chromium-probe.js');
  const folder = await mkdtemp(join(tmpdir(), 'somen-bench-report-'));
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
  const open = async () => {
    const page = await browser.newPage();
    const taken = await timed(async () => {
      await page.goto(pathToFileURL(file).href);
      await page.locator('main[aria-busy="false"]').waitFor();
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    });
    await page.close();
    return taken;
  };
  try {
    const { opened } = await compare([{ name: 'opened', sample: open }], { rounds });
    return opened;
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}
