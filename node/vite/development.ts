/** Slices of a development server: each state of one has a URL of its own, so workers that live on load what is new. */
import { posix } from 'node:path';
import { queried, sliceId, sliceName } from './modules.ts';
import { digest, type CutModule, type Project } from './project.ts';

/** A slice as it was when its URL was given away. */
interface Snapshot extends CutModule {
  /** Versions of the slices that it imports. */
  readonly versions: ReadonlyMap<string, string>;
}

/** The slices that a development server has given away. */
export class DevelopmentSlices {
  readonly #project: Project;
  readonly #root: string;
  readonly #base: string;
  /** By id. They stay: a page that was not updated yet may still ask for what its tasks were. */
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(project: Project, { root, base }: { readonly root: string; readonly base: string }) {
    this.#project = project;
    this.#root = root;
    this.#base = base;
  }

  /** The expression that is the URL of the slice of a module, as it is now. */
  urlOf(path: string): string {
    const id = this.#keep(path);
    if (id === undefined) return 'undefined';
    const inside = id.startsWith(`${this.#root}/`) ? id.slice(this.#root.length + 1) : `@fs/${id.replace(/^\//, '')}`;
    // A literal would be taken for the path of an asset.
    return `new URL(String(${JSON.stringify(this.#base + encodeURI(inside))}), import.meta.url).href`;
  }

  /** Keeps a slice and those that it imports. */
  #keep(path: string): string | undefined {
    const cut = this.#project.slice(path);
    if (cut === undefined) return undefined;
    const id = this.#idOf(cut);
    if (!this.#snapshots.has(id)) {
      const imported = cut.imports.map((one) => this.#project.slice(one)).filter((one) => one !== undefined);
      this.#snapshots.set(id, { ...cut, versions: new Map(imported.map((one) => [one.path, one.version])) });
      for (const one of imported) this.#keep(one.path);
    }
    return id;
  }

  /** The id of a slice by its URL or by how another slice imports it, and of data that a slice imports. */
  resolve(source: string, importer: string | undefined): string | undefined {
    const slice = sliceName(source);
    const from = importer === undefined ? undefined : this.#snapshots.get(importer);
    if (slice === undefined) return from === undefined ? undefined : this.#resolveData(source, from.path);
    if (slice.query === '') return sliceId({ ...slice, query: `?somen=${from?.versions.get(slice.path) ?? ''}` });
    const query = `?${/[?&](somen=\w+)/.exec(slice.query)?.[1] ?? ''}`;
    const path = slice.path.replace(/^\/@fs\/+/, '/');
    const inside = sliceId({ ...slice, path: this.#root + path, query });
    return this.#snapshots.has(inside) ? inside : sliceId({ ...slice, path, query });
  }

  /** Data changes without its URL, too, and workers live on. Vite finds JSON by the end of its URL. */
  #resolveData(source: string, importer: string): string | undefined {
    if (!/^\.{0,2}\//.test(source)) return undefined;
    const id = posix.resolve(posix.dirname(importer), queried(source));
    const path = id.replace(/\?.*$/, '');
    const content = this.#project.ports.load(path);
    if (content === undefined) return undefined;
    const version = digest(content).slice(0, 16);
    if (!id.endsWith('.json')) return `${id}${id === path ? '?' : '&'}somen=${version}`;
    const snapshot = { path, source: jsonModule(content), edits: [], imports: [], version, versions: new Map() };
    const slice = this.#idOf(snapshot);
    this.#snapshots.set(slice, snapshot);
    return slice;
  }

  #idOf({ path, version }: CutModule): string {
    return sliceId(this.#project.sliceName(path, `?somen=${version}`));
  }

  /**
   * The slice with an id.
   * @throws Error for one that this server has not given away
   */
  load(id: string): CutModule | undefined {
    if (sliceName(id) === undefined) return undefined;
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined)
      throw new Error(`Cannot load ${id}: the tasks have changed since the page was loaded. Load the page again`);
    return snapshot;
  }
}

/** JSON as a module, with a name for each member that may have one. */
function jsonModule(content: string): string {
  const value = JSON.parse(content) as unknown;
  const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const names = members.filter((name) => name !== 'default' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name));
  const exported = names.map((name, index) => `m${index} as ${name}`);
  const bindings = names.map((name, index) => `${JSON.stringify(name)}: m${index}`);
  const lines =
    names.length === 0 ? [] : [`const { ${bindings.join(', ')} } = json;`, `export { ${exported.join(', ')} };`];
  return [`const json = ${content};`, 'export default json;', ...lines].join('\n');
}

/** Whether a module is in the graph of a development server for workers alone. */
export function isForWorkers(id: string | null): boolean {
  return id !== null && /[?&]somen=/.test(id);
}
