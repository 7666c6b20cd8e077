/** The links between jobs: the list of a run's unfinished ones, who needs whose result, and who shares it. */
import type { Job, RunState } from './job.ts';
import { isNode, type WorkflowNode } from './workflow.ts';

/** The unfinished job of a node in a run. */
export function jobOf(run: RunState, node: WorkflowNode): Job | undefined {
  const job = node.job as Job | undefined;
  return job?.run === run ? job : run.others?.get(node);
}

/** Makes a job one of its run's unfinished ones. */
export function enter(run: RunState, job: Job): void {
  if (job.node.job === undefined) job.node.job = job;
  else (run.others ??= new Map()).set(job.node, job);
  job.next = run.first;
  if (run.first !== undefined) run.first.previous = job;
  run.first = job;
}

/** Takes a job out of its run's unfinished ones. */
export function leaveRun(job: Job): void {
  const { run, node, previous, next } = job;
  if (node.job === job) node.job = undefined;
  else if (run.others?.get(node) === job) run.others.delete(node);
  else return;
  if (previous === undefined) run.first = next;
  else previous.next = next;
  if (next !== undefined) next.previous = previous;
  job.previous = job.next = undefined;
}

/** The unfinished jobs of a run, the first one first. */
export function unfinished(run: RunState): Job[] {
  const jobs: Job[] = [];
  for (let job = run.first; job !== undefined; job = job.next) jobs.push(job);
  return jobs.reverse();
}

/** `dependent` needs the result of `job` as its argument number `position`. */
export function addDependent(job: Job, dependent: Job, position: number): void {
  if (job.dependent === undefined) {
    job.dependent = dependent;
    job.position = position;
  } else {
    (job.dependents ??= []).push(dependent, position);
  }
}

/** The jobs that need the result of a job, which forgets them. One that needs it twice is there twice. */
export function takeDependents(job: Job): readonly Job[] {
  const { dependent, dependents } = job;
  job.dependent = job.dependents = undefined;
  if (dependent === undefined) return [];
  return [dependent, ...(dependents ?? []).filter((item): item is Job => typeof item === 'object')];
}

/** What waited for one job waits for another. */
export function moveDependents(from: Job, to: Job): void {
  const { dependent, dependents, position } = from;
  if (dependent === undefined) return;
  from.dependent = from.dependents = undefined;
  if (to.dependent === undefined) {
    to.dependent = dependent;
    to.position = position;
    to.dependents = dependents;
    return;
  }
  to.dependents = append(to.dependents, [dependent, position]);
  to.dependents = append(to.dependents, dependents);
}

/** The jobs that share the result of a job, which forgets them. */
export function takeAttached(job: Job): readonly Job[] {
  const attached = job.call?.attached ?? [];
  if (job.call !== undefined) job.call.attached = undefined;
  return attached;
}

/** One list of both; either may be missing. The first is changed, and kept where the second is empty. */
export function append<T>(first: T[] | undefined, second: T[] | undefined): T[] | undefined {
  if (second === undefined || second.length === 0) return first;
  if (first === undefined || first.length === 0) return second;
  for (const item of second) first.push(item);
  return first;
}

/** The numbers of the jobs whose results a new job gets. */
export function inputsOf({ run, node }: Job): readonly number[] {
  return node.args.flatMap((value) => (isNode(value) ? (jobOf(run, value)?.index ?? []) : []));
}

/** Those among the attached jobs that asked for the same before it was known whether it is there. */
export function takeAsking({ call }: Job): readonly Job[] {
  const asking = call?.attached?.filter((other) => other.keyed.asking) ?? [];
  for (const other of asking) other.keyed.asking = false;
  return asking;
}
