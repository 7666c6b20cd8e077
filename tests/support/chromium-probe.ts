import { stripVTControlCharacters } from 'node:util';
import { chromium, type Page } from 'playwright';

/** Flags for a Chromium that runs as root in a container, without a GPU, and calls nobody. */
export const chromiumFlags: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the Chromium at `executablePath` and has it draw text.
 *
 * @returns what is wrong with it, or `undefined` when it serves.
 */
export async function findFault(executablePath: string): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({ executablePath, args: chromiumFlags, timeout: 30_000 });
    try {
      return await findTextFault(await browser.newPage());
    } finally {
      await browser.close();
    }
  } catch (error) {
    return summarise(error);
  }
}

/**
 * A Chromium without fonts starts, loads pages and runs scripts; it only measures every text as zero or draws
 * the same box for every letter, and layout tests then fail far from the cause.
 */
async function findTextFault(page: Page): Promise<string | undefined> {
  await page.setContent('<span id="narrow">iiiiiiii</span><br><span id="wide">WWWWWWWW</span>');
  const narrow = await page.locator('#narrow').boundingBox();
  const wide = await page.locator('#wide').boundingBox();
  if (narrow === null || wide === null || narrow.width === 0 || wide.width < 1.5 * narrow.width) {
    return `It has no usable font: 'iiiiiiii' is ${narrow?.width} px wide and 'WWWWWWWW' ${wide?.width} px`;
  }
  const inked = await page.screenshot();
  await page.addStyleTag({ content: 'span { visibility: hidden }' });
  return inked.equals(await page.screenshot()) ? 'It draws text without any pixels' : undefined;
}

/** Playwright repeats the whole command line and the browser's log in its messages: keep the lines that name a reason. */
function summarise(error: unknown): string {
  const [summary, ...log] = stripVTControlCharacters(String(error)).split('\n');
  const reasons = log.filter((line) => /error while loading|no such file|EACCES|ENOENT|exitCode|timeout/i.test(line));
  return [summary, ...reasons.slice(0, 2).map((line) => line.trim())].join(' ');
}
