import type { Task } from './task.ts';

/**
 * What a result rests on beside its call. The key of a call ahead of running names the tasks and values of the workflow
 * as it was given, but not the tasks that come in while it runs: those in workflows that tasks return, and those that
 * are values. A result is found by such a key only while all of these are what they were.
 */
export interface Basis {
  /** The tasks that came in. */
  readonly tasks: ReadonlySet<Task>;
  /** Until when it counts, in milliseconds since 1970. */
  readonly until: number;
  /** Whether something took part that is not remembered and may be another next time: then nothing is found ahead. */
  readonly volatile: boolean;
}

const NO_TASKS: ReadonlySet<Task> = new Set();

/** That of something which is not remembered. */
export const VOLATILE: Basis = { tasks: NO_TASKS, until: Infinity, volatile: true };

/** A basis, or `undefined` where it says nothing. */
export function basisOf(tasks: ReadonlySet<Task> | undefined, until: number = Infinity): Basis | undefined {
  if ((tasks === undefined || tasks.size === 0) && until === Infinity) return undefined;
  return { tasks: tasks ?? NO_TASKS, until, volatile: false };
}

/** That of what rests on both. Made anew only where the one does not hold the other. */
export function joinBases(a: Basis | undefined, b: Basis | undefined): Basis | undefined {
  if (a === undefined || a === b || b?.volatile === true) return b ?? a;
  if (b === undefined || a.volatile) return a;
  const until = Math.min(a.until, b.until);
  const tasks = union(a.tasks, b.tasks);
  if (tasks === a.tasks && until === a.until) return a;
  return tasks === b.tasks && until === b.until ? b : { tasks, until, volatile: false };
}

function union(a: ReadonlySet<Task>, b: ReadonlySet<Task>): ReadonlySet<Task> {
  const [large, small] = a.size < b.size ? [b, a] : [a, b];
  for (const task of small) if (!large.has(task)) return new Set([...large, ...small]);
  return large;
}
