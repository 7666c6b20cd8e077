/** The tutorial as Vite builds it and as Vite serves it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServer, preview, type InlineConfig, type Plugin } from 'vite';
import { packageRoot } from '../../support/package-root.ts';

/** A site that is served on the loopback. */
export interface ServedSite {
  /** Ends with a slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const root = join(packageRoot, 'demo');
const config: InlineConfig = { root, logLevel: 'warn' };
const server = { host: '127.0.0.1', port: 0 };

/** Builds the site. @returns its folder, and what removes it */
export async function buildSite(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-site-'));
  const vite = join(packageRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', 'demo', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  // In a process of its own, as users do: in vitest's threads Vite 8 cannot emit the worker's file. And not for tests,
  // as vitest's own environment says.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, args, { cwd: packageRoot, env });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Serves a built site below a path, as it may stand on any server. */
export async function serveBuilt(folder: string, plugins: Plugin[] = []): Promise<ServedSite> {
  const vite = await preview({
    ...config,
    configFile: false,
    plugins,
    base: '/some/path/',
    build: { outDir: folder },
    preview: server,
  });
  return { url: vite.resolvedUrls?.local[0] ?? '', close: () => vite.close() };
}

/** Serves the sources, as `npm run demo` does. */
export async function serveSources(): Promise<ServedSite> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'somen-demo-cache-'));
  const vite = await createServer({ ...config, cacheDir, server });
  await vite.listen();
  return {
    url: vite.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await vite.close();
      await rm(cacheDir, { recursive: true });
    },
  };
}
