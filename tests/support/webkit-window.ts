/** A window of Debian's WebKitGTK: its driver, and an X server without a screen for it. */
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { WebKit } from './engines.ts';
import { freePort } from './free-port.ts';
import { startVirtualDisplay } from './virtual-display.ts';
import { startSession, type WebDriverSession } from './webdriver.ts';

/** The window. Its `end` stops the driver and the display, too. */
export type WebKitWindow = WebDriverSession;

/** Opens one. */
export async function startWebKit(webkit: WebKit): Promise<WebKitWindow> {
  const cleanups: (() => Promise<void>)[] = [];
  /** Stops in the reverse order of starting: window, driver, display. */
  const end = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const display = await startVirtualDisplay(webkit.xServer);
    cleanups.push(display.stop);
    const driver = await startDriver(webkit.driver, display.name);
    cleanups.push(driver.stop);
    const session = await startSession(driver.origin);
    cleanups.push(session.end);
    return { ...session, end };
  } catch (error) {
    await end();
    throw error;
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
