/** An app with `somen/vite`: tasks in a page's main module, a React component and a Vue component, in Chromium. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { type App, createApp, linkPackages } from './consumers/support/app.ts';
import { buildWithVite, runNode, runProgram, startVite, warningsOfVite } from './consumers/support/programs.ts';
import { serve } from './consumers/support/serve.ts';
import { openBrowser, visit, type Visitor } from './consumers/support/visitor.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

const frameworks = ['react', 'react-dom', 'vue', '@vitejs/plugin-react', '@vitejs/plugin-vue'];

/** No inline scripts, no `eval`, no other origins, no `data:` but for the icon. */
const strictPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  'img-src data:',
].join('; ');

/** Looks at a page until the test ends: after that, Vite's client would look for a server at the same port. */
async function look(url: string): Promise<Visitor> {
  const visitor = await visit(browser, url);
  onTestFinished(() => visitor.page.close());
  return visitor;
}

/** What the page of the app shows, wherever it runs. */
const expected = {
  value: {
    where: ['undefined', 'function'],
    scaled: 6,
    aliased: 6,
    mapped: 6,
    shifted: [42, 'three', 3],
    late: 6,
    twins: [6, 10],
    assets: ['three', 'three', true, expect.stringMatching(/^mark ?\{\s*color: ?red;?\s*\}$/)],
  },
  react: [
    [8, 'undefined'],
    [35, 'undefined'],
  ],
  vue: [66, 18, 'undefined'],
  star: [true, 'G2V', 2],
};

interface Page {
  readonly failed: { readonly name: string; readonly stack: string };
  readonly keys: Readonly<Record<string, string>>;
}

async function createPluginApp(): Promise<App> {
  const app = await createApp('vite-plugin');
  await linkPackages(app, frameworks);
  return app;
}

test('tasks of an app run in workers in development, with the keys that they have in Node', async () => {
  const app = await createPluginApp();
  const server = await startVite(app);
  onTestFinished(server.stop);
  const visitor = await look(server.origin);
  const shown = await visitor.read();
  expect(shown).toMatchObject(expected);
  expect((shown as unknown as Page).keys).toEqual(await keysInNode(app));
  expect(visitor.complaints).toEqual([]);
});

test('tasks of an app run in workers when built for a folder of a server with a strict policy', async () => {
  const app = await createPluginApp();
  await buildWithVite(app, { APP_BASE: '/sub/', APP_OUT: 'dist/sub', APP_INLINE: '0' });
  const server = await serve(join(app, 'dist'), { 'content-security-policy': strictPolicy });
  onTestFinished(server.stop);
  const visitor = await look(`${server.origin}/sub/`);
  const shown = await visitor.read();
  expect(shown).toMatchObject(expected);
  expect((shown as unknown as Page).keys).toEqual(await keysInNode(app));
  expect(visitor.complaints).toEqual([]);
  const code = await codeOfSlices(join(app, 'dist', 'sub', 'assets'));
  expect(code.length).toBeGreaterThan(4);
  for (const text of code) expect(text).not.toMatch(/querySelector|createElement|is a page/);
});

test('tasks of an app run in workers when built for any place, and errors lead to the lines of their source', async () => {
  const app = await createPluginApp();
  await buildWithVite(app, { APP_BASE: './', APP_OUT: 'dist/any/where', APP_INLINE: '1000000' });
  const server = await serve(join(app, 'dist'));
  onTestFinished(server.stop);
  const visitor = await look(`${server.origin}/any/where/`);
  const shown = await visitor.read();
  expect(shown).toMatchObject(expected);
  expect(visitor.complaints).toEqual([]);
  const { name, stack } = (shown as unknown as Page).failed;
  expect(name).toBe('RangeError');
  const line = await originOf(stack, server.origin, join(app, 'dist'));
  expect(line).toEqual({
    source: join(app, 'src', 'main.ts'),
    text: "  throw new RangeError('on its line');",
    line: 20,
  });
});

test('the app of the guide shows what the guide says', async () => {
  const app = await createApp('vite-plugin');
  const guide = await readFile(join(packageRoot, 'demo', 'guide', 'vite.md'), 'utf8');
  for (const [, file, code] of guide.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm))
    await writeFile(join(app, file ?? ''), code ?? '');
  await buildWithVite(app);
  const server = await serve(join(app, 'dist'));
  onTestFinished(server.stop);
  const visitor = await look(server.origin);
  const [, promised = ''] = /output\.textContent = .*; \/\/ (.*)$/m.exec(guide) ?? [];
  expect(await visitor.read()).toEqual(JSON.parse(promised));
  expect(visitor.complaints).toEqual([]);
});

describe('a page in development', () => {
  interface Computed {
    readonly value: object;
    readonly ran: readonly string[];
    readonly worker: number;
    readonly updates: number;
  }

  test('computes again what an edit concerns, in the workers that it has', async () => {
    const app = await createPluginApp();
    const server = await startVite(app);
    onTestFinished(server.stop);
    const { page, read, complaints } = await look(`${server.origin}/hot.html`);
    await read();
    const compute = (): Promise<Computed> => page.evaluate('compute()');
    const edit = async (file: string, from: string, to: string): Promise<Computed> => {
      const { updates } = await compute();
      const path = join(app, 'src', file);
      const text = await readFile(path, 'utf8');
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
      await page.waitForFunction(`updated(${updates + 1})`);
      return compute();
    };
    const first = await compute();
    const all = { plain: 3, scaled: 6, shifted: [42, 'three', 3] };
    expect(first).toMatchObject({ value: all, ran: ['plain', 'scaled', 'shifted'] });
    // Two modules away.
    const second = await edit('lib/factor.ts', '= 3', '= 5');
    expect(second).toMatchObject({ value: { scaled: 10, shifted: [42, 'three', 5] }, ran: ['scaled', 'shifted'] });
    expect((await edit('lib/factor.ts', 'export', '// A comment.\nexport')).ran).toEqual([]);
    expect(await edit('data.json', '40', '50')).toMatchObject({
      value: { shifted: [52, 'three', 5] },
      ran: ['shifted'],
    });
    const last = await edit('scaled.ts', 'x + 1', 'x + 10');
    expect(last).toMatchObject({ value: { plain: 12 }, ran: ['plain'], worker: first.worker });
    expect(complaints).toEqual([]);
  });
});

test('tasks of an app run in workers in Vite 7, in development and when built', async () => {
  const app = await createApp('vite-plugin');
  const config = join(app, 'vite-7.config.js');
  const vite = [
    join(inject('consumers').tools, 'node_modules', 'vite-7', 'bin', 'vite.js'),
    '--config',
    config,
  ] as const;
  const { origin, stop } = await startVite(app, vite);
  onTestFinished(stop);
  await buildWithVite(app, {}, vite);
  const server = await serve(join(app, 'dist'));
  onTestFinished(server.stop);
  for (const place of [origin, server.origin]) {
    const { page, read, complaints } = await look(`${place}/hot.html`);
    await read();
    expect(await page.evaluate('compute()')).toMatchObject({
      value: { plain: 3, scaled: 6, shifted: [42, 'three', 3] },
    });
    expect(complaints).toEqual([]);
  }
});

test('Rolldown alone makes slices, too', async () => {
  const app = await createApp('vite-plugin');
  await runNode(app, join(packageRoot, 'node_modules', 'rolldown', 'bin', 'cli.mjs'), '-c');
  const { stdout } = await runNode(app, 'rolled/server.js');
  expect(stdout.trim().split('\n')).toEqual(['top level', '[125,false]']);
});

test('a build says of each task that cannot be followed why, and where', async () => {
  const app = await createPluginApp();
  const warnings = await warningsOfVite(app, { APP_SSR: 'src/refused.ts', APP_OUT: 'refused' });
  expect(warnings.trim().split('\n')).toEqual([
    expect.stringMatching(
      /Cannot let 'counted' \(src\/refused\.ts:7:24\) run in workers: .*'calls'.* \(src\/refused\.ts:8:14\)$/,
    ),
  ]);
  const code = await readFile(join(app, 'refused', 'refused.js'), 'utf8');
  const marks = [...code.matchAll(/module: "[^"]*",\s*name: "(\w+)",?\s*(version)?/g)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(marks).toEqual([
    ['counted', undefined],
    ['doubled', 'version'],
    ['show', undefined],
  ]);
});

test('a build says of a task that needs a page as soon as it is loaded, and gives slices to those beside it', async () => {
  const app = await createPluginApp();
  const warnings = await warningsOfVite(app, { APP_SSR: 'src/wide.ts', APP_OUT: 'wide' });
  expect(warnings.trim().split('\n')).toEqual([
    expect.stringMatching(
      /Cannot let 'widened' \(src\/wide\.ts:4:24\) run in workers: .*'width'.*'document'.* \(src\/lib\/width\.ts:1:22\)$/,
    ),
  ]);
  const code = await readFile(join(app, 'wide', 'wide.js'), 'utf8');
  const marks = [...code.matchAll(/name: "(\w+)",\s*version: "\w+"(?:,\s*(slice))?/g)];
  expect(marks.map(([, name, slice]) => [name, slice])).toEqual([
    ['widened', undefined],
    ['narrowed', 'slice'],
  ]);
});

test('tasks of modules outside of the folder that is searched have slices of their own', async () => {
  const app = await createPluginApp();
  await buildWithVite(app, { APP_ROOT: 'src/inner', APP_SSR: 'late.ts', APP_OUT: 'late' });
  expect(
    (await readdir(join(app, 'src', 'inner', 'late', 'assets'))).filter((name) =>
      /^(?:cube|late)\.tasks-.*\.js$/.test(name),
    ),
  ).toHaveLength(2);
  const { stdout } = await runNode(app, 'src/inner/late/late.js');
  expect(JSON.parse(stdout)).toEqual([512, [125, false]]);
});

test('a development server runs tasks in Node as Node does', async () => {
  const app = await createApp('vite-plugin');
  await linkPackages(app, ['vite']);
  const { stdout } = await runNode(app, 'develop.js', 'vite');
  expect(JSON.parse(stdout)).toMatchObject({ value: [125, false] });
  expect(stdout).toBe((await runNode(app, 'develop.js', 'node')).stdout);
});

test('workers of a program that was built for Node load slices, and not the program again', async () => {
  const app = await createPluginApp();
  await buildWithVite(app, { APP_SSR: 'src/server.ts', APP_OUT: 'server' });
  const { stdout } = await runNode(app, 'server/server.js');
  expect(stdout.trim().split('\n')).toEqual(['top level', '[125,false]']);
});

/** The keys of the calls that the page makes, as Node computes them from the same files. */
async function keysInNode(app: App): Promise<unknown> {
  const { stdout } = await runProgram(app, join(inject('consumers').tools, 'node_modules', '.bin', 'tsx'), 'keys.ts');
  return JSON.parse(stdout);
}

/** The code of all chunks that workers load for tasks. */
async function codeOfSlices(folder: string): Promise<readonly string[]> {
  const names = new Set((await readdir(folder)).filter((name) => /\.tasks-.*\.js$/.test(name)));
  const texts: string[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    texts.push(text);
    for (const [, other] of text.matchAll(/["'`]\.?\/?([\w.-]+\.js)["'`]/g)) if (other !== undefined) names.add(other);
  }
  return texts;
}

/** Where the first line of a stack leads by the source map beside the file that it names. */
async function originOf(stack: string, origin: string, folder: string): Promise<object> {
  const [, url = '', row = '', column = ''] = /(http:[^\s)]+):(\d+):(\d+)/.exec(stack) ?? [];
  const file = join(folder, url.slice(origin.length));
  const map = new SourceMap(JSON.parse(await readFile(`${file}.map`, 'utf8')) as SourceMapPayload);
  const entry = map.findEntry(Number(row) - 1, Number(column) - 1);
  if (!('originalSource' in entry)) throw new Error(`The map has nothing for ${url}:${row}:${column}`);
  const source = join(file, '..', entry.originalSource);
  const text = (await readFile(source, 'utf8')).split('\n')[entry.originalLine];
  return { source, text, line: entry.originalLine + 1 };
}
