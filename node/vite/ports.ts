/** What the slicer is given in a project of Vite or Rollup: modules as Node finds them, aliases, and compiled modules. */
import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import type { Resolved, SlicePorts } from '../../core/slice/ports.ts';
import { moduleSource } from '../module-source.ts';
import { isComponent, pathOf } from './modules.ts';

/** One entry of Vite's `resolve.alias`. */
export interface Alias {
  readonly find: string | RegExp;
  readonly replacement: string;
}

/** What a project says of its modules. */
export interface ProjectFiles {
  /** Where imports that begin with `/` are looked for. */
  readonly root: string;
  readonly aliases: readonly Alias[];
  readonly jsxImportSource: string | undefined;
}

/** Ports of a slicer, for modules of which some have another text than their files. */
export interface ProjectPorts extends SlicePorts {
  readonly isData: (path: string) => boolean;
  /** Lets a module have another text than its file: what a plugin made of it. `undefined` is the file again. */
  replace(path: string, code: string | undefined): void;
  /** That text, if it has one. */
  replaced(path: string): string | undefined;
  /** The imports that led nowhere since this was last asked, each told once. */
  missing(): readonly Missing[];
  /** Lets an import that led nowhere lead to a file. */
  found(missing: Missing, path: string): void;
  /** Lets imports be missing again that were: files have come or gone. */
  reset(): void;
}

/** An import that is not where Node and the aliases look. */
export interface Missing {
  readonly specifier: string;
  readonly importer: string;
}

/** The ports of a project. */
export function projectPorts(files: ProjectFiles): ProjectPorts {
  const source = moduleSource();
  const texts = new Map<string, string>();
  const imports = new ForeignImports();
  const isData = (path: string): boolean => isForBundler(path) && !texts.has(path);
  return {
    jsxImportSource: files.jsxImportSource,
    load: (path) => texts.get(path) ?? source.load(isData(path) ? pathOf(path) : path),
    isData,
    parse: (path, text) => (isCode(path) ? source.parse(path, text) : parseComponent(source, path, text)),
    resolve: (specifier, importer) =>
      resolve(source, files, specifier, importer) ?? imports.resolve({ specifier, importer }),
    replace(path, code) {
      if (code === undefined) texts.delete(path);
      else texts.set(path, code);
    },
    replaced: (path) => texts.get(path),
    missing: () => imports.missing(),
    found: (missing, path) => imports.found(missing, path),
    reset: () => imports.reset(),
  };
}

/** Imports that only the project's own resolvers can follow, which take their time: paths of a tsconfig, say. */
class ForeignImports {
  readonly #paths = new Map<string, string>();
  readonly #asked = new Set<string>();
  #missing: Missing[] = [];

  resolve(missing: Missing): Resolved | undefined {
    const module = this.#paths.get(keyOf(missing));
    if (module !== undefined) return { module };
    if (!this.#asked.has(keyOf(missing))) this.#missing.push(missing);
    this.#asked.add(keyOf(missing));
    return undefined;
  }

  missing(): readonly Missing[] {
    const missing = this.#missing;
    this.#missing = [];
    return missing;
  }

  found(missing: Missing, path: string): void {
    this.#paths.set(keyOf(missing), path);
  }

  reset(): void {
    this.#paths.clear();
    this.#asked.clear();
  }
}

function keyOf({ specifier, importer }: Missing): string {
  return `${importer}\n${specifier}`;
}

/** Whether a path names a module of JavaScript or TypeScript. */
export function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** Queries by which Vite makes something else of a file than the module that it is. */
const QUERY = /[?&](?:raw|url|inline|no-inline|worker|sharedworker|init)\b/;

/** Whether a bundler alone knows what module a file is, where no plugin has compiled it into one. */
function isForBundler(path: string): boolean {
  return QUERY.test(path) || !(isCode(pathOf(path)) || isComponent(pathOf(path)));
}

/** What a plugin made of a component is JavaScript; what stands between its tags may be TypeScript. */
function parseComponent(source: SlicePorts, path: string, text: string): ReturnType<SlicePorts['parse']> {
  try {
    return source.parse(`${path}.js`, text);
  } catch {
    return source.parse(`${path}.ts`, text);
  }
}

function resolve(source: SlicePorts, files: ProjectFiles, specifier: string, importer: string): Resolved | undefined {
  const [query = ''] = /\?.*$/.exec(specifier) ?? [];
  const plain = aliased(files.aliases, specifier.slice(0, specifier.length - query.length));
  const found =
    (plain.startsWith('/') && !existsSync(plain) ? source.resolve(files.root + plain, importer) : undefined) ??
    source.resolve(plain, importer);
  if (found === undefined || !('module' in found)) return found;
  const path = found.module.replaceAll(sep, '/');
  return { module: isForBundler(path + query) ? path + query : path };
}

/** A specifier after the first alias that fits it, as Vite replaces it. */
function aliased(aliases: readonly Alias[], specifier: string): string {
  const alias = aliases.find(({ find }) =>
    typeof find === 'string' ? specifier === find || specifier.startsWith(`${find}/`) : find.test(specifier),
  );
  return alias === undefined ? specifier : specifier.replace(alias.find, alias.replacement);
}
