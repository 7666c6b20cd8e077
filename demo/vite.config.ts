/** The tutorial of `npm run demo`; `vite build demo` makes plain files of it, for any folder of any server. */
import type { UserConfig } from 'vite';
import { offline } from './site/offline-plugin.ts';
import { keepEffects, pageFiles, tutorialPages } from './site/site-plugin.ts';

const config: UserConfig = {
  base: './',
  plugins: [keepEffects(), tutorialPages(), offline()],
  build: { outDir: '../dist/site', emptyOutDir: true, rolldownOptions: { input: pageFiles() } },
  // The workers' modules and the package's own have code in common.
  worker: { format: 'es', plugins: () => [keepEffects()] },
};
export default config;
