/** What a run looks like to people: the calls that their tasks have a text for, in groups. */
import type { JobCall, JobOutcome, WorkflowPart } from '../../core/display.ts';
import { failed } from '../../core/fail.ts';
import { JobGroups } from './job-groups.ts';

/** How a call or a group ended. */
export type TreeStatus = 'done' | 'retrieved' | 'failed' | 'stopped';

/** What writes the tree. `G` is what it makes of a group. */
export interface TreeWriter<G> {
  /** A call returned a workflow: its calls come in this group. */
  open(text: string, outer: G | undefined): G;
  /** All of a group that counts is done. */
  close(group: G, status: TreeStatus): void;
  /** A call with a text has ended, and did not become a group; `failed` where its value is a `Fail`. */
  line(shown: ShownCall<G>, status: TreeStatus): void;
  /** A call failed; `text` where it has one. */
  failure(call: JobCall, error: unknown, text: string | undefined, group: G | undefined): void;
}

/** A call with a text, while it is under way. */
export class ShownCall<G> {
  readonly call: JobCall;
  readonly group: Group<G> | undefined;
  readonly #textOf: (call: JobCall) => string;
  #text: string | undefined;

  constructor(call: JobCall, group: Group<G> | undefined, textOf: (call: JobCall) => string) {
    this.call = call;
    this.group = group;
    this.#textOf = textOf;
  }

  /** Made when it is needed: what is found in a cache shows none. */
  get text(): string {
    return (this.#text ??= this.#textOf(this.call));
  }
}

/** A group, and how deep it stands. */
export interface Group<G> {
  readonly written: G;
  readonly outer: Group<G> | undefined;
  readonly depth: number;
  hasFailed: boolean;
  isOver: boolean;
}

/** Deeper groups are written as lines of the last one that is not: a recursion may have a million levels. */
const MAX_DEPTH = 6;

/** Follows a run. Calls without a text cost one look-up; what is kept grows with what is under way. */
export class JobTree<G> {
  readonly #writer: TreeWriter<G>;
  readonly #textOf: (call: JobCall) => string;
  readonly #groups = new JobGroups<Group<G>>();
  /** Groups that end when a job does, inner ones first. */
  readonly #endsWith = new Map<number, Group<G>[]>();
  readonly #open = new Set<Group<G>>();
  /** Calls with a text that are under way, by job number. */
  readonly calls: Map<number, ShownCall<G>> = new Map();

  /** @param textOf - the printable text of a call that has one */
  constructor(writer: TreeWriter<G>, textOf: (call: JobCall) => string) {
    this.#writer = writer;
    this.#textOf = textOf;
  }

  call(call: JobCall): void {
    if ('display' in call) this.calls.set(call.job, new ShownCall(call, this.#groups.of(call.job), this.#textOf));
  }

  result(call: JobCall, outcome: JobOutcome): void {
    // Its workflow is told, too, and goes on with it.
    if ('workflow' in outcome) return;
    if (outcome.status === 'failed') this.#fail(call, outcome.error);
    else if (failed(outcome.value)) this.#finish(call.job, 'failed');
    else this.#finish(call.job, outcome.status === 'done' ? 'done' : 'retrieved');
  }

  #fail(call: JobCall, error: unknown): void {
    const { job } = call;
    const shown = this.calls.get(job);
    const inner = shown?.group ?? this.#groups.of(job);
    for (let group = inner; group !== undefined; group = group.outer) group.hasFailed = true;
    this.calls.delete(job);
    this.#writer.failure(call, error, shown?.text, inner?.written);
    this.#finish(job, 'failed');
  }

  /** A job of the language itself has its result. */
  joined(job: number): void {
    if (this.#endsWith.size > 0) this.#finish(job, 'done');
  }

  /** A job will have no result, since what it needs has failed. */
  aborted(job: number): void {
    this.#finish(job, 'stopped');
  }

  #finish(job: number, status: TreeStatus): void {
    const shown = this.calls.get(job);
    if (shown !== undefined) {
      this.calls.delete(job);
      this.#writer.line(shown, status);
    }
    const groups = this.#endsWith.get(job);
    if (groups === undefined) return;
    this.#endsWith.delete(job);
    const end = status === 'stopped' ? status : 'done';
    for (const group of groups) this.#close(group, group.hasFailed ? 'failed' : end);
  }

  #close(group: Group<G>, status: TreeStatus): void {
    if (group.isOver) return;
    group.isOver = true;
    this.#open.delete(group);
    this.#writer.close(group.written, status);
    this.#groups.end(({ isOver }) => isOver);
  }

  /** A workflow became part of the run. */
  part(part: WorkflowPart): void {
    const { parent, nodes } = part;
    if (parent === undefined) return;
    const ending = this.#endsWith.get(parent) ?? [];
    this.#endsWith.delete(parent);
    const { group, isNew } = this.#enter(part, parent);
    const [first, last] = [nodes[0]?.id, nodes.at(-1)?.id];
    if (group !== undefined && first !== undefined && last !== undefined) this.#groups.add(first, last, group);
    // Those around it wait for this part in the place of its parent, which may be in none of them: groups can share a job.
    if (group !== undefined && isNew) ending.unshift(group);
    if (ending.length > 0) this.#endsWith.set(part.root, [...ending, ...(this.#endsWith.get(part.root) ?? [])]);
  }

  /** The group of a part: a new one where the call that returned it has a text. */
  #enter(part: WorkflowPart, parent: number): { readonly group: Group<G> | undefined; readonly isNew: boolean } {
    const shown = this.calls.get(parent);
    if (shown === undefined) return { group: this.#groups.of(parent), isNew: false };
    const { call, group: outer } = shown;
    this.calls.delete(parent);
    const depth = (outer?.depth ?? 0) + 1;
    const root = part.nodes.find(({ id }) => id === part.root);
    // A task that goes on with a call of itself is a loop, whose steps stand below each other.
    if (depth > MAX_DEPTH || root?.name === call.name) {
      this.#writer.line(shown, 'done');
      return { group: outer, isNew: false };
    }
    const written = this.#writer.open(shown.text, outer?.written);
    const group = { written, outer, depth, hasFailed: false, isOver: false };
    this.#open.add(group);
    return { group, isNew: true };
  }

  /** The run is over: what is still open ends with it, `status` where nothing in it failed. */
  end(status: TreeStatus): void {
    this.calls.clear();
    // Inner ones first.
    for (const group of [...this.#open].toReversed()) this.#close(group, group.hasFailed ? 'failed' : status);
  }
}
