/** Tasks that no other thread can run as they are: they take values from the function around them. */
import type { TaskDefinition } from '../core/slice/program.ts';
import type { Refusal } from '../core/slice/refusals.ts';
import { isFunction, nameOf } from '../core/slice/syntax.ts';
import { labelOf } from '../core/slice/task-site.ts';
import type { Task } from '../core/task.ts';
import { inheritedState } from './slice-state.ts';

/**
 * Why workers cannot run a task that no tool has marked; `undefined` where they can. They evaluate its module up to the
 * first `run`, and would take what the function around has there: another random number, the wrong one of two calls.
 */
export function onlyHereText(task: Task, path: string, definition: TaskDefinition): string | undefined {
  const { captured, refusals, line, column } = definition;
  const refusal = refusals.find((each) => isCapture(each, definition));
  const cannot = `Cannot run '${labelOf(definition.site, task.name)}' on a worker`;
  if (refusal !== undefined)
    return `${cannot} (scheduled at ${path}:${line}:${column}): it takes something from the function around it. ${refusal.message} (${placeOf(refusal)})`;
  if (captured.length === 0) return undefined;
  const names = captured.map((name) => `'${name}'`).join(', ');
  const advice =
    inheritedState() !== undefined
      ? `Pass ${captured.length > 1 ? 'them as arguments' : 'it as an argument'}, or run with executor: inline()`
      : `Start Node with --import somen/node/register, or pass ${captured.length > 1 ? 'them as arguments' : 'it as an argument'}`;
  return `${cannot}: it takes ${names} from the function around it, of which a worker would have its own (${path}:${line}:${column}). ${advice}`;
}

/** A function that was given to the one around is code, which may be the same on workers. */
function isCapture({ kind, name }: Refusal, { site }: TaskDefinition): boolean {
  if (!kind.startsWith('captured-')) return false;
  return site.fn.type === 'Identifier' ? name !== nameOf(site.fn) : site.kind === 'method' || isFunction(site.fn);
}

function placeOf({ module, line, column }: Refusal): string {
  return `${module}:${line}:${column}`;
}
