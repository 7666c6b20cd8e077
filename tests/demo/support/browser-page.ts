/** A page in any of the three engines, with one small set of means: what WebDriver offers, too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, firefox, type Browser, type Page } from 'playwright';
import type { Plugin } from 'vite';
import { chromiumFlags } from '../../support/chromium-probe.ts';
import { ensureChromium } from '../../support/ensure-chromium.ts';
import type { Engine } from '../../support/engines.ts';
import { startWebKit } from '../../support/webkit-window.ts';

/** A window with one page. */
export interface BrowserPage {
  readonly open: (url: string) => Promise<void>;
  /** Evaluates the body of an async function in the page. @returns what it returns, as JSON carries it */
  readonly evaluate: (body: string) => Promise<unknown>;
  readonly resize: (width: number, height: number) => Promise<void>;
  /** What the page complained about since the last call: errors, warnings, requests that failed. */
  readonly complaints: () => Promise<readonly string[]>;
  /** Playwright's page, where there is one. */
  readonly page: Page | undefined;
  readonly close: () => Promise<void>;
}

/** Starts the engine with one window. */
export async function startBrowser(engine: Engine): Promise<BrowserPage> {
  switch (engine.name) {
    case 'chromium':
      return playwrightPage(await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags }));
    case 'firefox':
      return playwrightPage(
        // Playwright drives an ordinary Firefox by this channel only.
        await firefox.launch({ channel: 'moz-firefox', executablePath: engine.executablePath }),
      );
    case 'webkit': {
      const { open: begin, evaluate, resize, end } = await startWebKit(engine);
      const open = async (url: string): Promise<void> => {
        await begin(url);
        // Its driver answers before the page's modules have run, when there is much of them.
        await evaluate(`if (document.readyState !== 'complete')
  await new Promise((resolve) => addEventListener('load', resolve, { once: true }));`);
      };
      const complaints = async (): Promise<string[]> =>
        (await evaluate('return (globalThis.complaints ?? []).splice(0)')) as string[];
      return { open, evaluate, resize, complaints, page: undefined, close: end };
    }
  }
}

async function playwrightPage(browser: Browser): Promise<BrowserPage> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 740 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Only tests read canvases, and axe, to tell icons from letters: the browser remarks on how often.
    if (message.text().includes('getImageData')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('requestfailed', (request) =>
    complaints.push(`${request.url()} failed: ${request.failure()?.errorText ?? 'nobody says why'}`),
  );
  // What came when it was asked for once more is no harm.
  page.on('requestfinished', (request) => {
    const failure = complaints.findIndex((text) => text.startsWith(`${request.url()} failed: `));
    if (failure >= 0) complaints.splice(failure, 1);
  });
  return {
    open: async (url) => {
      const before = complaints.length;
      await page.goto(url);
      // What the page before was still loading for later, as a worker for the next program, comes to nothing.
      const since = complaints.splice(before).filter((text) => !/ failed: |ServiceWorker intercepted/.test(text));
      complaints.push(...since);
    },
    evaluate: (body) => page.evaluate(`(async () => { ${body} })()`),
    resize: (width, height) => page.setViewportSize({ width, height }),
    complaints: async () => complaints.splice(0),
    page,
    close: () => browser.close(),
  };
}

/** WebDriver tells nothing of a page's console: a script at the head of each page keeps it. */
const WATCH = `<script>
globalThis.complaints = [];
addEventListener('error', ({ message }) => complaints.push(message));
addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));
for (const level of ['error', 'warn']) console[level] = (...values) => complaints.push(values.join(' '));
</script>`;

/** Puts that script into the pages of a built site. */
export function watchedPages(folder: string): Plugin {
  return {
    name: 'watched-pages',
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/^\/some\/path\//, '');
        if (!path.endsWith('.html')) return next();
        response.setHeader('content-type', 'text/html');
        response.end(readFileSync(join(folder, path), 'utf8').replace('<head>', `<head>${WATCH}`));
      });
    },
  };
}
