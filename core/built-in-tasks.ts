/** The tasks that every thread knows, for workflows that come back from workers and out of caches. */
import { CONTROL_TASKS } from './control.ts';
import { QUOTE_TASKS } from './quote.ts';
import type { Task } from './task.ts';
import { WORKFLOW_TASKS } from './workflow.ts';

/** By name. */
export const BUILT_IN_TASKS: ReadonlyMap<string, Task> = new Map(
  [WORKFLOW_TASKS, QUOTE_TASKS, CONTROL_TASKS].flat().map((task) => [task.name, task]),
);
