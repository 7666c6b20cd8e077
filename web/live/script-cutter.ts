/** Makes of a typed source what runs: marked modules for the program itself, and slices for the workers of its tasks. */
import type { Hasher } from '../../core/hasher.ts';
import { nearest } from '../../core/nearest.ts';
import { hexDigest } from '../../core/slice/closure-hash.ts';
import { applyEdits, sortEdits, type Edit } from '../../core/slice/edits.ts';
import type { Resolved } from '../../core/slice/ports.ts';
import { Program, type CutProgram, type TaskDefinition } from '../../core/slice/program.ts';
import type { SyntaxNode } from '../../core/slice/syntax.ts';
import type { LiveErrorKind } from './live-result.ts';
import { SOMEN_MODULE, type Entries, type LiveModule } from './messages.ts';
import { ID_SCHEME, sliceExpression, taskModule } from './module-loader.ts';
import {
  exportedClasses,
  exportsOf,
  lastExpression,
  parseModule,
  requestsOf,
  SourceError,
  type Request,
} from './script-syntax.ts';
import type { MadeText } from './source-places.ts';

declare const SOMEN_VERSION: string | undefined;

/** The function that is given the value of a program's last expression. */
export const LAST_VALUE = 'somen.live.value/1';

/** The function that is given exported classes. */
export const EXPORTED_CLASS = 'somen.live.class/1';

/** Names under which scripts import this package. */
const SOMEN: ReadonlySet<string> = new Set(['somen', 'somen/web']);

/** Something that is wrong with a source, found before anything runs. */
export class ScriptProblem extends Error {
  readonly kind: LiveErrorKind;
  readonly path: string;
  /** In UTF-16 code units. */
  readonly offset: number;

  constructor(kind: LiveErrorKind, message: string, path: string, offset: number) {
    super(message);
    this.kind = kind;
    this.path = path;
    this.offset = offset;
  }
}

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
  /** The path of the typed source. */
  readonly mainPath: string;
  readonly modules: ReadonlyMap<string, string>;
  readonly nameOf: (path: string) => string;
  /** The names that this package exports. */
  readonly exported: readonly string[];
  readonly hasher: Hasher;
}

/** Cuts scripts that may import the same modules. */
export class ScriptCutter {
  readonly #options: CutterOptions;
  readonly #program: Program;
  readonly #trees = new Map<string, { readonly source: string; readonly tree: SyntaxNode }>();
  #main = '';

  constructor(options: CutterOptions) {
    this.#options = options;
    const { hasher, nameOf } = options;
    this.#program = new Program({
      ports: {
        parse: (path, source) => this.#parse(path, source),
        load: (path) => this.#load(path),
        resolve: (specifier, importer) => this.#resolve(specifier, importer),
      },
      hasher,
      moduleName: nameOf,
      moduleUrl: (path) => taskModule(nameOf(path)),
      sliceUrl: sliceExpression,
      sliceSpecifier: (path) => path,
    });
  }

  /** Reads the given modules ahead. */
  prepare(): void {
    for (const [path, source] of this.#options.modules) if (!isJson(path)) this.#parse(path, source);
  }

  /**
   * Cuts a source.
   * @throws ScriptProblem where it is no JavaScript, or imports what is not there
   */
  cut(source: string): CutScript {
    this.#main = source;
    const paths = this.#check();
    const program = this.#program.cut(paths.filter((path) => !isJson(path)));
    const made = new Map<string, MadeText & { readonly path: string }>();
    const modules = new ModuleSet(this.#options, (path) => this.#madeText(path, program));
    const slices = new ModuleSet(this.#options, (path) => this.#sliceText(path, program));
    const main = modules.idOf(this.#options.mainPath);
    const entries = [...program.tasks.keys()].map((path) => [path, slices.idOf(path)] as const);
    for (const set of [modules, slices]) for (const [id, text] of set.texts) made.set(id, text);
    const tasks = [...program.tasks.values()].flat();
    const urls = paths.flatMap((path) => this.#urlsOf(path));
    return { urls, main, modules: modules.modules, slices: slices.modules, entries, tasks, made };
  }

  /** The typed text of a module. */
  sourceOf(path: string): string {
    return this.#load(path) ?? '';
  }

  #load(path: string): string | undefined {
    return path === this.#options.mainPath ? this.#main : this.#options.modules.get(path);
  }

  #parse(path: string, source: string): SyntaxNode {
    const known = this.#trees.get(path);
    if (known?.source === source) return known.tree;
    const tree = parseModule(source);
    this.#trees.set(path, { source, tree });
    return tree;
  }

  #resolve(specifier: string, importer: string): Resolved | undefined {
    if (SOMEN.has(specifier))
      return { package: specifier.slice('somen'.length), name: 'somen', version: somenVersion() };
    if (isUrl(specifier)) return { package: '', name: specifier, version: 'url' };
    const path = /^\.{0,2}\//.test(specifier) ? new URL(specifier, `file://${importer}`).pathname : `/@/${specifier}`;
    return this.#load(path) === undefined ? undefined : { module: path };
  }

  // ---- what is wrong

  /** Looks at all modules that the source reaches. Returns their paths, each after those that it imports. */
  #check(): readonly string[] {
    const order = new Set<string>();
    const underWay: string[] = [];
    const visit = (path: string): void => {
      underWay.push(path);
      for (const request of this.#requests(path)) {
        const imported = this.#checkRequest(request, path, underWay);
        if (imported !== undefined && !order.has(imported)) visit(imported);
      }
      underWay.pop();
      order.add(path);
    };
    visit(this.#options.mainPath);
    return [...order];
  }

  #requests(path: string): readonly Request[] {
    return isJson(path) ? [] : requestsOf(this.#tree(path));
  }

  #urlsOf(path: string): readonly ImportedUrl[] {
    return this.#requests(path)
      .filter(({ specifier }) => isUrl(specifier))
      .map(({ specifier, node }) => ({ url: specifier, path, offset: node.start }));
  }

  #tree(path: string): SyntaxNode {
    try {
      return this.#parse(path, this.#load(path) ?? '');
    } catch (error) {
      if (error instanceof SourceError) throw new ScriptProblem('syntax', error.message, path, error.offset);
      throw error;
    }
  }

  #checkRequest(request: Request, path: string, underWay: readonly string[]): string | undefined {
    const { specifier, node } = request;
    const refuse = (message: string, { start }: SyntaxNode = node): never => {
      throw new ScriptProblem('import', message, path, start);
    };
    const resolved = this.#resolve(specifier, path);
    if (resolved === undefined) return refuse(this.#unknown(specifier));
    if (!('module' in resolved)) {
      if (SOMEN.has(specifier)) this.#checkNames(request, new Set(this.#options.exported), refuse);
      return undefined;
    }
    const { module } = resolved;
    if (underWay.includes(module))
      return refuse(
        `Cannot import '${specifier}' here: the two modules import each other. Move what both need into a third`,
      );
    if (isJson(module)) {
      if (!request.isJson)
        refuse(`Cannot import '${specifier}' as code: it is JSON. Write with { type: 'json' } after its name`);
      return module;
    }
    this.#checkNames(request, exportsOf(this.#tree(module)), refuse);
    return module;
  }

  #unknown(specifier: string): string {
    const { modules, nameOf } = this.#options;
    const known = ['somen/web', ...[...modules.keys()].map(nameOf)];
    const meant = nearest(specifier, known);
    const advice = meant === undefined ? `there are '${known.join("', '")}', and URLs` : `did you mean '${meant}'?`;
    return `Cannot import '${specifier}': there is no such module; ${advice}`;
  }

  #checkNames(
    { names, specifier }: Request,
    exported: ReadonlySet<string> | undefined,
    refuse: (message: string, node: SyntaxNode) => void,
  ): void {
    for (const [name, node] of names) {
      if (exported === undefined || name === '*' || exported.has(name)) continue;
      const meant = nearest(name, [...exported]);
      const advice = meant === undefined ? '' : `; did you mean '${meant}'?`;
      refuse(`Cannot import '${name}' from '${specifier}': it has no such export${advice}`, node);
    }
  }

  // ---- what is made

  #madeText(path: string, program: CutProgram): Unlinked {
    const source = this.#load(path) ?? '';
    if (isJson(path)) return { path, source, edits: [], links: [] };
    const marks = program.marks.get(path) ?? [];
    const tree = this.#tree(path);
    const values = path === this.#options.mainPath ? valueEdits(tree) : [];
    const edits = sortEdits([...marks, ...values, ...classEdits(tree, taskModule(this.#options.nameOf(path)))]);
    return { path, source, edits, links: this.#links(path, applyEdits(source, edits)) };
  }

  #sliceText(path: string, program: CutProgram): Unlinked {
    const source = this.#load(path) ?? '';
    if (isJson(path)) return { path, source, edits: [], links: [] };
    const edits = program.slices.get(path)?.edits ?? [];
    return { path, source, edits, links: this.#links(path, applyEdits(source, edits)) };
  }

  /** Which modules the text of one imports, and where it says so. */
  #links(path: string, text: string): readonly Link[] {
    return requestsOf(parseModule(text)).flatMap(({ specifier, node: { start, end } }): readonly Link[] => {
      const resolved = this.#resolve(specifier, path);
      if (resolved === undefined) return [];
      if ('module' in resolved) return [{ start, end, path: resolved.module }];
      return SOMEN.has(specifier) ? [{ start, end, path: undefined }] : [];
    });
  }
}

/** A text in which a module, or this package where the path is `undefined`, is named. */
interface Link {
  readonly start: number;
  readonly end: number;
  readonly path: string | undefined;
}

/** A text, and what it imports. */
interface Unlinked extends Omit<MadeText, 'links'> {
  readonly path: string;
  readonly links: readonly Link[];
}

/** A text that is as long as any URL of a Blob here, with its quotes. */
function sampleUrl(): string {
  const url = URL.createObjectURL(new Blob([]));
  URL.revokeObjectURL(url);
  return `"${url}"`;
}

/** Modules with ids, each after those that it imports. */
class ModuleSet {
  readonly modules: LiveModule[] = [];
  readonly texts = new Map<string, MadeText & { readonly path: string }>();
  readonly #ids = new Map<string, string>();
  readonly #options: CutterOptions;
  readonly #make: (path: string) => Unlinked;
  #sampleUrl: string | undefined;

  constructor(options: CutterOptions, make: (path: string) => Unlinked) {
    this.#options = options;
    this.#make = make;
  }

  idOf(path: string): string {
    let id = this.#ids.get(path);
    if (id === undefined) this.#ids.set(path, (id = this.#add(path)));
    return id;
  }

  #add(path: string): string {
    const { source, edits, links } = this.#make(path);
    const text = applyEdits(source, edits);
    const parts: (string | { readonly module: string })[] = [];
    let at = 0;
    for (const link of links) {
      const module = link.path === undefined ? SOMEN_MODULE : this.idOf(link.path);
      parts.push(`${text.slice(at, link.start)}"`, { module }, '"');
      at = link.end;
    }
    parts.push(text.slice(at));
    const { hasher, nameOf } = this.#options;
    const id = `${ID_SCHEME}${hexDigest(JSON.stringify([path, parts]), hasher).slice(0, 16)}${path}`;
    const type = isJson(path) ? 'application/json' : 'text/javascript';
    this.modules.push({ id, path, name: nameOf(path), type, parts });
    const url = (this.#sampleUrl ??= sampleUrl());
    const urls: readonly Edit[] = links.map(({ start, end }) => ({ start, end, text: url }));
    this.texts.set(id, { path, source, edits, links: urls });
    return id;
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

function isJson(path: string): boolean {
  return path.endsWith('.json');
}

function isUrl(specifier: string): boolean {
  return /^https?:/.test(specifier);
}

function somenVersion(): string {
  return typeof SOMEN_VERSION === 'undefined' ? '0' : SOMEN_VERSION;
}
