/** Slices in a build: each module with tasks has one, which is a chunk that workers load. */
import { basename, posix } from 'node:path';
import type { HookContext } from './context.ts';
import { queried, sliceId, sliceName } from './modules.ts';
import { digest, type CutModule, type Project } from './project.ts';

/** The slices of a build. */
export class BuiltSlices {
  readonly #project: Project;
  readonly #root: string;
  /** Of each environment: the chunks that were asked for, by the ids of slices. */
  readonly #references = new Map<string, Map<string, string>>();
  readonly #own = new Set<string>();
  /** Modules that turned up when slices were cut already, by what says so in ids. */
  readonly #late = new Map<string, string>();
  #isCut = false;

  constructor(project: Project, { root }: { readonly root: string }) {
    this.#project = project;
    this.#root = root;
  }

  /** A build begins, perhaps once more. */
  start({ environment }: Pick<HookContext, 'environment'>): void {
    this.#references.delete(environment?.name ?? '');
    this.#isCut = false;
  }

  /** A module with tasks was met. Once slices were cut, the program is what it is, and the module has one of its own. */
  add(path: string): void {
    if (!this.#isCut) this.#project.add(path);
  }

  /** The expression that is the URL of a module's slice. */
  urlOf(context: HookContext, path: string): string {
    return this.#chunkUrl(
      context,
      sliceId(this.#project.sliceName(path, this.#project.has(path) ? '' : this.#alone(path))),
    );
  }

  /** What says that a slice belongs to a module alone. It is no path, since bundlers write ids into comments. */
  #alone(path: string): string {
    const name = digest(path).slice(0, 8);
    this.#late.set(name, path);
    return `?of=${name}`;
  }

  #chunkUrl(context: HookContext, id: string): string {
    const environment = context.environment?.name ?? '';
    let references = this.#references.get(environment);
    if (references === undefined) this.#references.set(environment, (references = new Map()));
    let reference = references.get(id);
    if (reference === undefined) {
      // What it exports keeps its name: workers register the classes, and `import()` in tasks may ask for anything.
      reference = context.emitFile({ type: 'chunk', id, name: this.#chunkName(id), preserveSignature: 'strict' });
      references.set(id, reference);
      this.#own.add(reference);
    }
    return `import.meta.ROLLUP_FILE_URL_${reference}`;
  }

  /** A name that no other slice has: Rolldown takes chunks of one name for one. It is the same wherever the project is. */
  #chunkName(id: string): string {
    const { path = id, query = '' } = sliceName(id) ?? {};
    const places = [path, this.#entryOf(query) ?? this.#root].map((place) => posix.relative(this.#root, place));
    return `${basename(path).replace(/\..*$/, '')}.tasks-${digest(places.join('\n')).slice(0, 8)}`;
  }

  /** The module that a slice belongs to alone. */
  #entryOf(query: string): string | undefined {
    return this.#late.get(new URLSearchParams(query).get('of') ?? '');
  }

  /**
   * The edits of a slice, with `import()` of other slices by their URLs: Vite would load them by way of its helper,
   * which is code for the page.
   */
  withImports(context: HookContext, id: string, cut: CutModule): CutModule['edits'] {
    return cut.edits.map((edit) => {
      if (!/\bimport\s*\(\s*$/.test(cut.source.slice(0, edit.start))) return edit;
      const imported = this.resolve(literalOf(edit.text), id);
      return imported === undefined ? edit : { ...edit, text: this.#chunkUrl(context, imported) };
    });
  }

  /**
   * Where the chunk of a slice is, as seen from the chunk that names it: this holds wherever the app is put.
   * `undefined` for other files.
   */
  resolveUrl(reference: string, relativePath: string, format: string): string | undefined {
    if (!this.#own.has(reference) || !/^(?:es|esm|module)$/.test(format)) return undefined;
    return `new URL(${JSON.stringify(relativePath)}, import.meta.url).href`;
  }

  /** The id of a slice: imported by another one, it belongs to the same program. */
  resolve(source: string, importer: string | undefined): string | undefined {
    const slice = sliceName(source);
    if (slice === undefined) return queried(source) === source ? undefined : queried(source);
    const query = slice.query || (importer === undefined ? '' : (sliceName(importer)?.query ?? ''));
    return sliceId({ ...slice, query });
  }

  /** The slice with an id. */
  load(id: string): CutModule | undefined {
    const slice = sliceName(id);
    if (slice === undefined) return undefined;
    this.#isCut = true;
    const entry = this.#entryOf(slice.query);
    return entry === undefined ? this.#project.slice(slice.path) : this.#project.lateSlice(entry, slice.path);
  }
}

/** What a literal says; nothing where it is none. */
function literalOf(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(text) ? (JSON.parse(text) as string) : '';
}
