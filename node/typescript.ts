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

/** The main file of `tsx`, or another one, where the project of a file has it, or the one of the working directory. */
export function findTsx(path: string, file: string = 'tsx'): string | undefined {
  for (const base of [dirname(path), process.cwd()]) {
    try {
      return createRequire(join(base, 'from.js')).resolve(file);
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
  const leave = await Promise.all([registerTsx(path, './esm/api'), registerTsx(path, './cjs/api')]);
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } finally {
    await Promise.all(leave.map((each) => each()));
  }
}

/** Puts tsx in force, for modules of one kind. Returns what takes it back. */
async function registerTsx(path: string, part: string): Promise<() => unknown> {
  const manifest = findTsx(path, 'tsx/package.json');
  if (manifest === undefined) throw new SomenError('ERR_PROFILE', `Cannot load '${path}': ${TYPESCRIPT_REMEDY}`);
  // What `require` would find is a copy for CommonJS, which does not find its hooks (4.23.15).
  const { exports } = createRequire(manifest)(manifest) as { readonly exports: Readonly<Record<string, TsxPart>> };
  const file = join(dirname(manifest), exports[part]?.import.default ?? part);
  const { register } = (await import(pathToFileURL(file).href)) as { readonly register: () => () => unknown };
  return register();
}

interface TsxPart {
  readonly import: { readonly default: string };
}
