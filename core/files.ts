/**
 * Files as values: a file stands in keys with its path and its content, so what needs it runs again where that changed,
 * and only there. How files are read the runtime's layer says.
 */
import type { Awaitable } from './cache.ts';
import { builtIn } from './built-in.ts';
import { SomenError } from './errors.ts';
import { FileValue } from './file-value.ts';
import type { Promisable, Promised } from './promised.ts';
import { realm } from './realm.ts';
import type { Serializers } from './serializers.ts';
import type { Task } from './task.ts';
import { forEachPart } from './walk.ts';
import { ARRAY, isNode, makeCall, makeNode, OBJECT, promise, VALUE, type WorkflowNode } from './workflow.ts';
import { inOrder } from './workflow-order.ts';

/** How a runtime reads files. */
export interface FilePort {
  /**
   * The file at a path as it is now. `memo` spares reading it again where its size and times are as they were.
   * Rejects where there is no file, or it cannot be read.
   */
  identify(path: string, memo?: FileMemo): Promise<FileValue>;
  /** The content. Rejects where it is not the one that the value stands for any more. */
  read(file: FileValue): Promise<Uint8Array>;
  /** The content in pieces. Throws at its end where it was not the one that the value stands for. */
  stream(file: FileValue): AsyncIterable<Uint8Array>;
  /** Makes an empty folder of a new name, which goes with the process. */
  makeTemporary?(prefix: string): Promise<string>;
}

/** Remembers what was found out about files, from run to run. */
export interface FileMemo {
  get(question: readonly unknown[]): Awaitable<string | undefined>;
  set(question: readonly unknown[], answer: string): Awaitable<void>;
}

/** A file, as it is when the workflow runs. */
export const FILE: Task = builtIn('operation', 'file', ([path]) => filesHere().identify(String(path)));

/** What browsers give for a file that the user has chosen: a `FileSystemFileHandle`. */
export interface FileHandleLike<F> {
  getFile(): Promise<F>;
}

/** The file behind a handle, as it is when the workflow runs. */
const HANDLE: Task = builtIn('operation', 'fileOfHandle', ([handle]) => (handle as FileHandleLike<unknown>).getFile());

const TEMP_DIR: Task = builtIn('operation', 'tempDir', ([prefix]) => {
  const files = filesHere();
  if (files.makeTemporary === undefined)
    throw new SomenError('ERR_FILE', 'Cannot make a temporary folder: this runtime has none');
  return files.makeTemporary(String(prefix));
});

/** The built-in tasks of files. */
export const FILE_TASKS: readonly Task[] = [FILE, HANDLE, TEMP_DIR];

/**
 * The promise of a file: a {@link FileValue}, with the path as it is given here and the content that is there when the
 * workflow runs. Calls that get it are keyed by both, so they run again when the content changes. Its content is hashed as
 * a stream, and not read again while size, time of change and inode are the same.
 *
 * A task that has written files returns `file(path)` for them: its result counts only as long as their contents are what
 * they were when it returned.
 *
 * @param path In Node a path or a `file:` URL; a relative path is taken from the current directory, and makes keys that
 * hold on other machines, too. In browsers a path in the origin's private file system (OPFS), or the handle of a file that
 * the user has chosen: that gives a `File`, whose name, times and content stand in keys.
 * @example
 * const count = schedule(async function count(text: FileValue) { return (await text.text()).split(/\s+/).length; });
 * await run(count(file('poem.txt')), { cache });
 */
export function file(path: Promisable<string | URL>): Promised<FileValue>;
export function file<F>(handle: FileHandleLike<F>): Promised<F>;
export function file(source: unknown): unknown {
  // Not a captured one: a handle has no members to copy.
  if (isHandle(source)) return promise(makeNode(HANDLE, [source]));
  realm().usesFiles = true;
  return promise(makeCall(FILE, [source instanceof URL ? source.href : source]));
}

function isHandle(source: unknown): source is FileHandleLike<unknown> {
  return typeof source === 'object' && source !== null && 'getFile' in source;
}

/**
 * The promise of the path of a new, empty folder, which is removed when the process ends. Each call makes one of its own,
 * in each run. Not in browsers.
 *
 * @param prefix How its name begins. @default 'somen-'
 * @example
 * const folder = tempDir();
 * await run(pack(render(folder, 'page 1'), folder));
 */
export function tempDir(prefix: string = 'somen-'): Promised<string> {
  return promise(makeCall(TEMP_DIR, [prefix])) as Promised<string>;
}

/** How this thread reads files. */
export function filesHere(): FilePort {
  const { files } = realm();
  if (files === undefined)
    throw new SomenError('ERR_FILE', "Cannot read files here: import from 'somen/node' or 'somen/web', which know how");
  return files;
}

/** What becomes of a workflow that a task returned once the files in it are known. */
export type Resolved = { readonly node: WorkflowNode } | { readonly value: unknown };

/** Whether a workflow has files in it whose paths are known. */
export function holdsFiles(root: WorkflowNode): boolean {
  if (realm().usesFiles !== true) return false;
  for (const { task, dependencies } of inOrder(root)) if (task === FILE && dependencies === 0) return true;
  return false;
}

const COLLECTORS: ReadonlySet<Task> = new Set([ARRAY, OBJECT, VALUE]);

/** The workflow that a task returned, with the files in it as they are now. */
export async function resolveFiles(
  root: WorkflowNode,
  identify: (path: string) => Promise<FileValue>,
  make: (task: Task, args: readonly unknown[]) => WorkflowNode,
): Promise<Resolved> {
  const done = new Map<unknown, Resolved>();
  for (const node of inOrder(root)) {
    const { task, dependencies } = node;
    if (task === FILE && dependencies === 0) {
      done.set(node, { value: await identify(String(node.args[0])) });
      continue;
    }
    let isChanged = false;
    let missing = dependencies;
    const args = node.args.map((value) => {
      const resolved = done.get(value);
      if (resolved === undefined) return value;
      if ('value' in resolved) missing--;
      const other = 'value' in resolved ? resolved.value : resolved.node;
      isChanged ||= other !== value;
      return other;
    });
    if (!isChanged) done.set(node, { node });
    else if (missing === 0 && COLLECTORS.has(task)) done.set(node, { value: task.fn?.(args as never) });
    else done.set(node, { node: make(task, args) });
  }
  return done.get(root) ?? { node: root };
}

/** The files in a value. */
export function filesIn(root: unknown, serializers: Serializers): readonly FileValue[] {
  if (realm().usesFiles !== true) return [];
  const files = new Set<FileValue>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof FileValue) files.add(value);
    else forEachPart(value, serializers, visit);
  };
  visit(root);
  return [...files];
}

/** The files among the arguments of a workflow's calls. */
export function filesInWorkflow(root: WorkflowNode, serializers: Serializers): readonly FileValue[] {
  if (realm().usesFiles !== true) return [];
  return [...inOrder(root)].flatMap(({ args }) =>
    args.flatMap((value) => (isNode(value) ? [] : filesIn(value, serializers))),
  );
}
