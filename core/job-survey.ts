/** What a survey of a workflow says of its jobs. */
import { jobOf } from './job-links.ts';
import type { Job, RunState } from './job.ts';
import { notesOf } from './job-recorder.ts';
import type { Survey } from './survey.ts';
import type { WorkflowNode } from './workflow.ts';

/** Tells a node's number in its run. */
export type NumberOf = (node: WorkflowNode) => number | undefined;

/** Where parts of a workflow are left out, the others keep the numbers that they have in `toGraph`. */
export function reserveNumbers(run: RunState, survey: Survey | undefined): NumberOf | undefined {
  if (survey === undefined || survey.found.size === 0) return undefined;
  const first = run.nextIndex;
  run.nextIndex += survey.places.size;
  return (node) => {
    const place = survey.places.get(node);
    return place === undefined ? undefined : first + place;
  };
}

/**
 * The numbers of a workflow that is about to become part of a run, for who draws it: those of its jobs and, where parts
 * are left out, those that the nodes there would have.
 */
export function partNumbers(
  run: RunState,
  survey: Survey | undefined,
): { readonly of: NumberOf; readonly whole?: () => readonly WorkflowNode[] } {
  const first = run.nextIndex;
  if (survey === undefined || survey.found.size === 0) return { of: (node) => jobOf(run, node)?.index };
  const number: NumberOf = (node) => {
    const place = survey.places.get(node);
    return jobOf(run, node)?.index ?? (place === undefined ? undefined : first + place);
  };
  return { of: number, whole: () => [...survey.places.keys()].filter((node) => (number(node) ?? -1) >= first) };
}

/** What a survey says of a job. */
export function takeUp(job: Job, survey: Survey): void {
  const found = survey.found.get(job.node);
  if (found !== undefined) {
    job.keyed.found = found;
    job.missing = 0;
    return;
  }
  if (job.task.builtIn !== undefined) return;
  const ahead = survey.keys.get(job.node);
  if (ahead !== undefined) job.keyed.ahead = ahead;
  const call = survey.calls.get(job.node);
  if (call !== undefined) notesOf(job).call = call;
}
