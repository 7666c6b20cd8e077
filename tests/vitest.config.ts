import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';
import type { BrowserProviderOption } from 'vitest/node';
import { browserCommands } from './support/browser-commands.ts';
import { ensuredChromium } from './support/chromium-provider.ts';
import { chosenEngines, type Engine } from './support/engines.ts';
import { packageRoot } from './support/package-root.ts';
import { webkitGtk } from './support/webkit-provider.ts';

const packed = 'tests/package/**/*.test.ts';
/** What goes beyond one machine: with engines of its own, for which it mostly waits. */
const machines = [
  'tests/bullmq/**/*.test.ts',
  'tests/node/pilots/**/*.test.ts',
  'tests/demo/{cluster,bull-board}.node.test.ts',
];
/** What another Node does not change: pages, the guide's texts, the slicer's text to text, the engine without input or output. */
const sameInEachNode = [
  'tests/demo/**',
  'tests/matrix/**',
  'tests/libraries/**',
  'tests/simulation/**',
  'tests/report/**',
  'tests/core/slice/**',
  'tests/core/*-properties.test.ts',
];
const onlyNode = 'tests/**/*.node.test.ts';
const onlyWeb = 'tests/**/*.web.test.ts';
/** Layers that run everywhere, so their tests do too. */
const neutral = ['tests/core/**/*.test.ts', 'tests/wasm/**/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  root: packageRoot,
  test: {
    projects: [
      nodeProject('node'),
      nodeProject('node-again', sameInEachNode),
      machinesProject(),
      packedProject(),
      ...chosenEngines().map(browserProject),
    ],
    // A test that never settles is a bug that this library exists to prevent: find it soon.
    testTimeout: 15_000,
  },
});
export default config;

function nodeProject(name: string, without: readonly string[] = []): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: ['tests/**/*.test.ts'],
      exclude: [packed, onlyWeb, ...machines, ...without, '**/node_modules/**'],
      // `dist` runs in Node's own loader, as it does for users, not in Vite's.
      server: { deps: { external: [/\/dist\//] } },
      sequence: { groupOrder: 0 },
    },
  };
}

function machinesProject(): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: 'machines',
      include: machines,
      exclude: ['**/node_modules/**'],
      server: { deps: { external: [/\/dist\//] } },
      maxWorkers: 3,
      sequence: { groupOrder: 3 },
    },
  };
}

/** Tests of the tarball that npm would publish. They install and build consumers, so they have longer. */
function packedProject(): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: 'package',
      include: [packed],
      globalSetup: 'tests/package/pack.ts',
      testTimeout: 180_000,
      hookTimeout: 180_000,
      sequence: { groupOrder: 1 },
    },
  };
}

/** One engine after another (`groupOrder`): two at a time on two cores time out where one does not. */
function browserProject(engine: Engine, index: number): TestProjectInlineConfiguration {
  return {
    extends: true,
    // A dependency that a test brings new would otherwise be bundled in the middle of the run, and reload the page.
    optimizeDeps: { force: true },
    test: {
      include: [...neutral, onlyWeb],
      exclude: [onlyNode, '**/node_modules/**'],
      sequence: { groupOrder: 4 + index },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: providerOf(engine),
        commands: browserCommands,
        instances: [{ browser: engine.name, name: engine.name }],
      },
    },
  };
}

function providerOf(engine: Engine): BrowserProviderOption {
  switch (engine.name) {
    case 'chromium':
      return ensuredChromium();
    case 'firefox':
      // Playwright drives an ordinary Firefox by this channel only, and from 1.65 on not at all.
      return playwright({ launchOptions: { channel: 'moz-firefox', executablePath: engine.executablePath } });
    case 'webkit':
      return webkitGtk(engine);
  }
}
