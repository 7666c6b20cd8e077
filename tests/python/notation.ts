/** Values and calls as JSON that says all, for a reader in another language. Nothing here is shared with the encoder. */
import { serialize, type Pack, type PackOptions, type Task, type WorkflowNode } from 'somen';
import { toPortable } from '../../dist/core/portable-workflow.js';
import { isQuoted } from '../../dist/core/quoted.js';
import { taskOf } from '../../dist/core/scheduled.js';
import { isNode, nodeOf } from '../../dist/core/workflow.js';

/** The objects of the value that is described which contain themselves, and the numbers of those that are open. */
let cycles = new Map<object, number>();
let next = 0;

/** A value in the notation that `dcbor.py` reads. */
export function notationOf(value: unknown): unknown {
  cycles = new Map();
  next = 0;
  findCycles(value, new Set());
  return notation(value);
}

function findCycles(value: unknown, open: ReadonlySet<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isQuoted(value)) return;
  if (open.has(value)) {
    cycles.set(value, -1);
    return;
  }
  const parts = [...(listOf(value) ?? []), ...(Array.isArray(value) ? (value as unknown[]) : Object.values(value))];
  for (const part of parts) findCycles(part, new Set([...open, value]));
}

function notation(value: unknown): unknown {
  switch (typeof value) {
    case 'symbol':
      return { type: 'symbol', key: Symbol.keyFor(value) };
    case 'undefined':
      return { type: 'undefined' };
    case 'number':
      return { type: 'number', bits: bitsOf(value) };
    case 'bigint':
      return { type: 'bigint', value: String(value) };
    case 'function':
      return { type: 'task', ...taskNotation(taskOf(value)) };
    case 'object':
      return value === null ? null : maybeCyclic(value);
    default:
      return value;
  }
}

/** A promised value: the call that it is the result of. */
export function callOf(promised: unknown): unknown {
  const node = nodeOf(promised);
  if (node === undefined) throw new TypeError('Cannot describe a call: this is no promised value');
  return nodeNotation(node);
}

function nodeNotation({ task, args }: WorkflowNode): unknown {
  return {
    type: 'call',
    task: taskNotation(task),
    args: args.map((value) => (isNode(value) ? nodeNotation(value) : notationOf(value))),
  };
}

function taskNotation(task: Task | undefined): object {
  if (task === undefined) throw new TypeError('Cannot describe a function: it is no task');
  const { version } = task.builtIn === undefined ? task.hints : task;
  return { id: task.name, ...(version === undefined ? { source: String(task.fn) } : { version }) };
}

/** An object that is met inside of itself stands there as its number. */
function maybeCyclic(value: object): unknown {
  const index = cycles.get(value);
  if (index === undefined) return objectNotation(value);
  if (index >= 0) return { type: 'again', index };
  cycles.set(value, next++);
  const described = { type: 'cycle', value: objectNotation(value) };
  cycles.set(value, -1);
  return described;
}

function objectNotation(value: object): unknown {
  if (Array.isArray(value) && value.constructor === Array) return { type: 'array', items: itemsOf(value) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return { type: 'object', members: membersOf(value) };
  if (value instanceof DataView) return { type: 'view', hex: hexOf(value) };
  if (ArrayBuffer.isView(value)) return { type: 'typed', name: value.constructor.name, hex: hexOf(value) };
  if (value instanceof ArrayBuffer) return { type: 'bytes', hex: hexOf(new Uint8Array(value)) };
  if (value instanceof Error) return errorNotation(value);
  if (isQuoted(value)) return quoteNotation(value.node);
  const list = listOf(value);
  if (list !== undefined) return { type: 'list', name: value.constructor.name, items: list.map(notation) };
  return instanceNotation(value);
}

/** What an instance says itself that it is made of; else its members, and the content of the class from which it derives. */
function instanceNotation(value: object): unknown {
  const type = { type: 'instance', id: `vectors/${value.constructor.name}` };
  const hook = (value as { [serialize]?: (pack: Pack) => unknown })[serialize];
  let handling: unknown = null;
  const pack = (data: unknown, options: PackOptions): unknown => {
    handling = membersOf(options);
    return data;
  };
  if (hook !== undefined) return { ...type, data: notation(hook.call(value, pack as Pack)), handling };
  const members = { type: 'object', members: membersOf(value) };
  if (!(value instanceof Map)) return { ...type, data: members, handling };
  return { ...type, data: { type: 'array', items: [members, notation(new Map(value))] }, handling };
}

/** A `forEach` would skip the holes. */
function itemsOf(value: readonly unknown[]): unknown[] {
  return Array.from(value, (item, index) => (index in value ? notation(item) : { type: 'hole' }));
}

function membersOf(value: object): unknown[] {
  return Object.entries(value).map(([key, item]) => [key, notation(item)]);
}

function listOf(value: object): unknown[] | undefined {
  if (value.constructor === Map) return [...(value as Map<unknown, unknown>)].flat();
  if (value instanceof Set) return [...value];
  if ([Number, String, Boolean].some((Class) => value.constructor === Class)) return [value.valueOf()];
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof RegExp) return [value.source, value.flags];
  return value instanceof URL ? [value.href] : undefined;
}

function errorNotation(error: Error): unknown {
  const members: Record<string, unknown> = Object.fromEntries(Object.entries(error));
  delete members['name'];
  if ('cause' in error) members['cause'] = error.cause;
  if (error instanceof AggregateError) members['errors'] = error.errors;
  return { type: 'error', name: error.name, message: error.message, members: membersOf(members) };
}

function quoteNotation(node: WorkflowNode): unknown {
  const { tasks, nodes } = toPortable(node, taskNotation);
  return {
    type: 'quote',
    tasks,
    calls: nodes.map(({ task, args, links }) => ({ task, links, args: args.map(notation) })),
  };
}

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return hexOf(view);
}

function hexOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('hex');
}
