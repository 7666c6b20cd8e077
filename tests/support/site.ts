/** The built package as a static site, for pages that no bundler made. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** A site that is served. */
export interface Site {
  /** `http://127.0.0.1:<port>/`. `/` is an empty page, `/dist/web/index.js` is `somen/web`. */
  readonly url: string;
  close(): Promise<void>;
}

const DEPENDENCIES = { comlink: 'comlink/dist/esm/comlink.mjs', idb: 'idb/build/index.js' };
const SERVED = ['/dist/', '/node_modules/comlink/', '/node_modules/idb/'];

/** Serves it on a free port of the loopback. Any page may import from it, also one of an opaque origin. */
export async function startSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' };
    if (pathname === '/')
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${importMap('/')}`);
    else
      fileOf(pathname).then(
        (bytes) => response.writeHead(200, headers).end(bytes),
        () => response.writeHead(404, headers).end(),
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What a page needs in order to import the package from the site at `url`. */
export function importMap(url: string): string {
  const imports = Object.entries(DEPENDENCIES).map(([name, path]) => [name, `${url}node_modules/${path}`]);
  return `<script type="importmap">${JSON.stringify({ imports: Object.fromEntries(imports) })}</script>`;
}

async function fileOf(path: string): Promise<Uint8Array> {
  if (!SERVED.some((folder) => path.startsWith(folder))) throw new Error(`Cannot serve ${path}`);
  return readFile(join(packageRoot, path));
}
