/** The tasks of a project: the modules that have some, what is written into these, and their slices. */
import { createHash } from 'node:crypto';
import { basename, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyEdits, type Edit } from '../../core/slice/edits.ts';
import { Program, type TaskDefinition } from '../../core/slice/program.ts';
import type { SliceModule } from '../../core/slice/slice-module.ts';
import type { Hasher } from '../../core/hasher.ts';
import { createNodeHasher } from '../hasher.ts';
import { moduleName } from '../module-name.ts';
import { isDecorated, sliceId, type SliceName } from './modules.ts';
import { PAGE_GLOBALS } from './page-globals.ts';
import { projectPorts, type ProjectFiles, type ProjectPorts } from './ports.ts';

/** What stands for the URL of a slice until the place that the module is written to is known. */
const SLICE_URL = /"somen-slice:((?:[^"\\]|\\.)*)"/g;

/** A module of a slice, ready to be compiled. */
export interface CutModule {
  readonly path: string;
  /** The module's own text, that the edits are for. */
  readonly source: string;
  readonly edits: readonly Edit[];
  /** Paths of the modules whose slices it imports. */
  readonly imports: readonly string[];
  /** Changes when this module, or one that it imports, does. */
  readonly version: string;
}

/** How the marks of a project name modules. */
export type Marks =
  /** By names of the project, with slices: for browsers, and for what is built. */
  | 'slices'
  /** By the URLs of the files, without slices: for modules that a development server runs in Node. */
  | 'files';

/** The tasks of a project. */
export class Project {
  readonly ports: ProjectPorts;
  readonly #programs: Readonly<Record<Marks, Program>>;
  /** Modules that were known before anything was built, whose slices are one program. */
  readonly #entries = new Set<string>();
  #slices: Slices | undefined;
  readonly #known = new Map<string, KnownTasks>();
  /** Slices of modules that turned up when those of others were built already. */
  readonly #late = new Map<string, Slices>();

  constructor(files: ProjectFiles) {
    this.ports = projectPorts(files);
    const hasher = createNodeHasher();
    this.#programs = { slices: this.#program(hasher, 'slices'), files: this.#program(hasher, 'files') };
  }

  #program(hasher: Hasher, marks: Marks): Program {
    return new Program({
      ports: this.ports,
      hasher,
      moduleName: nameOf,
      moduleUrl: (path) => (marks === 'files' ? pathToFileURL(path).href : `somen:${nameOf(path)}`),
      sliceSpecifier: (path, importer) =>
        this.ports.isData(path) ? besides(path, importer) : sliceId(this.sliceName(path)),
      ...(marks === 'slices' && {
        sliceUrl: (path: string) => JSON.stringify(`somen-slice:${path}`),
        absentGlobals: PAGE_GLOBALS,
      }),
    });
  }

  /** How the slice of a module is called. */
  sliceName(path: string, query = ''): SliceName {
    return { path, query, isTyped: isDecorated(path, this.ports.load(path) ?? '') };
  }

  /** Adds a module with tasks to the program. @returns whether it was new */
  add(path: string): boolean {
    if (this.#entries.has(path)) return false;
    this.#entries.add(path);
    this.#slices = undefined;
    return true;
  }

  /** Takes a module out of the program. */
  remove(path: string): void {
    if (this.#entries.delete(path)) this.#slices = undefined;
  }

  /** Whether a module is known to have tasks. */
  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The modules that are known to have tasks. */
  entries(): readonly string[] {
    return [...this.#entries].toSorted();
  }

  /** Looks at everything again: files have come or gone, so that imports may mean others than they did. */
  reset(): void {
    this.#slices = undefined;
    this.#known.clear();
    this.#late.clear();
  }

  /** The functions that a module schedules. */
  tasks(path: string): readonly TaskDefinition[] {
    const known = this.#known.get(path);
    if (known !== undefined && isCurrent(known.sources, this.ports)) return known.tasks;
    const tasks = this.#programs.slices.tasks(path);
    const paths = new Set([path, ...tasks.flatMap((task) => task.modules)]);
    this.#known.set(path, { tasks, sources: new Map([...paths].map((one) => [one, this.ports.load(one)])) });
    return tasks;
  }

  /** What tells whether a module must be written anew because of others: names and versions of its tasks. */
  fingerprint(path: string): string {
    return JSON.stringify(this.tasks(path).map(({ name, version, captured }) => [name, version, captured]));
  }

  /** What is to be written into a module. */
  edits(path: string, marks: Marks): readonly Edit[] {
    return this.#programs[marks].instrument(path);
  }

  /** The slice of a module; `undefined` where nothing of it is reached. */
  slice(path: string): CutModule | undefined {
    return this.#current().cut(path);
  }

  /** The slice of a module by itself, for one that the program did not have in time. */
  lateSlice(entry: string, path: string): CutModule | undefined {
    let slices = this.#late.get(entry);
    if (slices === undefined || !isCurrent(slices.sources, this.ports))
      this.#late.set(entry, (slices = new Slices(this.#programs.slices, this.ports, [entry])));
    return slices.cut(path);
  }

  /** The slices, cut again where a source has changed. */
  #current(): Slices {
    if (this.#slices === undefined || !isCurrent(this.#slices.sources, this.ports))
      this.#slices = new Slices(this.#programs.slices, this.ports, this.entries());
    return this.#slices;
  }
}

/** The tasks of a module, as long as what they reach is the same. */
interface KnownTasks {
  readonly tasks: readonly TaskDefinition[];
  readonly sources: ReadonlyMap<string, string | undefined>;
}

/** Whether all files are as they were. */
function isCurrent(sources: ReadonlyMap<string, string | undefined>, ports: ProjectPorts): boolean {
  return [...sources].every(([path, source]) => ports.load(path) === source);
}

/** The slices of some modules together, of one state of all sources. */
class Slices {
  readonly sources = new Map<string, string | undefined>();
  readonly #modules: ReadonlyMap<string, SliceModule>;
  readonly #cut = new Map<string, CutModule>();

  constructor(program: Program, ports: ProjectPorts, entries: readonly string[]) {
    this.#modules = program.slices(entries);
    for (const { path, files } of this.#modules.values())
      for (const read of [path, ...files]) this.sources.set(read, ports.load(read));
  }

  cut(path: string): CutModule | undefined {
    const module = this.#modules.get(path);
    const source = this.sources.get(path);
    if (module === undefined || source === undefined) return undefined;
    let cut = this.#cut.get(path);
    if (cut === undefined) {
      cut = { path, source, edits: module.edits, imports: module.imports, version: this.#version(module) };
      this.#cut.set(path, cut);
    }
    return cut;
  }

  /** Digest of all that is evaluated with a slice: modules that import each other have no order, so it is that of a set. */
  #version(root: SliceModule): string {
    const reached = new Set([root]);
    for (const { imports } of reached) {
      for (const path of imports) {
        const module = this.#modules.get(path);
        if (module !== undefined) reached.add(module);
      }
    }
    const texts = [...reached].map(({ path, edits, files }) => ({
      path,
      code: applyEdits(this.sources.get(path) ?? '', edits),
      data: files.map((file) => this.sources.get(file)),
    }));
    return digest(JSON.stringify([root.path, texts.toSorted((a, b) => (a.path < b.path ? -1 : 1))])).slice(0, 16);
  }
}

/** Puts URLs of slices in the places that were left for them. */
export function withSliceUrls(edits: readonly Edit[], urlOf: (path: string) => string): readonly Edit[] {
  return edits.map((edit) => ({
    ...edit,
    text: edit.text.replace(SLICE_URL, (_text, path: string) => urlOf(JSON.parse(`"${path}"`) as string)),
  }));
}

/** A digest for people and URLs to tell contents by. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A path as an import in the same folder writes it. */
function besides(path: string, importer: string): string {
  const specifier = posix.relative(posix.dirname(importer), path);
  return specifier.startsWith('.') ? specifier : `./${specifier}`;
}

function nameOf(path: string): string {
  return moduleName(pathToFileURL(path).href) || basename(path);
}
