/** What a run looks like to people: the calls that their tasks have a text for, in groups. */
import type { JobCall, JobOutcome } from '../../core/display.ts';
import type { WorkflowGraph } from '../../core/graph.ts';
import { JobGroups } from './job-groups.ts';

/** A workflow that became part of the run. */
export interface TreePart extends WorkflowGraph {
  /** The job whose result is that of the part. */
  readonly root: number;
  /** The job that returned it. */
  readonly parent: number | undefined;
}

/** How a call or a group ended. */
export type TreeStatus = 'done' | 'retrieved' | 'failed' | 'stopped';

/** What writes the tree. `G` is what it makes of a group. */
export interface TreeWriter<G> {
  /** A call returned a workflow: its calls come in this group. */
  open(text: string, outer: G | undefined): G;
  /** All of a group that counts is done. */
  close(group: G, status: TreeStatus): void;
  /** A call is done that did not become a group. */
  line(text: string, call: JobCall, status: TreeStatus, group: G | undefined): void;
}

/** A call with a text, while it is under way. */
export interface ShownCall<G> {
  readonly call: JobCall;
  readonly text: string;
  readonly group: Group<G> | undefined;
}

/** A group, and how deep it stands. */
export interface Group<G> {
  readonly written: G;
  readonly outer: Group<G> | undefined;
  readonly depth: number;
  hasFailed: boolean;
  isOver: boolean;
}

/** A group ends once so many jobs have. */
interface Ending<G> {
  readonly group: Group<G>;
  left: number;
}

/** Deeper groups are written as lines of the last one that is not: a recursion may have a million levels. */
const MAX_DEPTH = 6;

/** Follows a run. Calls without a text cost one look-up; what is kept grows with what is under way. */
export class JobTree<G> {
  readonly #writer: TreeWriter<G>;
  readonly #textOf: (call: JobCall) => string;
  readonly #groups = new JobGroups<Group<G>>();
  readonly #endings = new Map<number, Ending<G>[]>();
  readonly #open = new Set<Group<G>>();
  /** Calls with a text that are under way, by job number. */
  readonly calls: Map<number, ShownCall<G>> = new Map();

  /** @param textOf - the printable text of a call that has one */
  constructor(writer: TreeWriter<G>, textOf: (call: JobCall) => string) {
    this.#writer = writer;
    this.#textOf = textOf;
  }

  call(call: JobCall): void {
    if ('display' in call)
      this.calls.set(call.job, { call, text: this.#textOf(call), group: this.#groups.of(call.job) });
  }

  result({ job }: JobCall, outcome: JobOutcome): void {
    // Its workflow is told, too, and goes on with it.
    if ('workflow' in outcome) return;
    this.#finish(job, outcome.status === 'failed' ? 'failed' : outcome.status === 'done' ? 'done' : 'retrieved');
  }

  /** A job will have no result, since what it needs has failed. */
  aborted(job: number): void {
    this.#finish(job, 'stopped');
  }

  #finish(job: number, status: TreeStatus): void {
    const shown = this.calls.get(job);
    if (status === 'failed') this.#noteFailure(shown?.group ?? this.#groups.of(job));
    if (shown !== undefined) {
      this.calls.delete(job);
      this.#writer.line(shown.text, shown.call, status, shown.group?.written);
    }
    const endings = this.#endings.get(job);
    if (endings === undefined) return;
    this.#endings.delete(job);
    for (const ending of endings) this.#count(ending, -1);
  }

  #noteFailure(failed: Group<G> | undefined): void {
    for (let group = failed; group !== undefined; group = group.outer) group.hasFailed = true;
  }

  #count(ending: Ending<G>, change: number): void {
    ending.left += change;
    if (ending.left <= 0) this.#close(ending.group, ending.group.hasFailed ? 'failed' : 'done');
  }

  #close(group: Group<G>, status: TreeStatus): void {
    if (group.isOver) return;
    group.isOver = true;
    this.#open.delete(group);
    this.#writer.close(group.written, status);
    this.#groups.end(({ isOver }) => isOver);
  }

  /** A workflow became part of the run. */
  part(part: TreePart): void {
    const { parent, nodes } = part;
    if (parent === undefined) return;
    const endings = this.#endings.get(parent) ?? [];
    this.#endings.delete(parent);
    const { group, isNew } = this.#enter(part, parent);
    const first = nodes[0]?.id;
    const last = nodes.at(-1)?.id;
    if (group === undefined) return;
    if (first !== undefined && last !== undefined) this.#groups.add(first, last, group);
    // Inner ones end first. Those around it wait for this part in the place of its parent.
    if (isNew) endings.unshift({ group, left: 1 });
    if (endings.length > 0) this.#endWith(part, endings);
  }

  /** The group of a part: a new one where the call that returned it has a text. */
  #enter(part: TreePart, parent: number): { readonly group: Group<G> | undefined; readonly isNew: boolean } {
    const shown = this.calls.get(parent);
    if (shown === undefined) return { group: this.#groups.of(parent), isNew: false };
    const { call, text, group: outer } = shown;
    this.calls.delete(parent);
    const depth = (outer?.depth ?? 0) + 1;
    const root = part.nodes.find(({ id }) => id === part.root);
    // A task that goes on with a call of itself is a loop, whose steps stand below each other.
    if (depth > MAX_DEPTH || root?.name === call.name) {
      this.#writer.line(text, call, 'done', outer?.written);
      return { group: outer, isNew: false };
    }
    const written = this.#writer.open(text, outer?.written);
    const group = { written, outer, depth, hasFailed: false, isOver: false };
    this.#open.add(group);
    return { group, isNew: true };
  }

  /** Notes which jobs have to end before groups do. */
  #endWith(part: TreePart, endings: readonly Ending<G>[]): void {
    const jobs = toldBelow(part);
    for (const job of jobs) this.#endings.set(job, [...(this.#endings.get(job) ?? []), ...endings]);
    for (const ending of endings) this.#count(ending, jobs.size - 1);
  }

  /** The run is over: what is still open ends with it, `status` where nothing in it failed. */
  end(status: TreeStatus): void {
    this.calls.clear();
    // Inner ones first.
    for (const group of [...this.#open].toReversed()) this.#close(group, group.hasFailed ? 'failed' : status);
  }
}

/**
 * The jobs whose results make up that of a part: its root, or what a `gather` there brings together. Of `gather` and its
 * like nothing is told: they end with what they need.
 */
function toldBelow({ nodes, edges, root }: TreePart): ReadonlySet<number> {
  const builtIn = new Set(nodes.filter((node) => node.builtIn).map(({ id }) => id));
  if (!builtIn.has(root)) return new Set([root]);
  const jobs = new Set<number>();
  const needed = new Set([root]);
  // Each node stands after those that it needs.
  for (const { from, to } of edges.toReversed()) {
    if (!needed.has(to)) continue;
    if (builtIn.has(from)) needed.add(from);
    else jobs.add(from);
  }
  return jobs;
}
