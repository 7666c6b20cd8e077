/** Importing what may be TypeScript: with Node's own type stripping, else with the `tsx` of the project. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SomenError } from '../core/errors.ts';

const TYPESCRIPT = /\.[cm]?tsx?$/;

export function isTypeScript(path: string): boolean {
  return TYPESCRIPT.test(path);
}

/** Whether this process imports TypeScript as it is. */
export function canLoadTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return (typescript !== undefined && typescript !== false) || options.includes('tsx');
}

/** The file of `tsx`, or of a part of it, where the project of a file has it, or the one of the working directory. */
export function findTsx(path: string, part: string = ''): string | undefined {
  for (const base of [dirname(path), process.cwd()]) {
    try {
      return createRequire(join(base, 'from.js')).resolve(`tsx${part}`);
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** What to do where a file cannot be loaded. */
export const TYPESCRIPT_REMEDY: string = `Node ${process.versions.node} does not load TypeScript. Install tsx (npm install -D tsx), or use Node 22.18 or newer`;

/**
 * Imports a module, of TypeScript too: `tsx` is in force only until it and what it imports are loaded.
 * @throws (rejects) SomenError where there is nothing that loads TypeScript
 */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const url = pathToFileURL(path).href;
  if (!isTypeScript(path) || canLoadTypes()) return import(url) as Promise<Readonly<Record<string, unknown>>>;
  const leave = await Promise.all([tsx(path, '/esm/api'), tsx(path, '/cjs/api')]);
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } finally {
    await Promise.all(leave.map((each) => each()));
  }
}

/** Puts tsx in force, for modules of one kind. Returns what takes it back. */
async function tsx(path: string, part: string): Promise<() => unknown> {
  const file = findTsx(path, part);
  if (file === undefined) throw new SomenError('ERR_PROFILE', `Cannot load '${path}': ${TYPESCRIPT_REMEDY}`);
  const { register } = (await import(pathToFileURL(file).href)) as { readonly register: () => () => unknown };
  return register();
}
