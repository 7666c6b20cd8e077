/** Versions of tasks that nobody gave one: the hash of all code that a task reaches, out of its files. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Hasher } from '../core/hasher.ts';
import { Program, type TaskDefinition } from '../core/slice/program.ts';
import type { Refusal } from '../core/slice/refusals.ts';
import type { FoundCode } from '../core/task-identity.ts';
import type { Task } from '../core/task.ts';
import { findDefinition, likelyDefinition } from './code-definition.ts';
import { isSameModule } from './code-text.ts';
import { onlyHereText } from './code-here.ts';
import { loadedSources } from './loaded-sources.ts';
import { moduleName } from './module-name.ts';
import { changeTime, moduleSource, stampOf } from './module-source.ts';

/** The tasks of a module as its files say now. */
interface ModuleTasks {
  readonly definitions: readonly TaskDefinition[];
  readonly stamps: Stamps;
}

/** Stamps of files by path, as they were when the files were read. */
type Stamps = ReadonlyMap<string, string | undefined>;

/** An answer, and how long it holds. */
interface Answer {
  readonly code: FoundCode;
  readonly definition: TaskDefinition | undefined;
  readonly stamps: Stamps;
  /** Whether a file of the task is not what this thread loaded. It stays so: workers may have loaded any of its states. */
  readonly isEdited: boolean;
  /** When the files were looked at last, by `performance.now()`. */
  lookedAt: number;
}

/** For how long files are taken for what they were, in milliseconds: less than a worker takes to load one and use it. */
const HOLDS = 1;

/**
 * Some file systems count whole seconds, or two: whatever seems to have been changed less than this before a thread
 * began, in milliseconds, may have been changed later. Others are up to 10 ms behind, but a thread needs longer than
 * that to load its first module.
 */
const COARSE_TICK = 2000;

/** The code of the tasks of one thread. */
export class CodeVersions {
  readonly #source = moduleSource();
  readonly #program: Program;
  readonly #modules = new Map<string, ModuleTasks>();
  readonly #answers = new WeakMap<Task, Answer>();
  /** When the first module can have been loaded, in milliseconds since 1970. */
  readonly #began: number = performance.timeOrigin;

  constructor(hasher: Hasher) {
    this.#program = new Program({
      ports: this.#source,
      hasher,
      moduleName: (path) => moduleName(pathToFileURL(path).href),
      moduleUrl: (path) => pathToFileURL(path).href,
      sliceSpecifier: (path) => pathToFileURL(path).href,
    });
  }

  /**
   * The name and version of a task's code. Whether they still hold is seen by the times of its files, so this may be asked
   * often. What was changed since this thread loaded it has another version each time: nothing finds it, nothing takes it.
   */
  codeOf(task: Task): FoundCode | undefined {
    if (task.fn === undefined && pathOf(task.module) === undefined) return undefined;
    const known = this.#answers.get(task);
    if (known !== undefined && !known.isEdited && this.#holds(known)) return known.code;
    const path = pathOf(task.module);
    if (path === undefined || (known === undefined && stampOf(path) === undefined)) return { note: noFileText(task) };
    const answer = known?.isEdited === true ? edited(task, known) : this.#answer(task, path, known);
    const definition = answer.definition ?? this.#likely(task, path);
    const onlyHere = definition && onlyHereText(task, path, definition);
    const told = onlyHere === undefined ? answer : { ...answer, code: { ...answer.code, onlyHere } };
    this.#answers.set(task, told);
    return told.code;
  }

  #holds(answer: Answer): boolean {
    const now = performance.now();
    if (now - answer.lookedAt < HOLDS) return true;
    answer.lookedAt = now;
    return isUnchanged(answer.stamps);
  }

  #answer(task: Task, path: string, known: Answer | undefined): Answer {
    const { definitions, stamps: all } = this.#tasksOf(path);
    const definition =
      known?.definition === undefined
        ? this.#find(task, path, definitions)
        : definitions.find(({ name }) => name === known.definition?.name);
    // Packages count by their versions, those of other tasks as well: they seldom change.
    const files = new Set([path, ...(definition?.modules ?? []), ...this.#source.manifests()]);
    const answer = {
      definition,
      stamps: new Map([...all].filter(([file]) => files.has(file))),
      isEdited: false,
      lookedAt: 0,
    };
    // What this thread has loaded does not change, so what was known of it tells whether the files have.
    const isSame =
      known === undefined
        ? this.#areAsLoaded(
            task,
            [...files].filter((file) => all.has(file)),
          )
        : isSameCode(known.definition, definition);
    if (!isSame) return edited(task, { ...answer, isEdited: true });
    const { captured = [] } = definition ?? this.#likely(task, path) ?? {};
    if (captured.length > 0) return unknowable(task, answer, capturedText(task, captured));
    if (definition === undefined) return { ...answer, code: { note: unknownText(task, path) } };
    const { version } = definition;
    if (version === undefined) return { ...answer, code: { note: refusedText(task, path, definition) } };
    const { name, pieces, notes } = definition;
    const outside = task.hints.hashIncludes === undefined && notes.find(({ kind }) => kind === 'outside');
    const note = outside && outsideText(task, outside);
    return { ...answer, code: { name, version, pieces, ...(note && { note }) } };
  }

  #likely(task: Task, path: string): TaskDefinition | undefined {
    return task.isEnclosed === true ? likelyDefinition(task, this.#tasksOf(path).definitions) : undefined;
  }

  #find(task: Task, path: string, definitions: readonly TaskDefinition[]): TaskDefinition | undefined {
    const source = this.#source.load(path) ?? '';
    const isAsWritten = (): boolean => {
      const loaded = loadedSources(new Set([path]))?.get(path) ?? [];
      return loaded.length > 0 && loaded.every((running) => running === source);
    };
    return findDefinition({ task, path, source, definitions, isAsWritten }, this.#source.parse);
  }

  #tasksOf(path: string): ModuleTasks {
    const known = this.#modules.get(path);
    if (known !== undefined && isUnchanged(known.stamps)) return known;
    const definitions = this.#program.tasks(path);
    const files = new Set([path, ...definitions.flatMap(({ modules }) => modules), ...this.#source.manifests()]);
    // Not the stamps of now: a file may have been changed after it was read.
    const tasks = { definitions, stamps: new Map([...files].map((file) => [file, this.#source.readStamp(file)])) };
    this.#modules.set(path, tasks);
    return tasks;
  }

  /**
   * Whether files are what this thread loaded. Most are older than it; what it runs of the others, V8 knows. What a worker
   * runs, of a task that only workers have, nobody does.
   */
  #areAsLoaded({ fn }: Task, paths: readonly string[]): boolean {
    const doubtful = paths.filter((path) => this.#mayBeNewer(path));
    if (doubtful.length === 0) return true;
    if (fn === undefined) return false;
    const loaded = loadedSources(new Set(doubtful));
    if (loaded === undefined) return false;
    return doubtful.every((path) => {
      // Of data that was imported, nothing is known.
      if (path.endsWith('.json')) return false;
      const written = this.#source.load(path) ?? '';
      return (loaded.get(path) ?? []).every((running) => isSameModule({ path, written, running }, this.#source.parse));
    });
  }

  #mayBeNewer(path: string): boolean {
    const changed = changeTime(path);
    return changed + (changed % 1000 === 0 ? COARSE_TICK : 0) > this.#began;
  }
}

function isUnchanged(stamps: Stamps): boolean {
  for (const [path, stamp] of stamps) if (stampOf(path) !== stamp) return false;
  return true;
}

function isSameCode(before: TaskDefinition | undefined, now: TaskDefinition | undefined): boolean {
  return before !== undefined && before.version !== undefined && before.version === now?.version;
}

function edited(task: Task, answer: Omit<Answer, 'code'>): Answer {
  const note = `'${task.name}' was changed since this process loaded it (${task.module}, or what it uses): its results are not remembered until the process starts anew`;
  return unknowable(task, answer, note);
}

/** A version that nobody else ever has: nothing is found under it, and nothing that is found later was left under it. */
function unknowable(task: Task, answer: Omit<Answer, 'code'>, note: string): Answer {
  const { name } = answer.definition ?? task;
  return { ...answer, code: { name, version: `once:${randomBytes(16).toString('hex')}`, note } };
}

function capturedText(task: Task, captured: readonly string[]): string {
  const names = captured.map((name) => `'${name}'`).join(', ');
  return `'${task.name}' takes ${names} from the function around it, and nobody can see what that is: its results are not remembered. Pass it as an argument, or start Node with --import somen/node/register`;
}

/** The path of a module; `undefined` where it comes from no file. */
function pathOf(module: string | undefined): string | undefined {
  return module?.startsWith('file:') === true ? fileURLToPath(module) : undefined;
}

function noFileText(task: Task): string {
  return `Cannot follow the code of '${task.name}': it was scheduled where there is no file (a REPL, eval). ${OWN_TEXT}`;
}

function unknownText(task: Task, path: string): string {
  return `Cannot follow the code of '${task.name}': none of the functions that ${path} schedules is certainly the one of ${task.position ?? 'nowhere'}. ${OWN_TEXT}`;
}

function outsideText(task: Task, { message, module, line, column }: Refusal): string {
  return `'${task.name}' would be taken from the cache all the same if it changed: ${message} (${module}:${line}:${column})`;
}

function refusedText(task: Task, path: string, { line, column, refusals }: TaskDefinition): string {
  const [refusal] = refusals;
  const reason =
    refusal === undefined ? '' : `: ${refusal.message} (${refusal.module}:${refusal.line}:${refusal.column})`;
  return `Cannot follow the code of '${task.name}' (${path}:${line}:${column})${reason}. ${OWN_TEXT}`;
}

const OWN_TEXT = 'Its version is the hash of its own text: where it uses other code, give it one, { version }';
