/** Which statements of a module belong to what they change. */
import { isFunctionPart, parametersOf, type ModuleRecord, type Part } from './module-record.ts';
import type { NotedCall } from './facts.ts';
import type { Problem } from './refusals.ts';
import { child, unwrapped } from './syntax.ts';

/** A part that changes something that is reached. */
export interface Effect {
  readonly part: Part;
  /** Why it is not followed all the same. */
  readonly problem?: Problem | undefined;
}

/** What is known of a slice when effects are looked for. */
export interface Seen {
  readonly reached: ReadonlySet<Part>;
  /** Whether a name of the module is reached that may be changed. */
  readonly isReached: (name: string) => boolean;
  /** Whether a name of the module is a function that runs tasks. */
  readonly isRun: (name: string) => boolean;
}

/** Something of the module that is changed. */
interface Change {
  readonly name: string;
  readonly isAsync: boolean;
  /** What changes it. */
  readonly by: Part;
}

/** The parts that change something that is reached while the module is evaluated, in their order. */
export function directEffects(record: ModuleRecord, seen: Seen): readonly Effect[] {
  return effects(record, seen, (part) =>
    [...part.facts.mutatesNow]
      .filter((name) => !part.names.includes(name))
      .map((name) => ({ name, isAsync: part.facts.mutatesAsync.has(name), by: part })),
  );
}

/**
 * The parts that change something that is reached by calling a function of the module: `fill(table)`, `setup()`.
 * A function that the task itself reaches does not count: what it changes is a cache of its own.
 */
export function lateEffects(record: ModuleRecord, seen: Seen): readonly Effect[] {
  return effects(record, seen, (part) =>
    part.facts.callsNow.flatMap((call) => {
      const callees = functionsOf(record, call).filter((one) => !seen.reached.has(one));
      return callees.flatMap((callee) => changes(record, callee, call, new Set()));
    }),
  );
}

function effects(record: ModuleRecord, seen: Seen, changesOf: (part: Part) => readonly Change[]): readonly Effect[] {
  return record.parts.flatMap((part) => {
    const found = seen.reached.has(part) ? [] : changesOf(part).filter(({ name }) => seen.isReached(name));
    const [first] = found;
    if (first === undefined) return [];
    const late = found.find(({ isAsync }) => isAsync);
    if (late !== undefined) return [{ part, problem: problemOf(record, late, 'is asynchronous') }];
    const runs = part.facts.callsNow.some((call) => runsTasks(record, call, seen.isRun, new Set()));
    return [{ part, problem: runs ? problemOf(record, first, 'runs tasks') : undefined }];
  });
}

function functionsOf(record: ModuleRecord, { callee }: NotedCall): readonly Part[] {
  return (record.partsOf.get(callee) ?? []).filter(isFunctionPart);
}

function changes(record: ModuleRecord, callee: Part, call: NotedCall, seen: Set<Part>): readonly Change[] {
  if (seen.has(callee)) return [];
  seen.add(callee);
  const isAsync = call.isAsync || isAsyncPart(callee);
  const byArgument = parametersOf(callee).flatMap((parameter, index) => {
    const argument = call.args[index];
    return argument !== undefined && (record.bindings.get(parameter)?.mutations.length ?? 0) > 0 ? [argument] : [];
  });
  const within = callee.facts.calls.flatMap((inner) =>
    functionsOf(record, inner).flatMap((one) => changes(record, one, isAsync ? { ...inner, isAsync } : inner, seen)),
  );
  return [...[...callee.facts.mutates, ...byArgument].map((name) => ({ name, isAsync, by: callee })), ...within];
}

function isAsyncPart({ kind, node }: Part): boolean {
  const fn = kind === 'variable' ? child(node, 'init') : node;
  return fn !== undefined && unwrapped(fn)['async'] === true;
}

/** Whether a call runs tasks: where it were part of a slice, workers would run the program that they work for. */
function runsTasks(
  record: ModuleRecord,
  call: NotedCall,
  isRun: (name: string) => boolean,
  seen: Set<string>,
): boolean {
  if (seen.has(call.callee)) return false;
  seen.add(call.callee);
  if (record.imports.has(call.callee)) return isRun(call.callee);
  const inner = functionsOf(record, call).flatMap((one) => one.facts.calls);
  return inner.some((one) => runsTasks(record, one, isRun, seen));
}

function problemOf(record: ModuleRecord, { name, by }: Change, reason: string): Problem {
  const { start, end } = by.node;
  const offset = record.scope.own(name)?.mutations.find((place) => start <= place && place < end) ?? start;
  const message = `Cannot follow '${name}': what changes it ${reason}, so its value depends on when it is read, and workers would have to run that program to know it. Pass it as an argument, or change it in a statement at the top level of the module`;
  return { kind: 'mutable-state', message, offset, name };
}
