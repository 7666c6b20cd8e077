/** The tasks that every thread knows, for workflows that come back from workers and out of caches. */
import { CHUNK } from './chunk.ts';
import { COLLECTION_TASKS } from './collections.ts';
import { CONTROL_TASKS } from './control.ts';
import { FILE_TASKS } from './files.ts';
import { FIND_TASKS } from './find-first.ts';
import { LIFT_TASKS } from './lift.ts';
import { OPERATOR_TASKS } from './ops.ts';
import { QUOTE_TASKS } from './quote.ts';
import type { Task } from './task.ts';
import { WORKFLOW_TASKS } from './workflow.ts';

/** By name. */
export const BUILT_IN_TASKS: ReadonlyMap<string, Task> = new Map(
  [
    WORKFLOW_TASKS,
    QUOTE_TASKS,
    CONTROL_TASKS,
    COLLECTION_TASKS,
    FIND_TASKS,
    LIFT_TASKS,
    OPERATOR_TASKS,
    FILE_TASKS,
    [CHUNK],
  ]
    .flat()
    .map((task) => [task.name, task]),
);
