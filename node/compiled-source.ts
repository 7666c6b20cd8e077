/** Makes of an edited module what Node loads: types taken away, with the user's lines in stacks. */
import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MagicString } from 'magic-string';
import { applyEdits, type Edit } from '../core/slice/edits.ts';
import type { ParseModule } from '../core/slice/ports.ts';
import { isNode, type SyntaxNode } from '../core/slice/syntax.ts';
import { compilerOptions } from './compiler-options.ts';

/** A module as a `load` hook returns it. */
export interface LoadedModule {
  readonly format: 'module' | 'module-typescript';
  readonly source: string;
}

/** What is used of `oxc-transform`. */
interface Compiler {
  transformSync(
    path: string,
    source: string,
    options: { readonly sourceType: 'module'; readonly sourcemap: true },
  ): CompilerResult;
}

interface CompilerResult {
  readonly code: string;
  readonly map?: SourceMap;
  readonly errors: readonly { readonly message: string; readonly severity: string }[];
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly string[];
}

/** What is used of `esbuild`, where tsx brought it. */
interface Esbuild {
  transformSync(source: string, options: Readonly<Record<string, unknown>>): { readonly code: string };
}

/**
 * Makes a module's edits and compiles what comes out, whose lines are those of the file. JavaScript stays; of TypeScript,
 * Node itself takes the types away where it can, and all else is compiled.
 * @throws SyntaxError where nothing that is installed compiles it
 */
export function compiledSource(path: string, source: string, edits: readonly Edit[], parse: ParseModule): LoadedModule {
  const extension = extname(path);
  if (extension === '.js' || extension === '.mjs') return { format: 'module', source: withMap(path, source, edits) };
  const types = syntaxOf(parse(path, source));
  const isJsx = types.has('JSXElement') || types.has('JSXFragment');
  const esbuild = isJsx || types.has('Decorator') ? findEsbuild(path) : undefined;
  if (esbuild !== undefined) return { format: 'module', source: withEsbuild(esbuild, path, applyEdits(source, edits)) };
  if (types.has('Decorator'))
    throw new SyntaxError(`Cannot compile the decorators of '${path}': install tsx (npm install -D tsx)`);
  const isErasable = !NOT_ERASABLE.some((type) => types.has(type));
  return isErasable && canStripTypes()
    ? { format: 'module-typescript', source: withMap(path, source, edits) }
    : { format: 'module', source: withOxc(path, applyEdits(source, edits)) };
}

/** Lines are right without a map; with one, columns are as well, and stacks name the file as it is called. */
function withMap(path: string, source: string, edits: readonly Edit[]): string {
  const edited = new MagicString(source);
  for (const { start, end, text } of edits) {
    if (start === end) edited.appendLeft(start, text);
    else edited.update(start, end, text);
  }
  const map = edited.generateMap({ source: pathToFileURL(path).href, hires: 'boundary' });
  return `${edited.toString()}\n//# sourceMappingURL=${map.toUrl()}`;
}

/** Syntax of which something is left when the program runs. */
const NOT_ERASABLE: readonly string[] = [
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSParameterProperty',
  'TSImportEqualsDeclaration',
  'TSExportAssignment',
  'JSXElement',
  'JSXFragment',
];

function canStripTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return typescript === 'strip' || typescript === 'transform';
}

function syntaxOf(program: SyntaxNode): ReadonlySet<string> {
  const types = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    types.add(node.type);
    for (const value of Object.values(node)) {
      if (isNode(value)) visit(value);
      else if (Array.isArray(value)) for (const one of value) if (isNode(one)) visit(one);
    }
  };
  visit(program);
  return types;
}

function withOxc(path: string, source: string): string {
  const require = createRequire(import.meta.url);
  const compiler = require('oxc-transform') as Compiler;
  const { code, map, errors } = compiler.transformSync(path, source, { sourceType: 'module', sourcemap: true });
  const error = errors.find(({ severity }) => severity === 'Error');
  if (error !== undefined) throw new SyntaxError(`Cannot compile '${path}': ${error.message}`);
  if (map === undefined) return code;
  // What the file says is what debuggers and stacks should show, not the edited text.
  const { sourcesContent: _edited, ...rest } = { ...map, sources: [pathToFileURL(path).href] };
  const encoded = Buffer.from(JSON.stringify(rest)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}

/** As tsx does, without which decorators and JSX do not run in Node anyway. */
function withEsbuild(esbuild: Esbuild, path: string, source: string): string {
  return esbuild.transformSync(source, {
    loader: extname(path).replace(/^\.[cm]?/, ''),
    format: 'esm',
    target: `node${process.versions.node}`,
    keepNames: true,
    sourcemap: 'inline',
    sourcesContent: false,
    sourcefile: basename(path),
    tsconfigRaw: { compilerOptions: compilerOptions() },
  }).code;
}

function findEsbuild(path: string): Esbuild | undefined {
  for (const from of ['tsx', 'esbuild']) {
    try {
      const found = createRequire(pathToFileURL(path)).resolve(from);
      return createRequire(found)('esbuild') as Esbuild;
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}
