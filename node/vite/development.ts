/** Slices of a development server: each state of one has a URL of its own, so workers that live on load what is new. */
import { isAbsolute } from 'node:path';
import { sliceId, slicedModule } from './modules.ts';
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
    return `new URL(${JSON.stringify(this.#base + encodeURI(inside))}, import.meta.url).href`;
  }

  /** Keeps a slice and those that it imports. */
  #keep(path: string): string | undefined {
    const cut = this.#project.slice(path);
    if (cut === undefined) return undefined;
    const id = idOf(cut);
    if (!this.#snapshots.has(id)) {
      const imported = cut.imports.map((one) => this.#project.slice(one)).filter((one) => one !== undefined);
      this.#snapshots.set(id, { ...cut, versions: new Map(imported.map((one) => [one.path, one.version])) });
      for (const one of imported) this.#keep(one.path);
    }
    return id;
  }

  /** The id of a slice by its URL or by how another slice imports it, and of data that a slice imports. */
  resolve(source: string, importer: string | undefined): string | undefined {
    const slice = slicedModule(source);
    const from = importer === undefined ? undefined : this.#snapshots.get(importer);
    if (slice === undefined) return from === undefined ? undefined : this.#resolveData(source);
    if (slice.query === '') return sliceId(slice.path, `?somen=${from?.versions.get(slice.path) ?? ''}`);
    const known = /[?&](somen=\w+)/.exec(slice.query)?.[1] ?? '';
    const path = slice.path.replace(/^\/@fs\/+/, '/');
    const inside = sliceId(this.#root + path, `?${known}`);
    return this.#snapshots.has(inside) ? inside : sliceId(path, `?${known}`);
  }

  /** Data changes without its URL, too, and workers live on. */
  #resolveData(source: string): string | undefined {
    if (!isAbsolute(source)) return undefined;
    const content = this.#project.ports.load(source);
    if (content === undefined) return undefined;
    return `${source}${source.includes('?') ? '&' : '?'}somen=${digest(content).slice(0, 16)}`;
  }

  /**
   * The slice with an id.
   * @throws Error for one that this server has not given away
   */
  load(id: string): CutModule | undefined {
    if (slicedModule(id) === undefined) return undefined;
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined)
      throw new Error(`Cannot load ${id}: the tasks have changed since the page was loaded. Load the page again`);
    return snapshot;
  }
}

function idOf({ path, version }: CutModule): string {
  return sliceId(path, `?somen=${version}`);
}

/** Whether a module is in the graph of a development server for workers alone. */
export function isForWorkers(id: string | null): boolean {
  return id !== null && /[?&]somen=/.test(id);
}
