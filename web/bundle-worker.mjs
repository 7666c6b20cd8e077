/** Makes `dist/web/worker.js`, the worker with all it needs in one file, of `dist/web/worker-entry.js`. */
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

const dist = fileURLToPath(new URL('../dist/web/', import.meta.url));

await build({
  configFile: false,
  logLevel: 'warn',
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    target: 'es2022',
    outDir: dist,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: `${dist}worker-entry.js`, formats: ['es'], fileName: () => 'worker.js' },
  },
});
