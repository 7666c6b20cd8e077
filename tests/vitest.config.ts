import { availableParallelism } from 'node:os';
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
/** What another Node does not change: it is the same JavaScript, which Chromium runs too, in a newer V8. */
const sameInEachNode = [
  'tests/{demo,libraries,matrix,python,report,simulation}/**',
  'tests/core/slice/**',
  // All but what meets classes of the platform, and what it does with errors that nobody handles.
  'tests/core/!(binary|call-by-value|encoding|errors|json|keys|registry|*.node).test.ts',
  'tests/core/{memory,pool-parts}.node.test.ts',
  'tests/wasm/!(*.node).test.ts',
  // A real Chromium, screens, and the help, questions and caches of `somen`: what it does with scripts is apart.
  'tests/node/{quota,cli,displays-terminal}.node.test.ts',
];
const onlyNode = 'tests/**/*.node.test.ts';
const onlyWeb = 'tests/**/*.web.test.ts';
/** Layers that run everywhere, so their tests do too. */
const neutral = ['tests/core/**/*.test.ts', 'tests/wasm/**/*.test.ts'];

/** Vitest leaves one core to itself, which is half of CI's: so two at least. A test often waits for a process of its own. */
const workers = Math.max(2, availableParallelism() - 1);

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
    // A test that never settles is a bug that this library exists to prevent: find it soon. Alone, the slowest without a
    // timeout of its own takes 5 s; beside it run another file, and the processes that both start.
    testTimeout: 30_000,
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
      maxWorkers: workers,
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
      maxWorkers: 4,
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
      maxWorkers: workers,
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
