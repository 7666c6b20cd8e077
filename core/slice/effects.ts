/** Which statements of a module belong to what they change. */
import { isFunctionPart, parametersOf, type ModuleRecord, type Part } from './module-record.ts';
import type { NotedCall } from './facts.ts';

/** The parts that change something that is reached while the module is evaluated, in their order. */
export function directEffects(
  record: ModuleRecord,
  reached: ReadonlySet<Part>,
  isReached: (name: string) => boolean,
): readonly Part[] {
  return record.parts.filter(
    (part) =>
      !reached.has(part) && [...part.facts.mutatesNow].some((name) => !part.names.includes(name) && isReached(name)),
  );
}

/**
 * The parts that change something that is reached by calling a function of the module: `fill(table)`, `setup()`.
 * A function that the task itself reaches does not count: what it changes is a cache of its own.
 */
export function lateEffects(
  record: ModuleRecord,
  reached: ReadonlySet<Part>,
  isReached: (name: string) => boolean,
): readonly Part[] {
  return record.parts.filter((part) => {
    if (reached.has(part) || part.facts.callsNow.length === 0) return false;
    return part.facts.callsNow.some((call) => {
      const callees = (record.partsOf.get(call.callee) ?? []).filter((one) => isFunctionPart(one) && !reached.has(one));
      return callees.some((callee) => changes(record, callee, call, new Set()).some(isReached));
    });
  });
}

function changes(record: ModuleRecord, callee: Part, call: NotedCall, seen: Set<Part>): readonly string[] {
  if (seen.has(callee)) return [];
  seen.add(callee);
  const byArgument = parametersOf(callee).flatMap((parameter, index) => {
    const argument = call.args[index];
    return argument !== undefined && (record.bindings.get(parameter)?.mutations.length ?? 0) > 0 ? [argument] : [];
  });
  const within = callee.facts.calls.flatMap((inner) =>
    (record.partsOf.get(inner.callee) ?? []).filter(isFunctionPart).flatMap((one) => changes(record, one, inner, seen)),
  );
  return [...callee.facts.mutates, ...byArgument, ...within];
}
