/** What the results of jobs rest on; see `basis.ts`. */
import { basisOf, joinBases, type Basis } from './basis.ts';
import type { Job } from './job.ts';
import type { WorkflowNode } from './workflow.ts';

/** What a result rests on beside its call, once it is there. */
export function totalBasis({ call }: Job): Basis | undefined {
  return call === undefined ? undefined : joinBases(call.basis, call.inherited);
}

/** That of a single call of plain values, which a job returned. */
export function basisOfCall(job: Job, { task }: WorkflowNode): Basis | undefined {
  if (job.task.builtIn !== undefined || task.builtIn !== undefined) return undefined;
  const known = task.base ?? task;
  return job.call?.inherited?.tasks.has(known) === true ? undefined : basisOf(new Set([known]));
}
