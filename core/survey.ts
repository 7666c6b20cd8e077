/**
 * Looks a workflow over before it runs: from the end result downwards, and nothing below what is found. Each call is
 * keyed ahead of running, with the keys of its dependencies in the place of their values; under that key a cache has
 * a link to the result.
 */
import { FILE } from './files.ts';
import { isThenable } from './capture.ts';
import { keyForm, type Keyer, type ValueForm } from './key.ts';
import type { FoundResult, ResultStore } from './result-store.ts';
import type { Task } from './task.ts';
import { inOrder } from './workflow-order.ts';
import { isNode, type WorkflowNode } from './workflow.ts';
import { yieldToEvents } from './yield.ts';

/** How many links are looked up at once, where the cache does not answer at once. */
const MAX_LOOKUPS = 64;
/** How long to go on without letting the thread's other work in, in milliseconds. */
const TIME_SLICE = 12;

/** What is known of a workflow before it runs. */
export interface Survey {
  /** The calls whose results are known. What only they need is not part of the run. */
  readonly found: ReadonlyMap<WorkflowNode, FoundResult>;
  /** The keys ahead of running of those calls that have one. A call of plain values has its final key. */
  readonly keys: ReadonlyMap<WorkflowNode, string>;
  /** The tasks of the workflow. */
  readonly tasks: ReadonlySet<Task>;
  /** What those keys of calls of plain values are the SHA-256 of, in base64, where a history is written. */
  readonly calls: ReadonlyMap<WorkflowNode, string>;
  /** Each call's place in `toGraph`. */
  readonly places: ReadonlyMap<WorkflowNode, number>;
}

/** What a survey works with. */
export interface SurveyOptions {
  readonly keyer: Keyer;
  readonly store: ResultStore;
  /** Whether values are read at once. */
  readonly whole: boolean;
  /** A link could not be read. */
  readonly failed: (error: unknown) => void;
  /** A file as it is now, with its form, or `undefined` where it cannot be read. */
  readonly file: (path: string) => Promise<FoundResult | undefined>;
  /** Nobody wants the survey any more. */
  readonly isOver: () => boolean;
}

/** Surveys the workflow that leads to `root`. Never rejects. */
export async function surveyWorkflow(root: WorkflowNode, options: SurveyOptions): Promise<Survey> {
  const keys = new Map<WorkflowNode, string>();
  const places = new Map<WorkflowNode, number>();
  const tasks = new Set<Task>();
  const found = new Map<WorkflowNode, FoundResult>();
  const calls = new Map<WorkflowNode, string>();
  const pause = pauses();
  const order = [...inOrder(root)];
  const wanted = wantedNodes(order);
  for (const node of order) {
    places.set(node, places.size);
    if (node.task.builtIn === undefined) tasks.add(node.task.base ?? node.task);
    if (node.task === FILE && node.dependencies === 0) {
      const known = await options.file(String(node.args[0]));
      if (known !== undefined) found.set(node, known);
      continue;
    }
    if (!wanted.has(node)) continue;
    const key = aheadKey(node, keys, found, options.keyer);
    if (key !== undefined) keys.set(node, key);
    const call = options.keyer.takeCall();
    if (call !== undefined && node.dependencies === 0) calls.set(node, call);
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    if (options.isOver()) break;
  }
  await lookUpFrom(root, keys, found, options);
  return { found, keys, calls, tasks, places };
}

/** Calls that are looked up, and what these need. The engine keys the others when it comes to them. */
function wantedNodes(order: readonly WorkflowNode[]): ReadonlySet<WorkflowNode> {
  const wanted = new Set<WorkflowNode>();
  for (const node of order.toReversed()) {
    if (!wanted.has(node) && (node.dependencies === 0 || node.task.builtIn !== undefined)) continue;
    wanted.add(node);
    for (const value of node.args) if (isNode(value)) wanted.add(value);
  }
  return wanted;
}

/** The key of a call ahead of running; none where something that it needs is not remembered, runs users' code here, or has no encoding. */
function aheadKey(
  node: WorkflowNode,
  keys: ReadonlyMap<WorkflowNode, string>,
  found: ReadonlyMap<WorkflowNode, FoundResult>,
  keyer: Keyer,
): string | undefined {
  const { task, args } = node;
  if (task.hints.store === false || task.builtIn === 'operation') return undefined;
  const forms: (ValueForm | undefined)[] = [];
  if (node.dependencies > 0)
    for (const [index, value] of args.entries()) {
      if (!isNode(value)) continue;
      const key = keys.get(value);
      const file = found.get(value);
      if (key !== undefined) forms[index] = keyForm(key);
      else if (file?.kind === 'value') forms[index] = file.form;
      else return undefined;
    }
  try {
    return keyer.key(task, args, forms);
  } catch {
    // Whatever a serialiser threw: the job tells it, if the run comes to that.
    return undefined;
  }
}

/** Calls of plain values are left to the engine, which looks them up when it comes to them. */
async function lookUpFrom(
  root: WorkflowNode,
  keys: ReadonlyMap<WorkflowNode, string>,
  found: Map<WorkflowNode, FoundResult>,
  options: SurveyOptions,
): Promise<void> {
  const seen = new Set([root]);
  const stack = [root];
  const pending = new Set<PromiseLike<void>>();
  const goBelow = (node: WorkflowNode): void => {
    for (const value of node.args) {
      if (!isNode(value) || value.dependencies === 0 || seen.has(value)) continue;
      seen.add(value);
      stack.push(value);
    }
  };
  const take = (node: WorkflowNode, result: FoundResult | undefined): void => {
    if (result === undefined) goBelow(node);
    else found.set(node, result);
  };
  const pause = pauses();
  while ((stack.length > 0 || pending.size > 0) && !options.isOver()) {
    const node = pending.size < MAX_LOOKUPS ? stack.pop() : undefined;
    if (node === undefined) await Promise.race(pending);
    else {
      const looking = lookUp(node, keys.get(node), options, take);
      if (looking !== undefined) {
        const ending: PromiseLike<void> = looking.then(() => void pending.delete(ending));
        pending.add(ending);
      }
    }
    const pausing = pause();
    if (pausing !== undefined) await pausing;
  }
}

/** Looks a call up, and gives `take` what is found: at once, where the cache answers at once. */
function lookUp(
  node: WorkflowNode,
  key: string | undefined,
  { store, whole, failed }: SurveyOptions,
  take: (node: WorkflowNode, found: FoundResult | undefined) => void,
): PromiseLike<void> | undefined {
  if (key === undefined || node.task.builtIn !== undefined || node.dependencies === 0) {
    take(node, undefined);
    return undefined;
  }
  const lose = (error: unknown): void => {
    failed(error);
    take(node, undefined);
  };
  try {
    const found = store.findAhead(key, node, whole);
    if (isThenable(found)) return found.then((value) => take(node, value), lose);
    take(node, found);
  } catch (error) {
    lose(error);
  }
  return undefined;
}

/** Tells, now and then, when to let other work in. */
function pauses(): () => Promise<void> | undefined {
  let end = performance.now() + TIME_SLICE;
  let count = 0;
  return () => {
    if ((++count & 15) !== 0 || performance.now() < end) return undefined;
    end = Infinity;
    return yieldToEvents().then(() => void (end = performance.now() + TIME_SLICE));
  };
}
