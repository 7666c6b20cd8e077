/** A program as build tools and loaders see it: which tasks its modules make, and what slices hold them. */
import type { Hasher } from '../hasher.ts';
import { cutTask, type CutTask } from './cut-task.ts';
import { atEnd, type Edit } from './edits.ts';
import { Makings } from './making.ts';
import { ModuleGraph } from './module-graph.ts';
import { ModuleMarks } from './module-marks.ts';
import type { ModuleRecord } from './module-record.ts';
import type { SlicePorts } from './ports.ts';
import { Reached } from './reached.ts';
import { refusal, type Refusal } from './refusals.ts';
import { sliceModule, type SliceModule } from './slice-module.ts';
import { TaskIndex } from './task-index.ts';
import type { TaskSite } from './task-site.ts';

/** Where a mark stands: in the module as the main thread runs it, or in a slice. */
export type MarkPlace = 'module' | 'slice';

/** How a program is read, and how its parts are called. */
export interface ProgramOptions {
  readonly ports: SlicePorts;
  readonly hasher: Hasher;
  /** What a module is called in ids: package-relative, by its path. */
  readonly moduleName: (path: string) => string;
  /** The `module` of marks: `somen:my-app/src/x.ts`, or a `file:` URL. */
  readonly moduleUrl: (path: string) => string;
  /**
   * A JavaScript expression whose value is the URL of the slice of a module with tasks; `undefined` for marks without
   * slices. It is evaluated in the module itself, or in slices that hold tasks of it.
   */
  readonly sliceUrl?: ((path: string, place: MarkPlace) => string | undefined) | undefined;
  /** What a slice module writes to import the slice of another one, or of data beside it. */
  readonly sliceSpecifier: (path: string, importer: string) => string;
  /**
   * Globals that are not there where slices are evaluated. A task that needs one as soon as its module is evaluated is
   * in no slice, since the tasks beside it would fail, too. @default none
   */
  readonly absentGlobals?: ReadonlySet<string> | undefined;
}

/** One function that a module schedules, or one class that it makes known to workers. */
export interface TaskDefinition {
  /** As in its mark; unique in the module. */
  readonly name: string;
  /** Whether it has a name hint that is written out, or is of `tasks('ns', {...})`. */
  readonly named: boolean;
  /** Of the call or decorated member, from 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The closure hash; `undefined` where there are refusals. */
  readonly version: string | undefined;
  /** Whether the module's slice holds it. It does not where a task that it calls cannot be followed. */
  readonly sliced: boolean;
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Refusal[];
  /** Why the module's slice does not hold it, although it can be followed. */
  readonly obstacles: readonly Refusal[];
  /** Names of values that are lifted. */
  readonly captured: readonly string[];
  /** Paths of all modules and files that the hash depends on. */
  readonly modules: readonly string[];
  /** What the hash is made of, as far as it could be followed; see `piecesOf`. */
  readonly pieces: () => ReadonlyMap<string, string>;
  /** Where it stands in the syntax tree of its module. */
  readonly site: TaskSite;
}

/** All that is known of the tasks of some modules. */
export interface CutProgram {
  /** By module, those that have any. */
  readonly tasks: ReadonlyMap<string, readonly TaskDefinition[]>;
  /** What gives these tasks their marks, by module. */
  readonly marks: ReadonlyMap<string, readonly Edit[]>;
  /** The slice modules for them. */
  readonly slices: ReadonlyMap<string, SliceModule>;
}

/** A program of modules that are read through ports. It remembers what it parsed as long as sources stay. */
export class Program {
  readonly #options: ProgramOptions;
  readonly #records = new Map<string, ModuleRecord>();

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** The tasks of a module, in their order; none where it schedules nothing or cannot be read. */
  tasks(path: string): readonly TaskDefinition[] {
    return this.#look().tasks(path).map(definitionOf);
  }

  /** The edits that give the tasks of a module their marks, as the main thread runs it. */
  instrument(path: string): readonly Edit[] {
    return this.#look().instrument(path);
  }

  /**
   * The slice modules for these entry modules together: a module that several reach is one, with the union. Evaluating
   * the one of an entry makes each task of it that can be followed.
   * @param isWanted - which tasks of the entries, by their names. @default all
   */
  slices(entries: readonly string[], isWanted: IsWanted = () => true): ReadonlyMap<string, SliceModule> {
    return this.#look().slices(entries, isWanted);
  }

  /** Tasks, marks and slices of modules together, for who wants all: each task is cut once. */
  cut(paths: readonly string[]): CutProgram {
    const look = this.#look();
    const entries = paths.filter((path) => look.tasks(path).length > 0);
    return {
      tasks: new Map(entries.map((path) => [path, look.tasks(path).map(definitionOf)])),
      marks: new Map(entries.map((path) => [path, look.instrument(path)])),
      slices: look.slices(entries, () => true),
    };
  }

  #look(): Look {
    return new Look(this.#options, this.#records);
  }
}

function definitionOf(task: CutTask): TaskDefinition {
  const { site, name, version, lift, refusals, notes, modules, pieces } = task;
  const { path, source } = site.record;
  const { line, column } = refusal({ kind: 'not-found', message: '', offset: site.node.start }, path, source);
  const named = site.given !== undefined;
  const captured = (lift?.values ?? []).map((value) => value.name);
  return {
    name,
    named,
    line,
    column,
    version,
    refusals,
    notes,
    captured,
    modules,
    pieces,
    site,
    get sliced() {
      return task.making !== undefined;
    },
    get obstacles() {
      return task.obstacles;
    },
  };
}

/** Whether a task is wanted, by its name. */
type IsWanted = (name: string) => boolean;

/** One look at the program, during which its files stay as they are. */
class Look {
  readonly #options: ProgramOptions;
  readonly #graph: ModuleGraph;
  readonly #index: TaskIndex;
  readonly #makings: Makings;
  readonly #tasks = new Map<string, readonly CutTask[]>();

  constructor(options: ProgramOptions, records: Map<string, ModuleRecord>) {
    this.#options = options;
    this.#graph = new ModuleGraph(options.ports, records);
    this.#index = new TaskIndex(this.#graph);
    this.#makings = new Makings(this.#graph, this.#index, options.absentGlobals ?? new Set());
  }

  tasks(path: string): readonly CutTask[] {
    let tasks = this.#tasks.get(path);
    if (tasks === undefined) this.#tasks.set(path, (tasks = this.#cut(path)));
    return tasks;
  }

  #cut(path: string): readonly CutTask[] {
    const record = this.#graph.load(path);
    if ('kind' in record) return [];
    const { hasher, moduleName } = this.#options;
    const cutting = { graph: this.#graph, index: this.#index, makings: this.#makings, hasher, moduleName };
    return this.#index.sites(record).map((site) => cutTask(site, cutting));
  }

  instrument(path: string): readonly Edit[] {
    const record = this.#graph.load(path);
    if ('kind' in record || this.tasks(path).length === 0) return [];
    const marks = this.#marks(record, 'module');
    const edits = marks.edits();
    const helpers = [...marks.helpers(edits).values()];
    return helpers.length === 0 ? edits : [...edits, atEnd(record.source, helpers)];
  }

  #marks(record: ModuleRecord, place: MarkPlace): ModuleMarks {
    const { path } = record;
    const { moduleUrl, moduleName, sliceUrl } = this.#options;
    const [module, slice] = [moduleUrl(path), sliceUrl?.(path, place)];
    return new ModuleMarks(record, this.tasks(path), { module, moduleName, slice, isSlice: place === 'slice' });
  }

  slices(entries: readonly string[], isWanted: IsWanted): ReadonlyMap<string, SliceModule> {
    const wanted = (path: string): readonly CutTask[] => this.tasks(path).filter(({ name }) => isWanted(name));
    const reached = new Reached();
    for (const path of entries) {
      const record = this.#graph.load(path);
      if ('kind' in record) continue;
      const module = reached.of(record);
      for (const { making } of wanted(path)) {
        if (making !== undefined) reached.add(making.closure);
        if (making?.kind === 'statement') module.added.push(making.printed);
      }
    }
    const writing = { graph: this.#graph, sliceSpecifier: this.#options.sliceSpecifier };
    const made = new Set(entries);
    return new Map(
      [...reached.modules].map(([path, module]) => {
        const marks = this.#marks(module.record, 'slice');
        return [path, sliceModule(module, marks, made.has(path) ? wanted(path) : [], writing)];
      }),
    );
  }
}
