/** Pages bundled by webpack and esbuild, with the packed tarball installed, in Chromium. */
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createApp } from './consumers/support/app.ts';
import { bundleForOlderBrowsers, bundleWithEsbuild, bundleWithWebpack } from './consumers/support/bundle.ts';
import { serve } from './consumers/support/serve.ts';
import { openBrowser, visit } from './consumers/support/visitor.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

test.each([
  ['webpack', bundleWithWebpack],
  ['esbuild', bundleWithEsbuild],
  ['esbuild for older browsers', bundleForOlderBrowsers],
])(
  'a page bundled by %s with a worker module computes on workers, and retrieves after a reload',
  async (_name, bundle) => {
    const server = await serve(await bundle(await createApp('worker-module')));
    onTestFinished(server.stop);
    const visitor = await visit(browser, server.origin);
    expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
    expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
    expect(visitor.complaints).toEqual([]);
  },
);

test('a worker module whose tasks are there only after a top-level await runs them', async () => {
  const server = await serve(await bundleWithEsbuild(await createApp('late-tasks')));
  onTestFinished(server.stop);
  const visitor = await visit(browser, server.origin);
  expect(await visitor.read()).toEqual({ value: [true, 'worker'] });
  expect(visitor.complaints).toEqual([]);
});

const policy = `default-src 'none'; connect-src 'self'; img-src data:; worker-src 'self'`;

test.each([
  ['wasm', `${policy}; script-src 'self' 'wasm-unsafe-eval'`, true],
  ['JavaScript', `${policy}; script-src 'self'`, false],
])('a page under a strict content security policy hashes in %s', async (_engine, csp, mayCompile) => {
  const folder = await bundleWithEsbuild(await createApp('worker-module'));
  const server = await serve(folder, { 'content-security-policy': csp });
  onTestFinished(server.stop);
  const visitor = await visit(browser, server.origin);
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(await visitor.page.evaluate(compilesWasm)).toBe(mayCompile);
  expect(visitor.complaints).toEqual([]);
});

/** Runs in the page: whether the policy lets it compile the smallest module. */
function compilesWasm(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}
