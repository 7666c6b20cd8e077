import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inject } from 'vitest';
import type { App } from './app.ts';

/** The part of webpack that is used here: its types are not installed where these tests are compiled. */
type Webpack = (configuration: object, done: (error: Error | null, stats?: Stats) => void) => void;
interface Stats {
  toJson(options: object): { readonly errors: readonly unknown[]; readonly warnings: readonly unknown[] };
}

/** What esbuild replaces for the browsers that Vite 5 and 6 build for, and Vite 5 in development too. */
const olderBrowsers = {
  'class-field': false,
  'class-private-field': false,
  'class-private-method': false,
  'class-static-blocks': false,
};

/** As {@link bundleWithEsbuild}, with classes without private members. */
export async function bundleForOlderBrowsers(app: App): Promise<string> {
  return bundleWithEsbuild(app, olderBrowsers);
}

/** Bundles page and worker as two entries, since esbuild does not follow `new URL`. @returns the folder to serve. */
export async function bundleWithEsbuild(app: App, supported: Record<string, boolean> = {}): Promise<string> {
  const outdir = await prepareOutput(app);
  const entryPoints = [join(app, 'page.js'), join(app, 'worker.js')];
  const { warnings } = await build({
    entryPoints,
    outdir,
    bundle: true,
    format: 'esm',
    supported,
    minify: true,
    logLevel: 'silent',
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${JSON.stringify(warnings)}`);
  return outdir;
}

/** Bundles the page; webpack finds the worker itself. @returns the folder to serve. */
export async function bundleWithWebpack(app: App): Promise<string> {
  const path = await prepareOutput(app);
  const webpack = createRequire(import.meta.url)(join(inject('consumers').tools, 'node_modules', 'webpack')) as Webpack;
  const configuration = { mode: 'production', context: app, entry: './page.js', output: { path, filename: 'page.js' } };
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    webpack(configuration, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
  const problems = stats?.toJson({ all: false, errors: true, warnings: true });
  if (problems === undefined || problems.errors.length + problems.warnings.length > 0)
    throw new Error(`webpack complains: ${JSON.stringify(problems)}`);
  return path;
}

async function prepareOutput(app: App): Promise<string> {
  const folder = join(app, 'dist');
  await mkdir(folder);
  await copyFile(join(app, 'index.html'), join(folder, 'index.html'));
  return folder;
}
