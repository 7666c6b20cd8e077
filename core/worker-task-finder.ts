/** How a worker finds the tasks of its jobs: by name, importing their modules where it may. */
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { registerExports, type ClassReference } from './classes.ts';
import { SerializationError, TaskNotFoundError } from './errors.ts';
import { findTravellingClass } from './fail.ts';
import { realm } from './realm.ts';
import { summarize } from './summarize.ts';
import { findVersion, taskReference, type Task, type TaskReference } from './task.ts';
import { carriedFunction, type CarriedFunction } from './wasm-call.ts';
import { BUILT_IN, composeLayers, findLayers, type Serializers } from './serializers.ts';
import type { WorkerSetup } from './worker-protocol.ts';
import { OTHER_VERSION, type ToldTask } from './worker-tasks.ts';

/** How a runtime's worker loads modules. */
export interface ModuleHost {
  /** Imports a module for its tasks. */
  importModule(url: string): Promise<unknown>;
  /** Ends when the worker's own module has been evaluated, up to its last top-level `await`. */
  ownModule(): Promise<unknown>;
  /** Whether tools cut slices for tasks here, so that who is told of a task that has none need not turn them on. */
  hasSlices?(): boolean;
  /** The version of a task's code here, as in keys. */
  version?(task: Task): string;
  /** The hash of a task's own text: its version for schedulers that look at no files. */
  textHash?(task: Task): string;
  /** Takes a task and its code from the scheduler, where it may; `undefined` where that has none. */
  receive?(reference: TaskReference): Promise<Task | undefined>;
}

/** The code here is not the scheduler's: `cause` says how. */
export class OtherCodeError extends Error {}

/** What a module is loaded for: a task, a class or a registry. */
type Loadable = Pick<TaskReference, 'name' | 'module' | 'slice'>;

/** The tasks that a worker was told of. */
export class WorkerTasks {
  /** What the scheduler said first. */
  setup: WorkerSetup = { name: 'worker', imports: true };
  readonly #host: ModuleHost;
  readonly #references: ToldTask[] = [];
  /** How the values of the tasks are written. */
  readonly #serializers: (Serializers | undefined)[] = [];
  /** The same, by the registries' layers. */
  readonly #composed = new Map<string, Serializers>();
  /** The tasks of the references that were found: building their names took a tenth of a short job. */
  readonly #found: (Task | undefined)[] = [];
  /** Whether tasks are those that the scheduler has, by their numbers: to find out takes a look at all their code. */
  readonly #isSame: (boolean | undefined)[] = [];
  /** Modules that were imported, or whose import was cut short by a `run` at their top level. */
  readonly #modules = new Map<string, Promise<void>>();
  #parked: (() => void) | undefined;
  #everParked = false;

  constructor(host: ModuleHost) {
    this.#host = host;
  }

  /** Whether a module is being imported: what is called now may be its top level. */
  get isImporting(): boolean {
    return this.#parked !== undefined;
  }

  /** Numbers tasks. */
  tell(newTasks: readonly (readonly [number, ToldTask])[]): void {
    for (const [number, reference] of newTasks) this.#references[number] = reference;
  }

  /** The number will be another task's. */
  forget(number: number): void {
    this.#found[number] = this.#serializers[number] = this.#isSame[number] = undefined;
  }

  /** The task of a number, if it is there already, and how its values are written, too. */
  find(number: number): Task | undefined {
    const task = (this.#found[number] ??= this.#lookUpSame(number));
    return this.#findSerializers(number) === undefined ? undefined : task;
  }

  /** The task of a number, if its code is the scheduler's. */
  #lookUpSame(number: number): Task | undefined {
    const reference = this.#references[number];
    const task = this.#lookUp(reference);
    if (task === undefined || reference?.version === undefined) return task;
    const isSame = (this.#isSame[number] ??= this.#isVersion(task, reference.version));
    return isSame ? task : undefined;
  }

  #isVersion(task: Task, version: string): boolean {
    return this.#host.version?.(task) === version || this.#host.textHash?.(task) === version;
  }

  /** How the values of a task that was found are written. */
  serializersOf(number: number): Serializers {
    return this.#serializers[number] ?? BUILT_IN;
  }

  #findSerializers(number: number): Serializers | undefined {
    return (this.#serializers[number] ??= this.#compose(this.#references[number]));
  }

  /** The same layers make one table: two would not know what the other's hooks chose. */
  #compose({ layers: references, lastResort = -1 }: Partial<ToldTask> = {}): Serializers | undefined {
    if (references === undefined) return BUILT_IN;
    const key = JSON.stringify([references, lastResort]);
    const known = this.#composed.get(key);
    if (known !== undefined) return known;
    const layers = references.map((reference) => findLayers(reference).at(-1));
    if (!layers.every((layer) => layer !== undefined)) return undefined;
    const composed = composeLayers(layers, layers[lastResort]);
    this.#composed.set(key, composed);
    return composed;
  }

  #lookUp(reference: TaskReference | undefined): Task | undefined {
    if (reference === undefined) return undefined;
    if (reference.carried !== undefined) return carriedTask(reference, reference.carried);
    // One of another version is what the function was before it was edited, or became since.
    if (reference.slice !== undefined) return findVersion(reference, reference.slice.version);
    const key = taskReference(reference);
    return realm().tasks.get(key) ?? BUILT_IN_TASKS.get(key);
  }

  /**
   * The task of a number, once its module is there.
   * @throws TaskNotFoundError where it is not, with what is
   */
  async load(number: number): Promise<Task> {
    const reference = this.#references[number];
    if (reference === undefined)
      throw new TaskNotFoundError(`Cannot find task number ${number}: the worker was not told of it`);
    try {
      return await this.#load(number, reference);
    } catch (error) {
      if (reference.version === undefined) throw error;
      const received = await this.#receive(number, reference);
      if (received !== undefined) return received;
      // Another machine may have it.
      throw new OtherCodeError('', { cause: error });
    }
  }

  async #receive(number: number, reference: ToldTask): Promise<Task | undefined> {
    const task = await this.#host.receive?.(reference).catch((error: unknown) => {
      throw new OtherCodeError('', { cause: error });
    });
    if (task === undefined || !this.#isVersion(task, reference.version ?? '')) return undefined;
    this.#found[number] = task;
    return this.find(number);
  }

  async #load(number: number, reference: ToldTask): Promise<Task> {
    const failure = this.#lookUp(reference) === undefined ? await this.#loadModule(reference) : undefined;
    for (const layer of reference.layers ?? []) if (findLayers(layer).length === 0) await this.#loadModule(layer);
    if (this.#findSerializers(number) === undefined) throw this.#registryNotFound(reference);
    const task = this.find(number);
    if (task !== undefined) return task;
    const other = this.#lookUp(reference);
    throw other === undefined ? this.#notFound(reference, failure) : this.#otherCode(reference, other);
  }

  #otherCode({ name, version = '' }: ToldTask, task: Task): TaskNotFoundError {
    const here = this.#host.version?.(task) ?? '';
    return new TaskNotFoundError(
      `Cannot run '${name}' in ${this.setup.name}: ${OTHER_VERSION} ${short(here)} there, and ${short(version)} where it was scheduled`,
    );
  }

  /** Loads the modules of tasks and classes that stand among a job's arguments. A function that is not found stays a name. */
  async prepare(tasks: readonly TaskReference[], classes: readonly ClassReference[]): Promise<void> {
    for (const task of tasks) if (this.#lookUp(task) === undefined) await this.#loadModule(task).catch(() => undefined);
    for (const known of classes) if (findTravellingClass(known) === undefined) await this.#loadModule(known);
  }

  /** Returns why the module did not come to its end, if it is the worker's own. */
  async #loadModule({ module, name, slice }: Loadable): Promise<unknown> {
    if (slice !== undefined) return this.#importModule(slice.url, name, module);
    if (!this.setup.imports) return this.#waitForOwnModule();
    return module === undefined ? undefined : this.#importModule(module, name, module);
  }

  /** `module` is what tasks and classes in it are referred to by. */
  async #importModule(url: string, task: string, module: string = url): Promise<void> {
    try {
      await this.#untilParked(url, module, () => this.#host.importModule(url));
    } catch (error) {
      throw new TaskNotFoundError(
        `Cannot run '${task}' in ${this.setup.name}: its module ${url} does not load there: ${textOf(error)}. ${url === module ? loadAdvice(url) : SLICE_ADVICE}`,
        { cause: error },
      );
    }
  }

  /**
   * A worker module of the user's own gets its first jobs while it is still at a top-level `await`, with tasks to come.
   * Returns why it did not come to its end.
   */
  async #waitForOwnModule(): Promise<unknown> {
    if (this.#everParked) return undefined;
    return this.#untilParked('', '', () => this.#host.ownModule()).catch((error: unknown) => error);
  }

  /** Ends when the module is there, or when a `run` at its top level parks it: what it scheduled above is there then. */
  async #untilParked(url: string, module: string, load: () => Promise<unknown>): Promise<void> {
    let pending = this.#modules.get(url);
    if (pending === undefined) {
      const parked = new Promise<void>((resolve) => (this.#parked = resolve));
      pending = Promise.race([parked, load().then((namespace) => registerExports(module, namespace))]);
      this.#modules.set(url, pending);
    }
    try {
      await pending;
    } finally {
      this.#parked = undefined;
    }
  }

  /** A `run` was called outside of a task: whoever waits for the module that calls it has waited long enough. */
  park(): void {
    this.#everParked = true;
    this.#parked?.();
  }

  #registryNotFound({ layers = [] }: ToldTask): SerializationError {
    const missing = layers.find((layer) => findLayers(layer).length === 0);
    const where = missing?.module === undefined ? '' : `, after the import of ${missing.module}`;
    const advice = this.setup.imports
      ? 'Make it at the top level of its module, above any run(...), and not inside a function'
      : 'Give it a name, and import the module that makes it in the worker module that you gave to workers({ create })';
    return new SerializationError(
      `Cannot find the registry '${missing?.name ?? ''}' in ${this.setup.name}${where}. ${advice}`,
      '',
    );
  }

  #notFound(task: ToldTask, cause: unknown): TaskNotFoundError {
    const { name, module } = task;
    const registered = [...realm().tasks.values()].map((known) => `'${known.name}'`).join(', ') || 'nothing';
    const imported =
      this.setup.imports && module !== undefined
        ? `after the import of ${module}`
        : 'and the worker imports no modules by itself';
    const advice = findAdvice(task, this.setup, this.#host.hasSlices?.() === true);
    return new TaskNotFoundError(
      `Cannot find task '${name}' in ${this.setup.name}, ${imported}; registered there: ${registered}. ${advice}`,
      { cause },
    );
  }
}

/** The whole message: what is missing often stands at its end. */
function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : summarize([error]);
}

/** Enough of a hash to tell it from others. */
function short(version: string): string {
  return version.length > 24 ? `${version.slice(0, 16)}...` : version;
}

/** A task that needs no module: the scheduler sent what its function is made of. */
function carriedTask(reference: TaskReference, carried: CarriedFunction): Task {
  return { ...reference, fn: carriedFunction(carried), position: undefined, hints: {}, version: undefined };
}

function findAdvice({ named, module, refused }: ToldTask, { imports }: WorkerSetup, hasSlices: boolean): string {
  if (!imports) return 'Import the module that schedules it in the worker module that you gave to workers({ create })';
  if (named && module === undefined)
    return 'It was scheduled where there is no file (a REPL, eval): run with executor: inline()';
  const place = 'Schedule it at the top level of its module, above any run(...)';
  if (refused !== undefined) return `${refused}. Mend that, or: ${place}`;
  return module?.startsWith('file:') === true && !hasSlices
    ? `${place}, or start Node with --import somen/node/register, which takes tasks inside of functions to workers, with what they capture`
    : `${place}, and not inside a function`;
}

/** For modules that a tool has cut: what stays of them is what tasks reach. */
const SLICE_ADVICE =
  'It holds only what the tasks of its module reach, and something of that needs a page, or what else workers lack, as soon as it is evaluated: ' +
  'use that inside of a function that tasks do not call, pass what the task needs as an argument, or give the task main: true or a module of its own';

function loadAdvice(url: string): string {
  if (url.startsWith('somen:'))
    return 'The build could not cut it out of its module (its warnings say why): mend that, or import the module in a worker module that you give to workers({ create })';
  if (url.startsWith('file:'))
    return 'Workers import the modules of tasks: keep tasks in a module that also loads there, or above a run(...) at its top level';
  return (
    'Workers have no DOM and no import map: keep tasks in a module without code for the page, and import packages in it by URL (of somen, dist/core/index.js). ' +
    'With Vite, use the plugin somen/vite; with another bundler, give a worker module of your own: workers({ create })'
  );
}
