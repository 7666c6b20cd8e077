/** The sources that a script consists of, and what their imports mean. */
import type { Resolved } from '../../core/slice/ports.ts';
import type { SyntaxNode } from '../../core/slice/syntax.ts';
import { parseModule } from './script-syntax.ts';

declare const SOMEN_VERSION: string | undefined;

/** Names under which scripts import this package. */
const SOMEN: ReadonlySet<string> = new Set(['somen', 'somen/web']);

/** The typed source, which changes, and the modules that it may import, which stay. */
export class ScriptSources {
  /** The path of the typed source. */
  readonly mainPath: string;
  /** By their paths. */
  readonly modules: ReadonlyMap<string, string>;
  /** What a module is called by its author. */
  readonly nameOf: (path: string) => string;
  /** The typed source. */
  main = '';
  readonly #trees = new Map<string, { readonly source: string; readonly tree: SyntaxNode }>();

  constructor(mainPath: string, modules: ReadonlyMap<string, string>, nameOf: (path: string) => string) {
    this.mainPath = mainPath;
    this.modules = modules;
    this.nameOf = nameOf;
  }

  /** The text of a module; `undefined` where there is none. */
  load(path: string): string | undefined {
    return path === this.mainPath ? this.main : this.modules.get(path);
  }

  /**
   * The tree of a module, once for each text.
   * @throws SourceError where it is no JavaScript
   */
  parse(path: string, source: string): SyntaxNode {
    const known = this.#trees.get(path);
    if (known?.source === source) return known.tree;
    const tree = parseModule(source);
    this.#trees.set(path, { source, tree });
    return tree;
  }

  /** What an import means in a module; `undefined` where there is no such thing. */
  resolve(specifier: string, importer: string): Resolved | undefined {
    if (isSomen(specifier)) return { package: specifier.slice('somen'.length), name: 'somen', version: somenVersion() };
    if (isUrl(specifier)) return { package: '', name: specifier, version: 'url' };
    const path = /^\.{0,2}\//.test(specifier) ? new URL(specifier, `file://${importer}`).pathname : `/@/${specifier}`;
    return this.load(path) === undefined ? undefined : { module: path };
  }
}

/** Whether an import is of this package. */
export function isSomen(specifier: string): boolean {
  return SOMEN.has(specifier);
}

/** Whether a module is data. */
export function isJson(path: string): boolean {
  return path.endsWith('.json');
}

/** Whether an import is of a URL, which the browser loads. */
export function isUrl(specifier: string): boolean {
  return /^https?:/.test(specifier);
}

function somenVersion(): string {
  return typeof SOMEN_VERSION === 'undefined' ? '0' : SOMEN_VERSION;
}
