/** A page in Chromium that can import the benches, `dist/` and the peers. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { chromium } from 'playwright';

const ROOT = new URL('../../../', import.meta.url);
/** Folders that the page may read. */
const SERVED = ['/dist/', '/tests/bench/', '/node_modules/comlink/', '/node_modules/idb/'];
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html' };
/** What the bundles of the peers are called in import maps. */
const PEERS = ['hash-wasm', '@noble/hashes/sha2.js'];
const IMPORTS = {
  comlink: '/node_modules/comlink/dist/esm/comlink.mjs',
  idb: '/node_modules/idb/build/index.js',
  ...Object.fromEntries(PEERS.map((name) => [name, `/peers/${name}`])),
};
const HTML = `<!doctype html><title>somen bench</title><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/**
 * @typedef {object} OpenPage
 * @property {string} browser Name and version.
 * @property {(module: URL, name: string, argument: unknown) => Promise<unknown>} call
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<OpenPage>} */
export async function openPage() {
  // Only here, so that benches without a browser need no built tests.
  const { ensureChromium } = await import('../../../dist/tests/support/ensure-chromium.js');
  const { chromiumFlags } = await import('../../../dist/tests/support/chromium-probe.js');
  const server = await serve();
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumFlags });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`In the page: ${String(error)}`));
  await page.goto(server.origin);
  return {
    browser: `Chromium ${browser.version()}`,
    call: (module, name, argument) =>
      page.evaluate(
        async ([url, exported, given]) => (await import(url))[exported](given),
        [pathOf(module), name, argument ?? null],
      ),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** @param {URL} module */
function pathOf(module) {
  return `/${module.href.slice(ROOT.href.length)}`;
}

async function serve() {
  const bundles = new Map(
    await Promise.all(PEERS.map(async (name) => /** @type {const} */ ([`/peers/${name}`, await bundle(name)]))),
  );
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    answer(path, bundles).then(
      (body) =>
        response
          .writeHead(200, { 'content-type': TYPES[extname(path)] ?? (path === '/' ? TYPES['.html'] : TYPES['.js']) })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/**
 * @param {string} path
 * @param {ReadonlyMap<string, string>} bundles
 */
async function answer(path, bundles) {
  if (path === '/') return HTML;
  const bundled = bundles.get(path);
  if (bundled !== undefined) return bundled;
  if (!SERVED.some((folder) => path.startsWith(folder))) throw new Error(`Cannot serve ${path}`);
  return readFile(fileURLToPath(new URL(`.${path}`, ROOT)));
}

/** @param {string} name */
async function bundle(name) {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from ${JSON.stringify(name)};`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0].text;
}
