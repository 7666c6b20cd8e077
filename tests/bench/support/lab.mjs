/** Where measurements run: fresh processes of Node, and one page in Chromium. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { openPage } from './page.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/**
 * @typedef {{ sample: () => Promise<number>, close: () => Promise<void> }} RemoteContestant
 *
 * @typedef {object} Lab
 * @property {(module: URL, name: string, argument?: unknown) => Promise<any>} inNode
 * Calls an export of a module in a process of its own, so that heaps and compiled code do not mix.
 * @property {(module: URL, name: string, argument?: unknown) => Promise<RemoteContestant>} open
 * Has an export make a contestant, which keeps a process of its own until it is closed.
 * @property {(module: URL, name: string, argument?: unknown) => Promise<any>} inPage
 * Calls an export of a module in Chromium. All calls share one page.
 * @property {() => string | undefined} browser The browser's name and version, once it was used.
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ cpuProfiles?: string | undefined }} options the folder for profiles, if they are wanted
 * @returns {Lab}
 */
export function createLab({ cpuProfiles }) {
  const flags = ['--expose-gc'];
  if (cpuProfiles !== undefined) flags.push('--cpu-prof', `--cpu-prof-dir=${cpuProfiles}`);
  /** @type {Promise<import('./page.mjs').OpenPage> | undefined} */
  let page;
  let browser;
  return {
    inNode: (module, name, argument) => callInChild(flags, module, name, argument),
    open: (module, name, argument) => openChild(flags, module, name, argument),
    inPage: async (module, name, argument) => {
      const opened = await (page ??= openPage());
      browser = opened.browser;
      return opened.call(module, name, argument);
    },
    browser: () => browser,
    close: async () => (await page)?.close(),
  };
}

/**
 * @param {string[]} flags
 * @param {URL} module
 * @param {string} name
 * @param {unknown} argument
 */
async function callInChild(flags, module, name, argument) {
  const child = start(flags, module, name, argument);
  return child.answer();
}

/**
 * @param {string[]} flags
 * @param {URL} module
 * @param {string} name
 * @param {unknown} argument
 */
async function openChild(flags, module, name, argument) {
  const child = start(flags, module, name, argument);
  await child.answer();
  return {
    sample: () => {
      child.process.send('sample');
      return child.answer();
    },
    close: async () => {
      child.process.send('close');
      await once(child.process, 'exit');
    },
  };
}

/**
 * @param {string[]} flags
 * @param {URL} module
 * @param {string} name
 * @param {unknown} argument
 */
function start(flags, module, name, argument) {
  const child = fork(CHILD, [module.href, name, JSON.stringify(argument ?? null)], { execArgv: flags });
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = (/** @type {number} */ code, /** @type {string} */ signal) =>
        reject(new Error(`${name} in ${module.pathname} ended with ${signal ?? `code ${code}`}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  return { process: child, answer };
}
