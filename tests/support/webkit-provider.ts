import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import type { WebKit } from './engines.ts';
import { startWebKit, type WebKitWindow } from './webkit-window.ts';

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
  #window: WebKitWindow | undefined;

  constructor(webkit: WebKit) {
    this.#webkit = webkit;
  }

  /** Vitest's interactive commands (click, screenshot, ...) would need these; the tests use none of them. */
  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    await this.close();
    this.#window = await startWebKit(this.#webkit);
    await this.#window.open(url);
  }

  async close(): Promise<void> {
    const window = this.#window;
    this.#window = undefined;
    await window?.end();
  }
}
