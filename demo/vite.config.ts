/** The page of `npm run demo`; `vite build demo` makes plain files of it, for any folder of any server. */
import type { UserConfig } from 'vite';

const config: UserConfig = {
  base: './',
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022' },
  // The page's worker and the package's own have code in common.
  worker: { format: 'es' },
};
export default config;
