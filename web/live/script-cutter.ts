/** Makes of a typed source what runs: marked modules for the program itself, and slices for the workers of its tasks. */
import type { Hasher } from '../../core/hasher.ts';
import { applyEdits, sortEdits, type Edit } from '../../core/slice/edits.ts';
import { Program, type CutProgram, type TaskDefinition } from '../../core/slice/program.ts';
import type { SyntaxNode } from '../../core/slice/syntax.ts';
import type { Entries, LiveModule } from './messages.ts';
import { sliceExpression, taskModule } from './module-loader.ts';
import { moduleId, ModuleSet, type Link, type Unlinked } from './module-set.ts';
import { checkScript } from './script-check.ts';
import { isJson, isSomen, isUrl, type ScriptSources } from './script-sources.ts';
import { exportedClasses, lastExpression, parseModule, requestsOf } from './script-syntax.ts';
import type { MadeText } from './source-places.ts';

/** The function that is given the value of a program's last expression. */
export const LAST_VALUE = 'somen.live.value/1';

/** The function that is given exported classes. */
export const EXPORTED_CLASS = 'somen.live.class/1';

/** What becomes of a source. */
export interface CutScript {
  /** The id of the module to import. */
  readonly main: string;
  /** What the program itself is made of. */
  readonly modules: readonly LiveModule[];
  /** What its tasks are made of. */
  readonly slices: readonly LiveModule[];
  /** The slice of each module that has tasks. */
  readonly entries: Entries;
  readonly tasks: readonly TaskDefinition[];
  /** URLs that it imports, and where it says so. */
  readonly urls: readonly ImportedUrl[];
  /** What each module was made of, by its id. */
  readonly made: ReadonlyMap<string, MadeText & { readonly path: string }>;
}

/** A URL that a module imports. */
export interface ImportedUrl {
  readonly url: string;
  readonly path: string;
  /** In UTF-16 code units. */
  readonly offset: number;
}

/** What cutting needs to know. */
export interface CutterOptions {
  readonly sources: ScriptSources;
  /** The names that this package exports. */
  readonly exported: readonly string[];
  readonly hasher: Hasher;
}

/** Cuts scripts that may import the same modules. */
export class ScriptCutter {
  readonly #options: CutterOptions;
  readonly #program: Program;
  /** Given modules that are data, once they were needed: they may be long, and stay what they are. */
  readonly #data = new Map<string, LiveModule>();

  constructor(options: CutterOptions) {
    this.#options = options;
    const { hasher, sources } = options;
    this.#program = new Program({
      ports: {
        parse: (path, source) => sources.parse(path, source),
        load: (path) => sources.load(path),
        resolve: (specifier, importer) => sources.resolve(specifier, importer),
      },
      hasher,
      moduleName: sources.nameOf,
      moduleUrl: (path) => taskModule(sources.nameOf(path)),
      sliceUrl: sliceExpression,
      sliceSpecifier: (path) => path,
    });
  }

  /** Reads the given modules ahead. */
  prepare(): void {
    const { sources } = this.#options;
    for (const [path, source] of sources.modules) {
      if (isJson(path)) this.#dataOf(path);
      else sources.parse(path, source);
    }
  }

  /**
   * Cuts a source.
   * @throws ScriptProblem where it is no JavaScript, or imports what is not there
   */
  cut(source: string): CutScript {
    const { sources, exported } = this.#options;
    sources.main = source;
    const paths = checkScript(sources, exported);
    const program = this.#program.cut(paths.filter((path) => !isJson(path)));
    const data = paths.filter(isJson).map((path) => this.#dataOf(path));
    const modules = this.#set(data, (path) => this.#madeText(path, program));
    const slices = this.#set(data, (path) => this.#sliceText(path, program));
    return {
      main: modules.idOf(sources.mainPath),
      modules: modules.modules,
      slices: slices.modules,
      entries: [...program.tasks.keys()].map((path) => [path, slices.idOf(path)] as const),
      tasks: [...program.tasks.values()].flat(),
      urls: paths.flatMap((path) => this.#urlsOf(path)),
      made: new Map([...modules.texts, ...slices.texts]),
    };
  }

  #set(data: readonly LiveModule[], make: (path: string) => Unlinked): ModuleSet {
    const { hasher, sources } = this.#options;
    const set = new ModuleSet(hasher, sources.nameOf, make);
    for (const module of data) set.addKnown(module);
    return set;
  }

  /** As a Blob, it is not copied on its way to each worker. */
  #dataOf(path: string): LiveModule {
    let module = this.#data.get(path);
    if (module === undefined) {
      const { hasher, sources } = this.#options;
      const text = sources.load(path) ?? '';
      const id = moduleId(path, text, hasher);
      const parts = [new Blob([text])];
      this.#data.set(path, (module = { id, path, name: sources.nameOf(path), type: 'application/json', parts }));
    }
    return module;
  }

  #urlsOf(path: string): readonly ImportedUrl[] {
    if (isJson(path)) return [];
    return requestsOf(this.#tree(path))
      .filter(({ specifier }) => isUrl(specifier))
      .map(({ specifier, node }) => ({ url: specifier, path, offset: node.start }));
  }

  #tree(path: string): SyntaxNode {
    const { sources } = this.#options;
    return sources.parse(path, sources.load(path) ?? '');
  }

  #madeText(path: string, program: CutProgram): Unlinked {
    const { sources } = this.#options;
    const marks = program.marks.get(path) ?? [];
    const tree = this.#tree(path);
    const values = path === sources.mainPath ? valueEdits(tree) : [];
    return this.#unlinked(
      path,
      sortEdits([...marks, ...values, ...classEdits(tree, taskModule(sources.nameOf(path)))]),
    );
  }

  #sliceText(path: string, program: CutProgram): Unlinked {
    return this.#unlinked(path, program.slices.get(path)?.edits ?? []);
  }

  #unlinked(path: string, edits: readonly Edit[]): Unlinked {
    const source = this.#options.sources.load(path) ?? '';
    return { path, source, edits, links: this.#links(path, applyEdits(source, edits)) };
  }

  /** Which modules the text of one imports, and where it says so. */
  #links(path: string, text: string): readonly Link[] {
    return requestsOf(parseModule(text)).flatMap(({ specifier, node: { start, end } }): readonly Link[] => {
      const resolved = this.#options.sources.resolve(specifier, path);
      if (resolved === undefined) return [];
      if ('module' in resolved) return [{ start, end, path: resolved.module }];
      return isSomen(specifier) ? [{ start, end, path: undefined }] : [];
    });
  }
}

/** What hands over the value of the last expression. */
function valueEdits(tree: SyntaxNode): readonly Edit[] {
  const expression = lastExpression(tree);
  if (expression === undefined) return [];
  const { start, end } = expression;
  return [
    { start, end: start, text: `globalThis[Symbol.for("${LAST_VALUE}")]((` },
    { start: end, end, text: '))' },
  ];
}

/** What makes exported classes known, as workers know them: instances may come back before the module is evaluated. */
function classEdits(tree: SyntaxNode, module: string): readonly Edit[] {
  return exportedClasses(tree).map(([name, { end }]) => {
    const text = `;globalThis[Symbol.for("${EXPORTED_CLASS}")](${JSON.stringify(module)}, { ${name} });`;
    return { start: end, end, text };
  });
}
