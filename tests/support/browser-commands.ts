/** What tests in browsers ask of Node: servers, and a process that shares a cache with the page. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserCommand } from 'vitest/node';
import { hasNginx, startNginx } from './nginx.ts';
import { packageRoot } from './package-root.ts';
import { importMap, startSite } from './site.ts';

/** What `compute-shared.ts` prints. */
export interface Computed {
  readonly ran: number;
  readonly retrieved: number;
  readonly digests: readonly string[];
}

const servers = new Map<string, { close(): Promise<void> }>();

/** Commands for vitest's browser projects; called as `commands.startCacheServer()` and so on. */
export const browserCommands: {
  readonly startCacheServer: BrowserCommand;
  readonly startSite: BrowserCommand;
  readonly stopServer: BrowserCommand<[url: string]>;
  readonly computeInNode: BrowserCommand<[url: string]>;
} = {
  startCacheServer: async () => {
    if (!hasNginx) return undefined;
    const readWrite = await startNginx();
    const readOnly = await startNginx({ folder: readWrite.folder, writable: false });
    servers.set(readWrite.url, readWrite);
    servers.set(readOnly.url, readOnly);
    return { readWrite: readWrite.url, readOnly: readOnly.url };
  },
  startSite: async () => {
    const site = await startSite();
    servers.set(site.url, site);
    return { url: site.url, importMap: importMap(site.url) };
  },
  stopServer: async (_context, url) => {
    await servers.get(url)?.close();
    servers.delete(url);
  },
  computeInNode: async (_context, url) => {
    const script = join(packageRoot, 'dist', 'tests', 'node', 'fixtures', 'compute-shared.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script, url]);
    return JSON.parse(stdout) as Computed;
  },
};
