/** What a worker says of a job, told to its scheduler. */
import type { ExecutorListener, JobRequest } from './executor.ts';
import { fromPortable } from './portable-workflow.ts';
import type { Serializers } from './serializers.ts';
import { fromWireError } from './wire-error.ts';
import { unpackValue, type Unpacking, type WireTaskNames } from './wire-pack.ts';
import type { WorkflowNode } from './workflow.ts';
import type { WireReport } from './worker-protocol.ts';

/** A report with which a job ends, for its scheduler. */
export type FinalReport = Exclude<WireReport, { readonly type: 'log' | 'refused' }>;

/** Tells how a job has ended. `names` finds the tasks in a result, `serializers` rebuild its values. */
export function tellAnswer(
  listener: ExecutorListener,
  request: JobRequest,
  report: FinalReport,
  names: WireTaskNames,
  serializers: Serializers,
): void {
  if (report.type === 'done') return listener.done(request, report.value, report.duration);
  if (report.type === 'failed') return listener.failed(request, fromWireError(report.error));
  if (report.type === 'stored') return listener.stored?.(request, report.duration);
  if (report.type === 'unread') return listener.unread?.(request);
  let result;
  try {
    const unpacking: Unpacking = { names, serializers, deref: false };
    result = report.type === 'done-packed' ? unpackValue(report.value, unpacking) : workflowIn(report, unpacking);
  } catch (error) {
    return listener.failed(request, error);
  }
  if (report.type === 'done-packed') listener.done(request, result, report.duration);
  else listener.expanded(request, result as WorkflowNode, report.duration);
}

function workflowIn(
  { workflow, packed }: FinalReport & { readonly type: 'expanded' },
  unpacking: Unpacking,
): WorkflowNode {
  const nodes = packed
    ? workflow.nodes.map((node) => ({ ...node, args: unpackValue(node.args, unpacking) as readonly unknown[] }))
    : workflow.nodes;
  return fromPortable({ ...workflow, nodes }, (wire) => unpacking.names.findTask(wire));
}
