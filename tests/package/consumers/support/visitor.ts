import { type Browser, chromium, type Page } from 'playwright';
import { chromiumFlags } from '../../../support/chromium-probe.ts';
import { ensureChromium } from '../../../support/ensure-chromium.ts';

/** What a fixture's page shows. */
export interface Shown {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string };
  readonly summary?: { readonly ran: number; readonly retrieved: number };
}

/** Someone who looks at a page: at what it shows, and at the browser's console. */
export interface Visitor {
  readonly page: Page;
  /** Errors and warnings in the console, exceptions that nobody caught, files that did not load. */
  readonly complaints: readonly string[];
  /** Loads the page anew, in the same browser profile. */
  readonly reload: () => Promise<Shown>;
  /** What the page shows once it shows something. */
  readonly read: () => Promise<Shown>;
}

/** Starts a browser, which is the caller's to close. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
}

/** Opens a page in a profile of its own: no cache, no database. */
export async function visit(browser: Browser, url: string): Promise<Visitor> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(url);
  return { page, complaints, read: () => read(page), reload: () => page.reload().then(() => read(page)) };
}

/** Waits for the page's `output`, also where the page replaces itself, as Vite's do when a dependency turns up late. */
async function read(page: Page): Promise<Shown> {
  const output = page.locator('output:not(:empty)');
  return JSON.parse(await output.innerText({ timeout: 60_000 })) as Shown;
}
