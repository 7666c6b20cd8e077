/** The Vite plugin that lets the built site work without a network: a service worker that knows all of its files. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformWithOxc, type Plugin } from 'vite';
import { siteRoot } from './chapters.ts';

/** Larger files are kept once a page has asked for them, so that nobody loads them for nothing. In bytes. */
const LARGE = 4_000_000;
const SOURCE = join(siteRoot, 'service-worker', 'service-worker.ts');

/** A file of the site: its path from the site's root, its SHA-256 in hexadecimal, and 1 for a large file. */
type Asset = readonly [path: string, digest: string, large: 0 | 1];

/**
 * Writes `service-worker.js` beside the pages. It begins with the list of the files, so that another version of the site
 * is another worker, and none of both serves files of the other.
 */
export function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const assets = Object.values(bundle).map((output): Asset => {
          const content = output.type === 'chunk' ? output.code : output.source;
          return [output.fileName, sha256(content), content.length > LARGE ? 1 : 0];
        });
        assets.sort(([a], [b]) => (a < b ? -1 : 1));
        const list = JSON.stringify(assets);
        const { code } = await transformWithOxc(await readFile(SOURCE, 'utf8'), SOURCE, { sourcemap: false });
        const head = `self.SITE = { version: '${sha256(list).slice(0, 16)}', assets: ${list} };\n`;
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: head + code });
      },
    },
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
