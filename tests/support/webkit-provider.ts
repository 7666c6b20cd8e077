import { setTimeout as delay } from 'node:timers/promises';
import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import { startChild } from './child.ts';
import type { WebKit } from './engines.ts';
import { freePort } from './free-port.ts';
import { startVirtualDisplay } from './virtual-display.ts';
import { startSession } from './webdriver.ts';

/** A vitest browser provider for Debian's WebKitGTK, which Playwright cannot drive: its own WebKit is a download. */
export function webkitGtk(webkit: WebKit): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'webkitgtk',
    supportedBrowser: ['webkit'],
    providerFactory: () => new WebKitGtkProvider(webkit),
  });
}

class WebKitGtkProvider implements BrowserProvider {
  readonly name = 'webkitgtk';
  /** The driver holds one session at a time. */
  readonly supportsParallelism = false;
  readonly #webkit: WebKit;
  readonly #cleanups: (() => Promise<void>)[] = [];

  constructor(webkit: WebKit) {
    this.#webkit = webkit;
  }

  /** Vitest's interactive commands (click, screenshot, ...) would need these; the tests use none of them. */
  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    await this.close();
    const display = await startVirtualDisplay(this.#webkit.xServer);
    this.#cleanups.push(display.stop);
    const driver = await startDriver(this.#webkit.driver, display.name);
    this.#cleanups.push(driver.stop);
    const session = await startSession(driver.origin);
    this.#cleanups.push(session.end);
    await session.open(url);
  }

  /** Stops in the reverse order of starting: window, driver, display. */
  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }
}

async function startDriver(program: string, display: string): Promise<{ origin: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const env = { ...process.env, ...softwareRendering, DISPLAY: display };
  const child = await startChild(program, [`--port=${port}`], 'ignore', env);
  const origin = `http://127.0.0.1:${port}`;
  await waitUntilReady(origin);
  return { origin, stop: child.stop };
}

/** Xvfb has no GPU: without these WebKitGTK first tries one, and on some machines waits for it for ever. */
const softwareRendering = {
  GDK_BACKEND: 'x11',
  LIBGL_ALWAYS_SOFTWARE: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
};

/** The driver does not say when it listens, so it is asked until it answers. */
async function waitUntilReady(origin: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await answers(origin))) {
    if (Date.now() > deadline) throw new Error(`Cannot start WebKitWebDriver: it does not answer at ${origin}`);
    await delay(50);
  }
}

async function answers(origin: string): Promise<boolean> {
  return fetch(`${origin}/status`).then(
    (response) => response.ok,
    () => false,
  );
}
