/**
 * Bundles the script and the style of report pages into texts, `core/report/page.generated.ts`: a page holds both, and
 * whoever makes one needs no other file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const TARGET = new URL('../../core/report/page.generated.ts', import.meta.url);

async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    // What stands in a page may not end the element that it stands in.
    charset: 'ascii',
    legalComments: 'none',
  });
  const text = outputFiles[0].text.trim();
  if (/<\/(script|style)|<!--/i.test(text))
    throw new Error(`Cannot put ${name} into a page: it holds the end of a script`);
  return text;
}

function current() {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch {
    return '';
  }
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const text = `// Written by web/report/build.mjs. Do not edit.

/** The version of this package. */
export const VERSION: string = ${JSON.stringify(version)};

/** The style of a page. */
export const PAGE_STYLE: string =
  ${JSON.stringify(await bundled('page.css'))};

/** The script of a page. */
export const PAGE_SCRIPT: string =
  ${JSON.stringify(await bundled('main.ts'))};
`;
// So `tsc -b` stays incremental.
if (text !== current()) writeFileSync(TARGET, text);
