/**
 * Makes `dist/core/report/reporter.js`, one file, of `run-reporter.js` and all that it needs. So it shares no module with
 * the rest of the package: what is shared, bundlers put into files of their own, which every page would load.
 */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../../dist/core/report/', import.meta.url));

await build({
  entryPoints: [`${FOLDER}run-reporter.js`],
  outfile: `${FOLDER}reporter.js`,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // Only reports need it, so it may stay where it is.
  external: ['./page.generated.js'],
  logLevel: 'warning',
});

// That of the file that was replaced.
await rm(`${FOLDER}reporter.js.map`, { force: true });
