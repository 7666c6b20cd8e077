/** What stands for tasks in keys: an id, and a version, which says what the code is. `core/README.md` specifies both. */
import { toHex, type Hasher } from './hasher.ts';
import { moduleNames } from './task-code.ts';
import type { Task, TaskReference } from './task.ts';

/** What a platform found out about a task's code. */
export interface FoundCode {
  /** A name for a function that has none, which holds when its text changes. */
  readonly name?: string;
  /** The closure hash, or anything else that is another one whenever the code is. */
  readonly version?: string;
  /** What the user should know of it: why there is no closure hash, and what to do. */
  readonly note?: string;
  /** Why workers cannot run it, and what to do: it takes values from the function around it that they do not have. */
  readonly onlyHere?: string;
  /** The pieces that the closure hash is made of: each by `module#name` with a hash of its own. */
  readonly pieces?: () => ReadonlyMap<string, string>;
}

/** Where tasks and their code come from. */
export interface CodePorts {
  /** The package-relative path of a module, by its URL. */
  readonly moduleName: (url: string) => string;
  /** Looks for a task's code; asked again now and then, as files are edited. @default the function's own text is all that counts */
  readonly codeOf?: ((task: Task) => FoundCode | undefined) | undefined;
}

/** Notes tell of one task each, and begin alike: of several, a run's display shows the first. */
const NOTE = "Not all that counts is part of its tasks' keys: ";

/** The tasks of which a note was told in this process. */
const noted = new WeakSet<Task>();

/** The ids and versions of tasks, for one runtime. */
export class TaskIdentities {
  readonly #hasher: Hasher;
  readonly #codeOf: CodePorts['codeOf'];
  readonly #moduleName: (url: string) => string;
  readonly #digest: (value: unknown) => string;
  #found = new WeakMap<Task, FoundCode>();
  #versions = new WeakMap<Task, string>();
  /** The versions that were found last. They stay when code is looked for again: a run may be under way with keys of them. */
  readonly #foundVersions = new WeakMap<Task, string>();
  /** Is told what the user should know. */
  onNote: ((note: string) => void) | undefined;

  /** `digest` gives the hex digest of a value's encoding. */
  constructor(hasher: Hasher, { codeOf, moduleName }: CodePorts, digest: (value: unknown) => string) {
    this.#hasher = hasher;
    this.#codeOf = codeOf;
    this.#moduleName = moduleNames(moduleName);
    this.#digest = digest;
  }

  /** The given name, or the module's package-relative path and the function's name; of classes, too. */
  idOf(reference: TaskReference): string {
    const { name, named, module } = reference;
    if (named) return name;
    return `${module === undefined ? '' : this.#moduleName(module)}#${name}`;
  }

  /** The id of a task. */
  id(task: Task): string {
    const { name } = task.named || task.fn?.name !== '' ? {} : this.found(task);
    return this.idOf(name === undefined ? task : { ...task, name });
  }

  /**
   * As hinted, else the closure hash, else the hash of the function's text; with `hashIncludes`, the SHA-256 of the
   * encoding of `[version, digest of the values]`.
   */
  version(task: Task): string {
    const known = task.version ?? this.#versions.get(task);
    if (known !== undefined) return known;
    const version = this.#withIncludes(task, this.#codeVersion(task));
    this.#versions.set(task, version);
    return version;
  }

  #codeVersion(task: Task): string {
    // Of a task that only workers have, no more is known than its slice.
    const stated = task.hints.version ?? task.code?.version ?? task.slice?.version ?? this.found(task).version;
    return stated ?? textHash(task, this.#hasher);
  }

  #withIncludes(task: Task, version: string): string {
    const { hashIncludes } = task.hints;
    return hashIncludes === undefined ? version : this.#digest([version, this.#digest(hashIncludes)]);
  }

  /** Looks for the code of all tasks again: files may have been edited. `false` where no code is looked for. */
  lookAgain(): boolean {
    if (this.#codeOf === undefined) return false;
    this.#found = new WeakMap();
    this.#versions = new WeakMap();
    return true;
  }

  /**
   * Whether a task's code is still what its version says. A worker that loads a module in the middle of a run loads what
   * the file says then: what came back from it is not remembered.
   */
  isCurrent(task: Task): boolean {
    const own = task.base ?? task;
    const version = this.#foundVersions.get(own);
    if (version === undefined || own.hints.version !== undefined) return true;
    return this.#codeOf?.(own)?.version === version;
  }

  /** What the platform found; nothing where tools or hints say all there is. */
  found(task: Task): FoundCode {
    const own = task.base ?? task;
    const found = this.#look(own);
    this.#note(own, found);
    return found;
  }

  #look(own: Task): FoundCode {
    let found = this.#found.get(own);
    if (found === undefined) {
      const isKnown = own.builtIn !== undefined || own.code !== undefined || own.carried !== undefined;
      found = (isKnown ? undefined : this.#codeOf?.(own)) ?? {};
      this.#found.set(own, found);
      if (found.version !== undefined) this.#foundVersions.set(own, found.version);
    }
    return found;
  }

  /** Why no other thread can run a task, if that is so; see {@link FoundCode.onlyHere}. Only tasks inside of functions cost a look. */
  onlyHere(task: Task): string | undefined {
    const own = task.base ?? task;
    return own.isEnclosed === true ? this.#look(own).onlyHere : undefined;
  }

  #note(task: Task, { note }: FoundCode): void {
    if (note === undefined || task.hints.version !== undefined || noted.has(task)) return;
    noted.add(task);
    this.onNote?.(NOTE + note);
  }
}

/** The hex SHA-256 of the function's source text in UTF-8. */
export function textHash(task: Task, hasher: Hasher): string {
  return (task.textHash ??= toHex(hasher.hash([new TextEncoder().encode(String(task.fn))])));
}
