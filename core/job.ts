import type { Basis } from './basis.ts';
import type { WorkflowPart } from './display.ts';
import type { JobOccurrence, RunSummary } from './events.ts';
import type { JobRequest, Keeping } from './executor.ts';
import type { JobStatus } from './history.ts';
import type { JobNotes } from './job-recorder.ts';
import type { ValueForm } from './key.ts';
import type { FoundResult } from './result-store.ts';
import type { Survey } from './survey.ts';
import type { Task } from './task.ts';
import type { WorkflowNode } from './workflow.ts';

/**
 * Where a job stands. `waiting` for arguments, `ready` to go, `identifying` (its key is computed and looked up),
 * `missed` (in no cache; waits for a place), `blocked` (waits for one of the limits), `reserved` (has its share of
 * them and waits for a place), `running`, `delayed` (waits for its next try), `deferred` (another process computes it),
 * `loading` (stored values among its arguments are read), `surveying` (the workflow that it returned is looked over),
 * `attached` to another job, `done` (settled, though its result may still be on the way into the cache).
 */
export type JobPhase =
  | 'waiting'
  | 'ready'
  | 'identifying'
  | 'missed'
  | 'blocked'
  | 'reserved'
  | 'running'
  | 'delayed'
  | 'deferred'
  | 'loading'
  | 'surveying'
  | 'attached'
  | 'done';

/** What a job has beside in a run with a cache, or after a failure. Kept apart, because a million others should not carry it. */
export interface CallState {
  /** How many tries failed. */
  failures: number;
  /** In a run that keeps results: the nodes that expanded into this job's. */
  origins: WorkflowNode[] | undefined;
  key: string | undefined;
  /** How the arguments stand in keys, where that is known. */
  forms: (ValueForm | undefined)[] | undefined;
  /** Jobs of the same key that wait for the result. */
  attached: Job[] | undefined;
  /** Keys of jobs that expanded into this one and are not in the cache yet. */
  aliases: string[] | undefined;
  /** The result, while it is on the way into the cache. */
  value: unknown;
  form: ValueForm | undefined;
  /** Its key ahead of running, where it has one; see `survey.ts`. */
  ahead: string | undefined;
  /** Its result, where that was found ahead of running. */
  found: FoundResult | undefined;
  /** Whether it is computed although the cache may have its result: what the cache has cannot be read. */
  fresh: boolean;
  /** Whether it is attached to a job whose key is being looked up: what that finds says how this one got its result. */
  asking: boolean;
  /** Whether its result came from the cache. */
  retrieved: boolean;
  /** How many of the arguments are `StoredValue`s. */
  stored: number;
  /** How who computes it may store its result; see `JobRequest`. */
  keeping: Keeping | undefined;
  /** Whether arguments and result are sent, since not all of them can be had by way of the cache. */
  sent: boolean;
  /** What the arguments rest on. */
  basis: Basis | undefined;
  /** What the history will say of it. */
  notes: JobNotes | undefined;
  /** What the result rests on beside: that of the calls which expanded into this one. */
  inherited: Basis | undefined;
}

/** One call within a run. Only the engine changes it. */
export class Job implements JobRequest {
  /** Unique in the engine. */
  readonly id: number;
  readonly run: RunState;
  readonly node: WorkflowNode;
  /** Number within the run; see `EventBase.job`. */
  index = -1;
  /** The values of the arguments, as far as they are known. */
  args: readonly unknown[];
  /** How many arguments are missing. */
  missing: number;
  /** The first job that needs the result, and which of its arguments that is: most results have one use. */
  dependent: Job | undefined = undefined;
  position = 0;
  /** Further ones: pairs of a job and the index of its argument. */
  dependents: (Job | number)[] | undefined = undefined;
  call: CallState | undefined = undefined;
  phase: JobPhase = 'waiting';
  attempts = 0;
  /** Neighbours in the list of the run's unfinished jobs. */
  previous: Job | undefined = undefined;
  next: Job | undefined = undefined;

  constructor(id: number, run: RunState, node: WorkflowNode) {
    this.id = id;
    this.run = run;
    this.node = node;
    this.missing = node.dependencies;
    this.args = node.dependencies === 0 ? node.args : node.args.slice();
  }

  get task(): Task {
    return this.node.task;
  }

  get key(): string | undefined {
    return this.call?.key;
  }

  get keeping(): Keeping | undefined {
    return this.call?.keeping;
  }

  /** {@link call}, made on first use. */
  get keyed(): CallState {
    return (this.call ??= {
      failures: 0,
      origins: undefined,
      key: undefined,
      forms: undefined,
      attached: undefined,
      aliases: undefined,
      value: undefined,
      form: undefined,
      ahead: undefined,
      found: undefined,
      fresh: false,
      asking: false,
      retrieved: false,
      stored: 0,
      keeping: undefined,
      sent: false,
      basis: undefined,
      notes: undefined,
      inherited: undefined,
    });
  }
}

/** A workflow being computed. */
export interface RunState {
  readonly id: number;
  /** Whether calls are keyed: whether there is a cache. */
  readonly keyed: boolean;
  /** Whether workflows are looked over before they are run; see `survey.ts`. */
  readonly surveyed: boolean;
  /** Whether a history is written. */
  readonly recorded: boolean;
  /** Whether anybody wants calls and results. */
  readonly told: boolean;
  /** Whether anybody wants the workflows. */
  readonly drawn: boolean;
  /** Whether anybody wants events. */
  readonly observed: boolean;
  /** Whether a failure stops only what depends on it. */
  readonly continues: boolean;
  /** Whether every result is kept for its node. */
  readonly keeps: boolean;
  /** Whether it may be awaited by a job that is under way: its jobs go first. */
  readonly nested: boolean;
  /** In a run that continues: what failed so far. */
  failures: Failure[] | undefined;
  /** The first of the unfinished jobs, which are a linked list. */
  first: Job | undefined;
  /** Jobs of nodes whose own field names a job of another run. */
  others: Map<WorkflowNode, Job> | undefined;
  readonly summary: { -readonly [K in keyof RunSummary]: RunSummary[K] };
  /** The job whose result is the run's. */
  root: Job | undefined;
  settled: boolean;
  nextIndex: number;
}

/** A job that failed, and why. */
export interface Failure {
  readonly job: Job;
  readonly error: unknown;
}

/** What the engine is told. */
export type EngineEvent =
  | {
      readonly type: 'submit';
      readonly run: RunState;
      readonly root: WorkflowNode;
      readonly survey?: Survey | undefined;
    }
  | { readonly type: 'identified'; readonly job: Job; readonly key: string | undefined }
  | { readonly type: 'found'; readonly job: Job; readonly result: FoundResult }
  | { readonly type: 'missed'; readonly job: Job }
  /** Another process computes it. */
  | { readonly type: 'deferred'; readonly job: Job }
  /** The workflow that it returned was looked over. */
  | { readonly type: 'surveyed'; readonly job: Job; readonly node: WorkflowNode; readonly survey: Survey }
  | { readonly type: 'loaded'; readonly job: Job; readonly args: readonly unknown[] }
  /** The arguments at these positions are in the cache no more. */
  | { readonly type: 'not-loaded'; readonly job: Job; readonly positions: readonly number[] }
  | { readonly type: 'started'; readonly job: Job; readonly worker: string }
  | {
      readonly type: 'done';
      readonly job: Job;
      readonly value: unknown;
      readonly form: ValueForm | undefined;
      readonly duration: number;
      /** What the value rests on, beside the call and its arguments. */
      readonly basis?: Basis | undefined;
    }
  | {
      readonly type: 'expanded';
      readonly job: Job;
      readonly node: WorkflowNode;
      readonly duration: number;
      readonly basis?: Basis | undefined;
    }
  | { readonly type: 'stored'; readonly key: string }
  | { readonly type: 'failed'; readonly job: Job; readonly error: unknown }
  | { readonly type: 'lost'; readonly job: Job; readonly error: Error }
  /** The try took too long. */
  | { readonly type: 'timed-out'; readonly job: Job; readonly error: Error }
  /** The time to wait before a retry is over. */
  | { readonly type: 'due'; readonly job: Job }
  | { readonly type: 'abort'; readonly run: RunState; readonly reason: unknown }
  | { readonly type: 'resized'; readonly slots: number };

/** What the engine wants done. */
export type Command =
  /** Compute the key of a call: answer `identified` or `failed`. */
  | { readonly type: 'identify'; readonly job: Job }
  /** Look a key up: answer `found` or `missed`. */
  | { readonly type: 'look-up'; readonly job: Job; readonly key: string }
  /** Look over the workflow that a job returned: answer `surveyed`. */
  | { readonly type: 'survey'; readonly job: Job; readonly node: WorkflowNode }
  /** Read the stored values among a job's arguments: answer `loaded`, `not-loaded` or `failed`. */
  | { readonly type: 'load'; readonly job: Job }
  /** Note where the result of a call is found ahead of running: no answer. */
  | {
      readonly type: 'link';
      readonly job: Job;
      readonly ahead: string;
      readonly key: string;
      readonly basis: Basis | undefined;
    }
  /** Run a job: answer `done`, `expanded`, `failed`, `lost`, `deferred`, `found` or `not-loaded`. */
  | { readonly type: 'execute'; readonly job: Job }
  /** Stop a job that runs or waits for a retry: no answer. */
  | { readonly type: 'cancel'; readonly job: Job }
  /** Wait before a retry: answer `due`. */
  | { readonly type: 'delay'; readonly job: Job; readonly attempt: number }
  /** Remember the result of a node. */
  | { readonly type: 'keep'; readonly node: WorkflowNode; readonly value: unknown }
  /** Tell that a workflow became part of a run: no answer. */
  | { readonly type: 'drawn'; readonly run: RunState; readonly part: WorkflowPart }
  /** Tell that a job has its arguments: no answer. */
  | { readonly type: 'begun'; readonly job: Job }
  /** Tell and write down how a job ended: no answer. */
  | {
      readonly type: 'ended';
      readonly job: Job;
      readonly status: JobStatus;
      /** What it came to; of a failed one, the error. */
      readonly value: unknown;
      /** The job that goes on in its place. */
      readonly successor: Job | undefined;
    }
  | { readonly type: 'report'; readonly job: Job; readonly occurrence: JobOccurrence }
  | { readonly type: 'resolve'; readonly run: RunState; readonly value: unknown }
  | { readonly type: 'reject'; readonly run: RunState; readonly error: unknown; readonly job: Job | undefined }
  /** A run that continues is over. */
  | { readonly type: 'reject-all'; readonly run: RunState; readonly failures: readonly Failure[] };
