/** Pages served and built by Vite, with the packed tarball installed, in Chromium. */
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type App, createApp } from './consumers/support/app.ts';
import { buildWithVite, startVite } from './consumers/support/programs.ts';
import { serve } from './consumers/support/serve.ts';
import { openBrowser, visit } from './consumers/support/visitor.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

test('a page with a worker module computes on workers in development, and retrieves after a reload', async () => {
  const visitor = await visit(browser, await serveInDevelopment(await createApp('worker-module')));
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'] });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(visitor.complaints).toEqual([]);
});

test('a page with a worker module computes on workers when built, and retrieves after a reload', async () => {
  const visitor = await visit(browser, await serveBuilt(await createApp('worker-module')));
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(visitor.complaints).toEqual([]);
});

test('a page with the default workers computes on them in development, where tasks have modules of their own', async () => {
  const visitor = await visit(browser, await serveInDevelopment(await createApp('default-workers')));
  expect(await visitor.read()).toMatchObject({ value: [30, 27, 'worker'] });
  expect(await visitor.reload()).toMatchObject({ value: [30, 27, 'worker'], summary: { ran: 0, retrieved: 3 } });
  expect(visitor.complaints).toEqual([]);
});

test('a page with the default workers says what to do when it was built', async () => {
  const visitor = await visit(browser, await serveBuilt(await createApp('default-workers')));
  const { error } = await visitor.read();
  expect(error).toMatchObject({ name: 'TaskNotFoundError', code: 'ERR_TASK_NOT_FOUND' });
  expect(error?.message).toContain('workers({ create })');
});

test('a page with a live script runs it when built, below any path', async () => {
  const app = await createApp('live');
  await buildWithVite(app);
  const server = await serve(app);
  onTestFinished(server.stop);
  const visitor = await visit(browser, `${server.origin}/dist/`);
  expect(await visitor.read()).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  expect(await visitor.reload()).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect(visitor.complaints).toEqual([]);
});

async function serveInDevelopment(app: App): Promise<string> {
  const server = await startVite(app);
  onTestFinished(server.stop);
  return server.origin;
}

async function serveBuilt(app: App): Promise<string> {
  await buildWithVite(app);
  const server = await serve(join(app, 'dist'));
  onTestFinished(server.stop);
  return server.origin;
}
