/** Jobs as displays see them. */
import type { JobCall, JobOutcome } from './display.ts';
import type { JobStatus } from './history.ts';
import type { Job } from './job.ts';
import type { DisplayText } from './display-text.ts';
import type { Task } from './task.ts';
import { isNode } from './workflow.ts';

/** A job as a call. */
export function callOf({ index, task, key, args }: Job): JobCall {
  // What was found ahead of running has calls among its arguments, which nobody computed.
  const call = { job: index, name: task.name, key, args: args.some(isNode) ? undefined : args };
  return task.display === undefined ? call : displayed(call, task, task.display, args);
}

function displayed(call: JobCall, { hints }: Task, text: DisplayText, args: readonly unknown[]): JobCall {
  return {
    ...call,
    ...(hints.confirm === true && { confirm: true }),
    get display() {
      return text(args, isNode);
    },
  };
}

/** What is told of the end of a job; nothing of one that nobody wants any more. */
export function outcomeOf(status: JobStatus, value: unknown, successor: Job | undefined): JobOutcome | undefined {
  switch (status) {
    case 'done':
    case 'attached':
    case 'retrieved':
      return successor === undefined ? { status, value } : { status: 'retrieved', workflow: successor.call?.ahead };
    case 'expanded':
      return { status: 'done', workflow: successor?.call?.ahead };
    case 'failed':
      return { status, error: value };
    default:
      return undefined;
  }
}
