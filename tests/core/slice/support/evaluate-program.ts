import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { transformSync as transformByEsbuild } from 'esbuild';
import { transformSync } from 'oxc-transform';
import { applyEdits } from '../../../../dist/core/slice/edits.js';
import type { ProgramOptions } from '../../../../dist/core/slice/program.js';
import type { Mark, MarkedFunction } from './direct-schedule.js';
import { writeFiles } from './execute.js';
import { programIn } from './program-in.js';

/** Sources by path from `/`. */
export type Sources = Readonly<Record<string, string>>;

/** What came of modules that were evaluated in Node. */
export interface EvaluatedProgram {
  /** What was scheduled, by the names in marks. */
  readonly registry: ReadonlyMap<string, MarkedFunction>;
  /** What the modules export, by their paths. */
  readonly exports: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The functions of tasks, as a worker calls them. */
  call(name: string, ...args: readonly unknown[]): unknown;
  markOf(name: string): Mark | undefined;
}

/** Evaluates the slices of some entries as they stand, each compiled by itself. */
export function evaluateSlices(
  folder: string,
  files: Sources,
  entries: readonly string[],
  options: Partial<ProgramOptions> = {},
): Promise<EvaluatedProgram> {
  const program = programIn(files, { sliceSpecifier: specifierOf, ...options });
  const slices = program.slices(entries);
  const texts = new Map<string, string>();
  for (const [path, { edits, files: data }] of slices) {
    texts.set(path, applyEdits(files[path] ?? '', edits));
    for (const one of data) texts.set(one, files[one] ?? '');
  }
  return evaluate(folder, texts, entries);
}

/** Evaluates the whole program, with its tasks marked and lifted. */
export function evaluateMarked(folder: string, files: Sources, entries: readonly string[]): Promise<EvaluatedProgram> {
  const program = programIn(files);
  const marked = Object.entries(files).map(([path, source]) => {
    const text = applyEdits(source, /\.[jt]sx?$/.test(path) ? program.instrument(path) : []);
    return [path, text.replace(/'(\.\.?\/[^']*\.[jt]sx?)'/g, "'$1.mjs'")] as const;
  });
  return evaluate(folder, new Map(marked), entries);
}

function specifierOf(path: string, importer: string): string {
  const own = relative(dirname(importer), path);
  return `./${/\.[jt]sx?$/.test(path) ? `${own}.mjs` : own}`;
}

async function evaluate(
  folder: string,
  texts: ReadonlyMap<string, string>,
  entries: readonly string[],
): Promise<EvaluatedProgram> {
  const stub = readFileSync(new URL('./direct-schedule.ts', import.meta.url), 'utf8');
  const written = [...texts].map(([path, text]) => compiled(path, text));
  writeFiles(folder, new Map([...written, ['somen.mjs', transformSync('somen.ts', stub).code]]));
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(folder, path)).href);
  const { registry } = (await load('somen.mjs')) as { registry: ReadonlyMap<string, MarkedFunction> };
  const loaded: [string, Record<string, unknown>][] = [];
  for (const path of entries) loaded.push([path, (await load(`${path}.mjs`)) as Record<string, unknown>]);
  return {
    registry,
    exports: Object.fromEntries(loaded),
    call: (name, ...args) => registry.get(name)?.fn(...args),
    markOf: (name) => registry.get(name)?.mark,
  };
}

/** A module as Node runs it. Data stays as it is. */
function compiled(path: string, text: string): readonly [string, string] {
  if (!/\.[jt]sx?$/.test(path)) return [path, text];
  const depth = path.split('/').length - 2;
  const own = text.replace(/(['"])somen\1/g, `'./${'../'.repeat(depth)}somen.mjs'`);
  // oxc-transform leaves standard decorators to the engine, which has none.
  if (text.includes('@(')) return [`${path}.mjs`, transformByEsbuild(own, { loader: 'ts', target: 'es2022' }).code];
  const { code, errors } = transformSync(basename(path), own, { jsx: { runtime: 'automatic' } });
  if (errors[0] !== undefined) throw new SyntaxError(`${path}: ${errors[0].message}\n${own}`);
  return [`${path}.mjs`, code];
}
