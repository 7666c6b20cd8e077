/** `somen/vite`: the plugin for Vite, Rolldown and Rollup. */
import type { Plugin } from 'vite';
import { somenPlugins } from './plugin.ts';

/**
 * Lets tasks stand anywhere in an app: in a page's main module, in a React component, in a Vue single-file component.
 * Every function given to `schedule` gets a name that stays and, as its version, the hash of all the code that it
 * reaches; and workers load modules that hold only what tasks reach: no code for the page.
 *
 * @example
 * // vite.config.js
 * import { defineConfig } from 'vite';
 * import { somen } from 'somen/vite';
 * export default defineConfig({ plugins: [somen()] });
 */
export function somen(): Plugin[] {
  return somenPlugins();
}
