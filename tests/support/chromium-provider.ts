import { PlaywrightBrowserProvider, playwright } from '@vitest/browser-playwright';
import type { LaunchOptions } from 'playwright';
import type { BrowserProviderOption, TestProject } from 'vitest/node';
import { chromiumFlags } from './chromium-probe.ts';
import { ensureChromium } from './ensure-chromium.ts';

/** Vitest's Playwright provider with the Chromium of `ensureChromium`, looked for only when a page is first opened. */
export function ensuredChromium(): BrowserProviderOption {
  return { ...playwright(), providerFactory: (project) => new EnsuredChromiumProvider(project) };
}

class EnsuredChromiumProvider extends PlaywrightBrowserProvider {
  /** Shared with the base class, which reads it each time that it starts a browser. */
  readonly #launchOptions: LaunchOptions;
  #executablePath: Promise<string> | undefined;

  constructor(project: TestProject) {
    const launchOptions = { args: chromiumFlags };
    super(project, { launchOptions });
    this.#launchOptions = launchOptions;
  }

  override async openPage(...page: Parameters<PlaywrightBrowserProvider['openPage']>): Promise<void> {
    this.#launchOptions.executablePath = await (this.#executablePath ??= ensureChromium());
    await super.openPage(...page);
  }
}
