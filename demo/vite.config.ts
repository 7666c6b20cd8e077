/** The page of `npm run demo`; `vite build demo` makes plain files of it, for any folder of any server. */
import type { Plugin, UserConfig } from 'vite';

/**
 * The page stands in the folder of the package that it shows, and that package's `package.json` says of all modules
 * but a few that nobody needs to import them for their effects. The page's worker does import its tasks for that.
 */
const keepTasks: Plugin = {
  name: 'keep-tasks',
  transform: { filter: { id: /\/demo\/.*\.ts$/ }, handler: () => ({ moduleSideEffects: true }) },
};

const config: UserConfig = {
  base: './',
  build: { outDir: '../dist/page', emptyOutDir: true },
  // The page's worker and the package's own have code in common.
  worker: { format: 'es', plugins: () => [keepTasks] },
};
export default config;
