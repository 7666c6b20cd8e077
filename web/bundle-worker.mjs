/** Makes the workers, each with all it needs in one file: `dist/web/worker.js`, and `dist/web/live/worker.js` with the slicer. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

const dist = fileURLToPath(new URL('../dist/web/', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/** Vite would put the worker for tasks into that of scripts once more, as text: scripts are lent theirs by the page. */
const withoutWorkers = {
  name: 'without-workers',
  load: (id) =>
    id.endsWith('/dist/web/default-worker.js')
      ? `export function startDefaultWorker() {
  throw new TypeError('Cannot start workers here: in a live script, workers() of somen/web takes those of the page');
}`
      : undefined,
};

for (const folder of [dist, `${dist}live/`]) {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [withoutWorkers],
    define: { SOMEN_VERSION: JSON.stringify(version) },
    build: {
      target: 'es2022',
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      // A worker that is started from a Blob finds no other file.
      rolldownOptions: { output: { codeSplitting: false } },
      lib: { entry: `${folder}worker-entry.js`, formats: ['es'], fileName: () => 'worker.js' },
    },
  });
}
