/** Pages without a bundler, with the packed tarball installed, in Chromium. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type App, createApp } from './consumers/support/app.ts';
import { serve } from './consumers/support/serve.ts';
import { openBrowser, visit } from './consumers/support/visitor.ts';

let browser: Browser;
let app: App;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  app = await createApp('import-map');
});

test('a page with an import map computes on workers where the tasks import somen by URL, and retrieves after a reload', async () => {
  const visitor = await visit(browser, await serveUntilFinished(app));
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(visitor.complaints).toEqual([]);
});

test('a page with an import map says what to do where the tasks import somen by a bare name', async () => {
  const visitor = await visit(browser, `${await serveUntilFinished(app)}/?tasks=./tasks-by-name.js`);
  const { error } = await visitor.read();
  expect(error).toMatchObject({ name: 'TaskNotFoundError', code: 'ERR_TASK_NOT_FOUND' });
  expect(error?.message).toMatch(
    /tasks-by-name\.js does not load there: TypeError: Failed to resolve module specifier/,
  );
  expect(error?.message).toMatch(/no import map: .* import packages in it by URL \(of somen, dist\/core\/index\.js\)/);
});

test('a page with somen on another origin computes on workers', async () => {
  const cdn = await serveUntilFinished(app, { 'access-control-allow-origin': '*' });
  for (const file of ['index.html', 'tasks-by-url.js']) {
    const text = await readFile(join(app, file), 'utf8');
    await writeFile(join(app, file), text.replaceAll('/node_modules/', `${cdn}/node_modules/`));
  }
  const visitor = await visit(browser, await serveUntilFinished(app));
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(visitor.complaints).toEqual([]);
});

test('a page without a bundler runs a live script where the content security policy allows Blobs, and else says so', async () => {
  // The hash is that of the page's import map.
  const policy = (script: string): string =>
    `default-src 'none'; connect-src 'self'; img-src data:; worker-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-9YZfcJsx8mz0dVjlCBBYjsznzz32qoe5y8Zj5nzg16E=' ${script}`;
  const live = await createApp('live');
  const allowed = await serveUntilFinished(live, { 'content-security-policy': policy('blob:') });
  const visitor = await visit(browser, allowed);
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(visitor.complaints).toEqual([]);
  const forbidden = await serveUntilFinished(live, { 'content-security-policy': policy('') });
  const { error } = await (await visit(browser, forbidden)).read();
  expect(error).toMatchObject({ kind: 'worker' });
  expect(error?.message).toContain('add blob: to its script-src');
});

async function serveUntilFinished(folder: string, headers?: Readonly<Record<string, string>>): Promise<string> {
  const server = await serve(folder, headers);
  onTestFinished(server.stop);
  return server.origin;
}
