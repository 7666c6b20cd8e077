import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms, isProgram } from './find-program.ts';

/** A browser engine of this machine, with what it takes to start it. */
export type Engine = { readonly name: 'chromium' } | Firefox | WebKit;

/** An ordinary Firefox. */
export interface Firefox {
  readonly name: 'firefox';
  readonly executablePath: string;
}

/** WebKitGTK: its driver, which starts its MiniBrowser, and an X server, which MiniBrowser cannot run without. */
export interface WebKit {
  readonly name: 'webkit';
  readonly driver: string;
  readonly xServer: string;
}

const finders: Record<Engine['name'], { readonly debian: string; readonly find: () => Engine | undefined }> = {
  // Always 'found': `ensureChromium` brings one when it is needed.
  chromium: { debian: 'chromium', find: () => ({ name: 'chromium' }) },
  firefox: { debian: 'firefox-esr', find: findFirefox },
  webkit: { debian: 'webkit2gtk-driver and xvfb', find: findWebKit },
};
const names = Object.keys(finders) as readonly Engine['name'][];

/**
 * The engines that the tests run in: those that `SOMEN_BROWSERS` lists (as in `firefox,webkit`); under CI all three;
 * otherwise Chromium and what else is installed.
 *
 * @throws {Error} when an engine that `SOMEN_BROWSERS` or CI requires is not installed.
 */
export function chosenEngines(): Engine[] {
  const required = requiredNames();
  const missing = required?.filter((name) => finders[name].find() === undefined) ?? [];
  if (missing.length > 0) {
    const hints = missing.map((name) => `${name} (Debian: ${finders[name].debian})`);
    throw new Error(`Cannot run the browser tests: required, but not installed: ${hints.join(', ')}`);
  }
  return (required ?? names).flatMap((name) => finders[name].find() ?? []);
}

function requiredNames(): readonly Engine['name'][] | undefined {
  const list = process.env['SOMEN_BROWSERS'];
  if (!list) return process.env['CI'] ? names : undefined;
  const listed = list.split(',').map((name) => name.trim());
  const unknown = listed.filter((name) => !names.some((known) => known === name));
  if (unknown.length > 0)
    throw new Error(`Cannot use SOMEN_BROWSERS: it lists '${unknown.join("', '")}', not ${names.join(', ')}`);
  return names.filter((name) => listed.includes(name));
}

function findFirefox(): Firefox | undefined {
  const executablePath = process.env['SOMEN_FIREFOX'] ?? findPrograms(['firefox-esr', 'firefox'])[0];
  return executablePath === undefined ? undefined : { name: 'firefox', executablePath };
}

function findWebKit(): WebKit | undefined {
  const [driver] = findPrograms(['WebKitWebDriver']);
  const [xServer] = findPrograms(['Xvfb']);
  if (driver === undefined || xServer === undefined || !hasMiniBrowser()) return undefined;
  return { name: 'webkit', driver, xServer };
}

/** MiniBrowser is not on `PATH`: Debian keeps it in `/usr/lib/<machine>/webkit2gtk-<version>`, where the driver looks. */
function hasMiniBrowser(): boolean {
  const folders = foldersIn('/usr/lib').flatMap((machine) => foldersIn(machine));
  return folders.some((folder) => folder.includes('/webkit') && isProgram(join(folder, 'MiniBrowser')));
}

function foldersIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
  } catch {
    return [];
  }
}
