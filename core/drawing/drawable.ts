/** What is drawn: the calls of a workflow before it runs, or the jobs of a run. */
import { toGraph, type WorkflowGraph } from '../graph.ts';
import type { JobInput, JobState, PartView } from '../job-views.ts';
import type { RunSnapshot } from '../run-store.ts';
import { summarize } from '../summarize.ts';

/** A call in a drawing. The views of a run's jobs are some. */
export interface DrawnJob {
  readonly job: number;
  /** The task's name. */
  readonly name: string;
  readonly builtIn: boolean;
  readonly inputs: readonly JobInput[];
  /** The arguments as short texts, `undefined` where an input belongs. */
  readonly args: readonly (string | undefined)[];
  /** The workflow that it belongs to: an index of `parts`; -1 where the number belongs to no job. */
  readonly part: number;
  /** The workflow that it returned. */
  readonly into: number | undefined;
  /** `undefined` where it has not run. */
  readonly state: JobState | undefined;
}

/** Jobs by their number, and the workflows that they came with. Snapshots of a run are some. */
export interface Drawable {
  readonly jobs: readonly DrawnJob[];
  readonly parts: readonly PartView[];
}

/**
 * What there is to draw of a value.
 *
 * @param source a snapshot of a run, what `toGraph` returned, or else a promised value or what holds some
 */
export function drawableOf(source: unknown): Drawable {
  if (isSnapshot(source)) return source;
  return graphDrawable(isGraph(source) ? source : toGraph(source));
}

function isSnapshot(source: unknown): source is RunSnapshot {
  return hasLists(source, 'jobs', 'parts') && 'version' in source && typeof source.version === 'number';
}

function isGraph(source: unknown): source is WorkflowGraph {
  return hasLists(source, 'nodes', 'edges') && source.nodes.every(isGraphNode);
}

/** A list of promised values may be called `nodes`, too. */
function isGraphNode(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'id' in node && typeof node.id === 'number';
}

/** Whether both members are lists. A promised value is asked for none: each would be a call. */
function hasLists<K extends string>(
  source: unknown,
  first: K,
  second: K,
): source is object & Readonly<Record<K, readonly unknown[]>> {
  if (typeof source !== 'object' || source === null) return false;
  const members = source as Readonly<Record<string, unknown>>;
  return Array.isArray(members[first]) && Array.isArray(members[second]);
}

function graphDrawable({ nodes, edges }: WorkflowGraph): Drawable {
  const inputs = new Map<number, JobInput[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to, argument } of edges) inputs.get(to)?.push({ job: from, argument });
  const jobs: DrawnJob[] = [];
  for (const { id, name, builtIn, args } of nodes) {
    while (jobs.length < id) jobs.push(noJob(jobs.length));
    jobs[id] = {
      job: id,
      name,
      builtIn,
      inputs: inputs.get(id) ?? [],
      args: args.map((arg) => (arg === undefined ? undefined : summarize([arg]))),
      part: 0,
      into: undefined,
      state: undefined,
    };
  }
  const ids = nodes.map(({ id }) => id);
  return { jobs, parts: [{ root: ids.at(-1) ?? 0, parent: undefined, jobs: ids }] };
}

function noJob(job: number): DrawnJob {
  return { job, name: '', builtIn: true, inputs: [], args: [], part: -1, into: undefined, state: undefined };
}
