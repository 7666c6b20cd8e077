/** The modules of a program as register's hooks load them: with marked tasks, and as slices for workers. */
import { extname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Edit } from '../core/slice/edits.ts';
import type { SlicePorts } from '../core/slice/ports.ts';
import { Program } from '../core/slice/program.ts';
import type { SliceModule } from '../core/slice/slice-module.ts';
import type { Refusal } from '../core/slice/refusals.ts';
import { labelOf } from '../core/slice/task-site.ts';
import { compiledSource, type LoadedModule } from './compiled-source.ts';
import { createNodeHasher } from './hasher.ts';
import { moduleName } from './module-name.ts';
import { moduleSource } from './module-source.ts';
import type { SliceState } from './slice-state.ts';

/** Where each thread has the function that says which URL the slice of a module has, for the marks of tasks. */
export const SLICE_URL = 'somen.slice-url/1';

/** The query of a slice's URL. */
const SLICE = 'somen-slice';

/** The URL of the slice of a module. */
export function sliceUrl(url: string): string {
  return `${url}?${SLICE}`;
}

const CODE = /^\.[mc]?[jt]s$|^\.[jt]sx$/;

/** Tells what could not be done. */
type Tell = (message: string) => void;

/** Loads modules for one thread. */
export class SliceLoader {
  readonly #state: SliceState;
  readonly #files: SlicePorts = moduleSource();
  readonly #ports: SlicePorts;
  readonly #program: Program;
  readonly #tell: Tell;
  /** Slices by their group: the entries that were known when this thread began, or one that came later. */
  readonly #groups = new Map<string, ReadonlyMap<string, SliceModule>>();
  #group = '';

  /** @param state - what is known already; it is added to */
  constructor(state: SliceState, tell: Tell) {
    this.#state = state;
    this.#tell = tell;
    this.#ports = pinned(this.#files, state.sources);
    this.#program = new Program({
      ports: this.#ports,
      hasher: createNodeHasher(),
      moduleName: (path) => moduleName(pathToFileURL(path).href),
      moduleUrl: (path) => pathToFileURL(path).href,
      sliceUrl: (path) => `globalThis[Symbol.for("${SLICE_URL}")](${JSON.stringify(pathToFileURL(path).href)})`,
      sliceSpecifier: (path) => {
        const { href } = pathToFileURL(path);
        return CODE.test(extname(path)) ? `${sliceUrl(href)}${this.#group}` : href;
      },
    });
  }

  /** What a URL stands for, where it is a slice, or a module with tasks; `undefined` for all that others load. */
  load(url: string): LoadedModule | undefined {
    const path = pathOf(url);
    if (path === undefined) return undefined;
    const { searchParams } = new URL(url);
    return searchParams.has(SLICE) ? this.#slice(path, searchParams.get(SLICE) ?? '') : this.#marked(path);
  }

  #marked(path: string): LoadedModule | undefined {
    // Most modules have no tasks, and are neither parsed nor kept.
    const source = this.#state.sources.get(path) ?? this.#files.load(path);
    if (source === undefined || !/somen|\bschedule\b/.test(source)) return undefined;
    try {
      return this.#instrumented(path, source);
    } catch (error) {
      this.#tell(
        `Cannot prepare ${path} for workers: ${error instanceof Error ? error.message : String(error)}. They import the whole module`,
      );
      return undefined;
    }
  }

  #instrumented(path: string, source: string): LoadedModule | undefined {
    const tasks = this.#program.tasks(path);
    // CommonJS has no slices: workers load the whole module, as ever.
    if (tasks[0]?.site.record.requests.length === 0) return undefined;
    const edits = this.#program.instrument(path);
    if (edits.length === 0) return undefined;
    const made = this.#compiled(path, source, edits);
    if (!this.#state.entries.includes(path)) this.#state.entries.push(path);
    for (const { name, refusals, site } of tasks) {
      const [refusal] = refusals;
      if (refusal !== undefined) this.#tell(refusedText(labelOf(site, name), refusal));
    }
    return made;
  }

  #slice(path: string, group: string): LoadedModule {
    const source = this.#ports.load(path);
    const slice = this.#slices(group).get(path);
    if (source !== undefined && slice !== undefined) return this.#compiled(path, source, slice.edits);
    if (source === undefined || group !== '')
      throw new Error(`Cannot find the slice of ${path}: no task was scheduled in it, or its file is gone`);
    // The modules of its group may import it as well.
    const url = `${sliceUrl(pathToFileURL(path).href)}=${encodeURIComponent(path)}`;
    return { format: 'module', source: `import ${JSON.stringify(url)};` };
  }

  /** One module is one module for all entries that are known together, however many of them reach it. */
  #slices(group: string): ReadonlyMap<string, SliceModule> {
    let slices = this.#groups.get(group);
    if (slices === undefined) {
      this.#group = group === '' ? '' : `=${encodeURIComponent(group)}`;
      slices = this.#program.slices(group === '' ? this.#state.entries : [group]);
      this.#groups.set(group, slices);
    }
    return slices;
  }

  #compiled(path: string, source: string, edits: readonly Edit[]): LoadedModule {
    return compiledSource(path, source, edits, this.#ports.parse);
  }
}

/** A file is read once: what it says later is for the next process. */
function pinned(ports: SlicePorts, sources: Map<string, string>): SlicePorts {
  return {
    ...ports,
    load: (path) => {
      const known = sources.get(path);
      if (known !== undefined) return known;
      const text = ports.load(path);
      if (text !== undefined) sources.set(path, text);
      return text;
    },
  };
}

/** The path of a user's module; `undefined` for packages, for what is no code, and for this package itself. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:') || OWN.some((folder) => url.startsWith(folder))) return undefined;
  const path = fileURLToPath(url);
  return CODE.test(extname(path)) && !path.includes(`${sep}node_modules${sep}`) ? path : undefined;
}

/** The folders of the compiled package. What else stands beside them is a program, as those of the guide's tests are. */
const OWN: readonly string[] = ['core', 'node', 'wasm', 'web'].map(
  (layer) => new URL(`../${layer}/`, import.meta.url).href,
);

function refusedText(name: string, { module, line, column, message }: Refusal): string {
  return `Cannot cut a slice for the task '${name}': ${message} (${module}:${line}:${column}). Workers import its whole module`;
}
