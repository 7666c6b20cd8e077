import { builtIn } from './built-in.ts';
import { capture, Ref, type PromiseLifter } from './capture.ts';
import type { TaskControl } from './hints.ts';
import { capturingOf } from './task-code.ts';
import type { Promised } from './promised.ts';
import { deriveTask, describe, type AnyFunction, type Task } from './task.ts';

/** Marks nodes, and leads from a promised value to its node, in every copy of this package; the number is the shape's version. */
const NODE: unique symbol = Symbol.for('somen.node/1') as never;

/** How far a promised value can be iterated: destructuring ends long before, spreading never would. */
const ITERATION_BOUND = 256;

/** Node's and Deno's hook for `console.log`. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/**
 * One call of a task: what a promised value stands for. Its arguments are plain values, copied when the call was
 * made, and other nodes, whose values take their places. Nodes and their arguments are the workflow graph.
 *
 * A node is the handler of the proxy that users hold: with a handler of its own, a promise cost 80 bytes and a
 * fifth of the time more. All proxies share one target.
 */
export class WorkflowNode implements ProxyHandler<AnyFunction> {
  readonly task: Task;
  /** Plain values and nodes. Never changed. */
  readonly args: readonly unknown[];
  /** How many of the arguments are nodes. */
  readonly dependencies: number;
  /** The engine's job for this node while a run computes it. A field, because a `Map` of a million nodes cost a third of the run. */
  job: unknown = undefined;
  /** The changed copy, once a member of the promise was assigned. Not a field: only nodes that have one should carry it. */
  declare successor: WorkflowNode | undefined;

  constructor(task: Task, args: readonly unknown[], dependencies: number) {
    this.task = task;
    this.args = args;
    this.dependencies = dependencies;
  }

  static {
    Object.defineProperty(this.prototype, NODE, { value: true });
    Object.defineProperty(this.prototype, 'successor', { value: undefined, writable: true });
  }

  get(_target: AnyFunction, key: string | symbol): unknown {
    if (typeof key === 'string') return this.#member(key);
    if (key === NODE) return this.#latest;
    if (key === Symbol.iterator) return () => elements(this.#latest);
    if (key === Symbol.toPrimitive)
      return () =>
        misuse(
          this,
          'calculate with it, compare it or put it into text',
          'Write ops.add(p, 1) or expr((v) => v + 1)(p), do that in a task, which gets the value',
        );
    if (key === Symbol.toStringTag) return 'Promised';
    if (key === INSPECT) return () => `Promised(${this.task.name})`;
    return undefined;
  }

  /** What the promise stands for now. Calls that were made before an assignment keep what it stood for then. */
  get #latest(): WorkflowNode {
    return this.successor ?? this;
  }

  #member(key: string): unknown {
    if (key === 'then') return undefined;
    if (key === 'toJSON')
      return () => misuse(this, 'write it as JSON', 'Write the computed value: JSON.stringify(await run(p))');
    return promise(makeCall(MEMBER, [this.#latest, key]));
  }

  apply(_target: AnyFunction, _self: unknown, args: unknown[]): unknown {
    const node = this.#latest;
    if (node.task === MEMBER) return promise(makeCall(INVOKE, [node.args[0], node.args[1], ...args]));
    return promise(makeCall(APPLY, [node, ...args]));
  }

  /** `p.x = v` makes `p` the promise of a changed copy. */
  set(_target: AnyFunction, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol')
      return misuse(this, `assign its member '${String(key)}'`, 'Return a changed copy from a task');
    this.successor = makeCall(ASSIGN, [this.#latest, key, value]);
    return true;
  }

  has(_target: AnyFunction, key: string | symbol): boolean {
    return misuse(
      this,
      `ask whether it has a member '${String(key)}'`,
      'Write expr((v) => ...)(p), do that in a task, which gets the value',
    );
  }

  deleteProperty(_target: AnyFunction, key: string | symbol): boolean {
    return misuse(this, `delete its member '${String(key)}'`, 'Return a changed copy from a task');
  }

  defineProperty(_target: AnyFunction, key: string | symbol): boolean {
    return misuse(this, `define its member '${String(key)}'`, 'Return a changed copy from a task');
  }

  ownKeys(): ArrayLike<string | symbol> {
    return misuse(this, 'list its members or spread it', 'Take single members, p.x, or pass it to a task');
  }
}

/** The one target of all proxies: callable, so that a promised function can be called. */
const TARGET: AnyFunction = Object.defineProperty(() => undefined, INSPECT, {
  // Else the proxies would have to tell the same value.
  configurable: true,
  value(this: unknown): string {
    return `Promised(${nodeOf(this)?.task.name ?? ''})`;
  },
});

/** The promised value that users hold for a node. */
export function promise(node: WorkflowNode): unknown {
  return new Proxy(TARGET, node);
}

/** Whether a value is a node, of this copy of the package or of another. */
export function isNode(value: unknown): value is WorkflowNode {
  return typeof value === 'object' && value !== null && (value as { [NODE]?: unknown })[NODE] !== undefined;
}

/** The node behind a promised value, or `undefined` for any other value. */
export function nodeOf(value: unknown): WorkflowNode | undefined {
  return typeof value === 'function' ? (value as { [NODE]?: WorkflowNode })[NODE] : undefined;
}

/** Whether a value is promised: the result of a scheduled call, and not a JavaScript `Promise`. */
export function isPromised(value: unknown): value is Promised<unknown> {
  return nodeOf(value) !== undefined;
}

/** How promises in arguments become nodes. */
export const LIFTER: PromiseLifter<WorkflowNode> = {
  nodeOf,
  isNode,
  array: (items) => makeNode(ARRAY, items),
  object: (keys, values) => makeNode(OBJECT, [keys, ...values]),
  withOwn: (fn, values) => makeNode(CAPTURE, [capturingOf(fn)?.withOwn([]), values]),
};

/** Records a call: takes the arguments by value, promises among them as nodes. */
export function makeCall(task: Task, args: readonly unknown[]): WorkflowNode {
  const own: unknown[] = new Array<unknown>(args.length);
  let dependencies = 0;
  for (let index = 0; index < args.length; index++) {
    let value = args[index];
    if (typeof value === 'function') value = nodeOf(value) ?? ownFunction(value, index);
    else if (typeof value === 'object' && value !== null && !isNode(value)) {
      if (value instanceof Ref) return makeCallByRef(task, args);
      if (task.control === undefined || !isByRef(task.control, index)) value = capture(value, `args[${index}]`, LIFTER);
    }
    if (isNode(value)) dependencies++;
    own[index] = value;
  }
  return new WorkflowNode(task, own, dependencies);
}

/** Most functions take nothing along. */
function ownFunction(fn: object, index: number): unknown {
  return capturingOf(fn) === undefined ? fn : capture(fn, `args[${index}]`, LIFTER);
}

/** Tasks with the hint `byRef` for calls with `ref(...)`, by the positions: workers are told each task once. */
const BY_REF = new WeakMap<Task, Map<string, Task>>();

function makeCallByRef(task: Task, args: readonly unknown[]): WorkflowNode {
  const positions = args.flatMap((value, index) => (value instanceof Ref ? [index] : []));
  const known = task.hints.byRef;
  const all = known === true ? true : [...new Set([...(known ?? []), ...positions])].sort((a, b) => a - b);
  const tasks = BY_REF.get(task) ?? new Map<string, Task>();
  BY_REF.set(task, tasks);
  const derived = tasks.get(String(all)) ?? deriveTask(task, { byRef: all });
  tasks.set(String(all), derived);
  return makeCall(
    derived,
    args.map((value) => (value instanceof Ref ? value.value : value)),
  );
}

/** Whether an argument is not copied. */
export function isByRef({ byRef }: TaskControl, index: number): boolean {
  return byRef === true || byRef?.has(index) === true;
}

/** The node of a value: its own if it is promised, a new one if it holds promises, else `undefined`. */
export function liftNode(value: unknown, path = 'value'): WorkflowNode | undefined {
  const lifted = typeof value === 'object' || typeof value === 'function' ? capture(value, path, LIFTER) : value;
  return isNode(lifted) ? lifted : undefined;
}

/** The node of what a task returned, if that is promised or is an array or plain object that holds promised values. */
export function workflowOf(result: unknown): WorkflowNode | undefined {
  if (typeof result === 'function') return nodeOf(result);
  return typeof result === 'object' && result !== null && holdsPromise(result, 0)
    ? liftNode(result, 'result')
    : undefined;
}

/** How deep a task's result is searched for promised values. */
const SEARCH_DEPTH = 64;

function holdsPromise(value: object, depth: number): boolean {
  if (depth > SEARCH_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item: unknown) => isOrHoldsPromise(item, depth));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) if (isOrHoldsPromise((value as Members)[key], depth)) return true;
  return false;
}

function isOrHoldsPromise(value: unknown, depth: number): boolean {
  if (typeof value === 'function') return isPromised(value);
  return typeof value === 'object' && value !== null && holdsPromise(value, depth + 1);
}

/** A scheduled function with the node of what it takes, where it is the node of one that takes promised values. */
export function promisedCapture(fn: unknown): { readonly fn: unknown; readonly values: WorkflowNode } | undefined {
  if (!isNode(fn) || fn.task !== CAPTURE) return undefined;
  return { fn: fn.args[0], values: fn.args[1] as WorkflowNode };
}

/** Values by value: copies, nodes in the place of promises. */
export function captured(values: Iterable<unknown>): readonly unknown[] {
  return makeCall(ARRAY, [...values]).args;
}

/** A call whose arguments are captured already. */
export function makeNode(task: Task, args: readonly unknown[]): WorkflowNode {
  let dependencies = 0;
  for (const value of args) if (isNode(value)) dependencies++;
  return new WorkflowNode(task, args, dependencies);
}

type Members = Readonly<Record<PropertyKey, unknown>>;

/** A value that was there already. */
export const VALUE: Task = builtIn('join', 'value', ([value]) => value);
/** The values, as an array. */
export const ARRAY: Task = builtIn('join', 'array', (items) => items);
/** The keys (first argument) and their values, as an object. */
export const OBJECT: Task = builtIn('join', 'object', ([keys, ...values]) =>
  Object.fromEntries((keys as string[]).map((key, index) => [key, values[index]])),
);
/** A scheduled function that takes these values. */
const CAPTURE: Task = builtIn('join', 'capture', ([fn, values]) => capturingOf(fn)?.withOwn(values as unknown[]));
/** `object[key]` */
const MEMBER: Task = builtIn('join', 'member', ([object, key]) => (object as Members)[key as PropertyKey]);
/** `object[key](...args)` */
const INVOKE: Task = builtIn('operation', 'invoke', ([object, key, ...args]) =>
  ((object as Members)[key as PropertyKey] as AnyFunction).apply(object, args as never[]),
);
/** `fn(...args)` */
export const APPLY: Task = builtIn('operation', 'apply', ([fn, ...args]) => (fn as AnyFunction)(...(args as never[])));

/** A copy of `object` with another `object[key]`. */
const ASSIGN: Task = builtIn('join', 'assign', ([object, key, value]) => assigned(object, key as string, value));

/** The built-in tasks of promised values. */
export const WORKFLOW_TASKS: readonly Task[] = [VALUE, ARRAY, OBJECT, CAPTURE, MEMBER, INVOKE, APPLY, ASSIGN];

/** Classes whose instances hold what they hold elsewhere than in members: a copy of the members would be an empty one. */
const SLOTTED: readonly (abstract new (...args: never[]) => object)[] = [
  Map,
  Set,
  Date,
  RegExp,
  ArrayBuffer,
  DataView,
  Promise,
];

/** A changed copy: an array or typed array, or an object of its own class. */
function assigned(object: unknown, key: string, value: unknown): unknown {
  if (typeof object !== 'object' || object === null || SLOTTED.some((Class) => object instanceof Class))
    throw new TypeError(`Cannot assign the member '${key}' of ${describe(object)}. Return a changed copy from a task`);
  const copy = shallowCopy(object);
  if (!Reflect.set(copy, key, value))
    throw new TypeError(`Cannot assign the member '${key}' of ${describe(object)}: it is read-only`);
  return copy;
}

function shallowCopy(object: object): object {
  if (Array.isArray(object)) return object.slice();
  if (ArrayBuffer.isView(object)) return Uint8Array.prototype.slice.call(object as Uint8Array);
  const members = Object.getOwnPropertyDescriptors(object);
  // A copy of a frozen object is there to be changed.
  for (const member of Object.values(members)) {
    member.configurable = true;
    if ('value' in member) member.writable = true;
  }
  return Object.create(Object.getPrototypeOf(object) as object | null, members) as object;
}

function* elements(node: WorkflowNode): Generator {
  for (let index = 0; index < ITERATION_BOUND; index++) yield promise(makeCall(MEMBER, [node, index]));
  misuse(
    node,
    'iterate or spread it',
    'Its length is not known yet. Destructure as many elements as you need, unpack(p, n), map(fn, p) or iterate in a task',
  );
}

function misuse(node: WorkflowNode, what: string, instead: string): never {
  throw new TypeError(
    `Cannot ${what}: it is the promise of the result of '${node.task.name}', which is not computed yet. ${instead}, or compute it first: await run(p)`,
  );
}
