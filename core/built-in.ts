import type { Task } from './task.ts';

/**
 * Makes a task of the language itself. It takes its arguments as one array: a hundred thousand do not fit a call.
 *
 * A `join` is computed by the engine in place, so it must be short and must not call what users wrote; where it
 * returns a `WorkflowNode`, the workflow goes on with that. An `operation` calls users' code, on the scheduling thread.
 */
export function builtIn(kind: 'join' | 'operation', name: string, compute: (args: unknown[]) => unknown): Task {
  return {
    name: `somen/${name}`,
    module: undefined,
    position: undefined,
    named: true,
    fn: compute,
    hints: {},
    builtIn: kind,
    version: '1',
  };
}
