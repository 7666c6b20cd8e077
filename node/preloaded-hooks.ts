import { createRequire, register } from 'node:module';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';

let done: Promise<void> | undefined;

/**
 * Puts the loaders that this process was started with (`tsx script.ts`, `node --import tsx script.ts`) in force in this
 * worker thread. A preloaded module that registers module hooks does so in the main thread alone, and Node carries them
 * into workers in none of 20, 22 and 24; where a loader gets by without (tsx from Node 24.11.1 on), it does no harm.
 */
export function preloadedHooks(): Promise<void> {
  return (done ??= registerPreloaded());
}

async function registerPreloaded(): Promise<void> {
  // From Node 26 on `register` is deprecated, and loaders have had a better way since 24.
  if (Number.parseInt(process.versions.node, 10) > 24) return;
  const options = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  for (const [index, option] of options.entries()) {
    const specifier = option === '--import' ? options[index + 1] : /^--import=(.+)/.exec(option)?.[1];
    const url = specifier === undefined ? undefined : resolve(specifier);
    // tsx wants an object, and others do not look.
    if (url !== undefined && (await hasHooks(url))) register(url, { data: {} });
  }
}

/** The URL of a preloaded module, which Node looks for from the working directory. */
function resolve(specifier: string): string | undefined {
  if (specifier.startsWith('file:')) return specifier;
  try {
    return pathToFileURL(createRequire(process.cwd() + sep).resolve(specifier)).href;
  } catch {
    return undefined;
  }
}

/** Whether the module, which Node has loaded in this thread as well, is a loader, and not something else to be preloaded. */
async function hasHooks(url: string): Promise<boolean> {
  const exports = (await import(url)) as Readonly<Record<string, unknown>>;
  return typeof exports['load'] === 'function' || typeof exports['resolve'] === 'function';
}
