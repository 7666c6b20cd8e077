import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packageRoot } from '../../../support/package-root.js';

/** A new folder inside of the package, so that `somen` and its dependencies are found from it. */
export function caseFolder(): string {
  const parent = join(packageRoot, 'dist', 'slices');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'case-'));
}

/** Writes files into a folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** A call of a function of a module. */
export interface Call {
  /** The function, as an expression over `main`, `unwrap` and `run`. */
  readonly fn: string;
  /** Its `this`, likewise. */
  readonly self?: string;
  readonly args: readonly unknown[];
  readonly jsx?: 'automatic' | 'transform';
}

/** Compiles a module, and calls a function of it. Iterators are read to their end. */
export async function callIn(folder: string, main: string, call: Call): Promise<unknown> {
  const outfile = join(folder, 'compiled.mjs');
  const contents = [
    `import * as main from './${main}';`,
    "import { run, unwrap } from 'somen';",
    `export const fn = ${call.fn};`,
    `export const self = ${call.self ?? 'undefined'};`,
    'void [run, unwrap];',
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    jsx: call.jsx ?? 'automatic',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const { fn, self } = (await import(pathToFileURL(outfile).href)) as {
    fn: (this: unknown, ...args: unknown[]) => unknown;
    self: unknown;
  };
  const result: unknown = await fn.apply(self, [...call.args]);
  const isIterator = typeof result === 'object' && result !== null && 'next' in result;
  return isIterator ? [...(result as unknown as Iterable<unknown>)] : result;
}
