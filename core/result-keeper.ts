/** Remembers the results of jobs: decides whether, encodes them, and has them written while the run goes on. */
import { basisOf, VOLATILE, type Basis } from './basis.ts';
import { ContentNotRead } from './errors.ts';
import { failed } from './fail.ts';
import { filesIn, filesInWorkflow } from './files.ts';
import type { FileValue } from './file-value.ts';
import { byteLength } from './hasher.ts';
import type { Command, Job } from './job.ts';
import type { Keeping } from './executor.ts';
import { notesOf, recordedForm } from './job-recorder.ts';
import type { EncodedValue, Keyer, ValueForm } from './key.ts';
import { PARALLEL_FROM, type ChunkHasher } from './parallel-digest.ts';
import type { RecordInfo } from './record.ts';
import { inputDigests, type ResultStore, type Validity } from './result-store.ts';
import { taskOf } from './scheduled.ts';
import type { TaskIdentities } from './task-identity.ts';
import type { Task } from './task.ts';
import { prepareAll } from './walk.ts';
import { messageOf, type Warnings } from './warnings.ts';
import type { WorkflowNode } from './workflow.ts';

/** What a keeper works with. */
export interface KeeperOptions {
  readonly keyer: Keyer;
  readonly store: ResultStore | undefined;
  readonly session: string;
  readonly warnings: Warnings;
  /** Whether results of a job's run are stored whose task does not say. */
  readonly storesAll: (job: Job) => boolean;
  /** Writes that a job's run waits for, while it is under way. */
  readonly writesOf: (job: Job) => Set<Promise<void>> | undefined;
  /** Threads that help to hash. */
  readonly hashers: () => readonly ChunkHasher[];
  /** The result of a job is in the cache, or will never be. */
  readonly stored: (job: Job, key: string) => void;
}

/** What became of a result. */
export interface Kept {
  /** How it stands in keys, where that is known. */
  readonly form: ValueForm | undefined;
  /** What it rests on, beside the call and its arguments. */
  readonly basis: Basis | undefined;
}

/** Keeps results for one driver. */
export class ResultKeeper {
  readonly #options: KeeperOptions;
  readonly #keyer: Keyer;
  readonly #store: ResultStore | undefined;
  readonly #warnings: Warnings;
  /** Results on their way into the cache, by key. */
  readonly #saving = new Map<string, Promise<void>>();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#keyer = options.keyer;
    this.#store = options.store;
    this.#warnings = options.warnings;
  }

  /** Whether results of a job are stored, as far as its task and its run say. */
  stores(job: Job): boolean {
    return job.task.hints.store ?? this.#options.storesAll(job);
  }

  /**
   * Remembers what a job gave, if it is to be remembered, and calls `done` once it is encoded; `refused` where its content
   * cannot be read.
   */
  keep(
    job: Job,
    value: unknown,
    duration: number,
    done: (kept: Kept) => void,
    refused: (error: unknown) => void,
  ): void {
    const keeping = this.#keeping(job, value);
    if (keeping === 'stored') return this.#encode(job, value, duration, done, refused);
    this.#forget(job, done, keeping === 'volatile' ? VOLATILE : undefined);
  }

  /** What becomes of a result; `'volatile'`: the next run may have another one. */
  #keeping(job: Job, value: unknown): 'stored' | 'not-stored' | 'volatile' {
    // A failure that a task gives as a value is remembered on demand only: the next run may fare better.
    if (failed(value) && job.task.hints.store !== true) return 'volatile';
    if (!this.stores(job)) return 'not-stored';
    if (!this.#isCurrent(job)) return 'volatile';
    try {
      return job.task.hints.cacheIf?.(value) === false ? 'volatile' : 'stored';
    } catch (error) {
      this.#warnings.tell(`Cannot remember results of '${job.task.name}': its cacheIf threw ${messageOf(error)}`);
      return 'volatile';
    }
  }

  /** Asked when the result is there: where nothing is remembered, what the code is does not matter. */
  #isCurrent({ key, task, args }: Job): boolean {
    if (this.#store === undefined || key === undefined) return true;
    const { tasks } = this.#keyer;
    // A job calls the tasks that it gets, too: one of a chunk does nothing else.
    return tasks.isCurrent(task) && args.every((value) => isCurrentTask(taskOf(value), tasks));
  }

  #forget(job: Job, done: (kept: Kept) => void, basis: Basis | undefined): void {
    if (job.run.recorded) notesOf(job).stored = false;
    if (job.key !== undefined) this.#save(job, job.key, undefined);
    done({ form: undefined, basis });
  }

  #encode(
    job: Job,
    value: unknown,
    duration: number,
    done: (kept: Kept) => void,
    refused: (error: unknown) => void,
  ): void {
    let encoded;
    try {
      encoded = this.#keyer.piecesAndTasks(value, 'result');
    } catch (error) {
      if (error instanceof ContentNotRead) {
        const again = (): void => this.#encode(job, value, duration, done, refused);
        return void prepareAll(value, this.#keyer.encoder.serializers).then(again, refused);
      }
      this.#warnings.tell(
        `Cannot remember results of '${job.task.name}': ${messageOf(error)}. Return plain data, or schedule it with { store: false }`,
      );
      return this.#forget(job, done, VOLATILE);
    }
    const { pieces, tasks } = encoded;
    const finish = (form: EncodedValue): void => this.#finish(job, value, form, tasks, duration, done);
    if (byteLength(pieces) < PARALLEL_FROM) finish(this.#keyer.encoded(pieces));
    else this.#keyer.encodedWith(this.#options.hashers(), pieces).then(finish, refused);
  }

  #finish(
    job: Job,
    value: unknown,
    encoded: EncodedValue,
    tasks: ReadonlySet<Task> | undefined,
    duration: number,
    done: (kept: Kept) => void,
  ): void {
    const { key } = job;
    const basis = basisOf(tasks, expiryOf(job.task));
    if (job.run.recorded) {
      const notes = notesOf(job);
      notes.stored = true;
      notes.form = recordedForm(encoded, this.#keyer);
    }
    // Before the engine hears of it: the run may end with this job, and waits for what is being stored.
    if (key !== undefined) {
      const validity = validityOf(basis, filesIn(value, this.#keyer.encoder.serializers));
      const shared = this.#keyer.sharedPieces(value);
      this.#save(job, key, (store) =>
        store.saveValue(key, { ...encoded, shared }, this.#info(job, duration), validity),
      );
    }
    done({ form: encoded.form, basis });
  }

  /** How who computes a job may store its result, where all that decides whether it is stored is known ahead of running. */
  keepingOf(job: Job): Keeping | undefined {
    const { key, task, run } = job;
    if (key === undefined || run.keeps || !this.stores(job)) return undefined;
    if (task.hints.cacheIf !== undefined || !this.#isCurrent(job)) return undefined;
    const { task: id, version, session, inputs } = this.#info(job, 0);
    return { key, task: id, version, session, inputs, expires: task.hints.expires };
  }

  /** The result of a job was stored by who computed it. */
  keptElsewhere(job: Job, key: string, form: ValueForm): void {
    if (job.run.recorded) {
      const notes = notesOf(job);
      notes.stored = true;
      notes.form = recordedForm({ form, pieces: [] }, this.#keyer);
    }
    this.#options.stored(job, key);
  }

  /** Remembers the workflow that a job returned; gives what it rests on. */
  keepWorkflow(job: Job, node: WorkflowNode, duration: number): Basis | undefined {
    const { key } = job;
    const isCurrent = this.#isCurrent(job);
    const basis = isCurrent ? basisOf(undefined, expiryOf(job.task)) : VOLATILE;
    const isStored = isCurrent && this.stores(job);
    if (job.run.recorded) notesOf(job).stored = isStored;
    if (key === undefined) return basis;
    const validity = validityOf(basis, filesInWorkflow(node, this.#keyer.encoder.serializers));
    const save = (store: ResultStore): Promise<void> =>
      store.saveWorkflow(key, node, this.#info(job, duration), validity);
    this.#save(job, key, isStored ? save : undefined);
    return basis;
  }

  /** Notes where the result of a call is found ahead of running. */
  link({ job, ahead, key, basis }: Command & { readonly type: 'link' }): void {
    const store = this.#store;
    if (store === undefined || !this.stores(job)) return;
    // A link never names what is not there yet.
    const saved = this.#saving.get(key) ?? Promise.resolve();
    this.#track(job, this.#write(saved.then(() => store.saveLink(ahead, key, basis))));
  }

  #save(job: Job, key: string, save: ((store: ResultStore) => Promise<void>) | undefined): void {
    if (this.#store === undefined) return;
    const saving = this.#write(save?.(this.#store)).then(() => {
      if (this.#saving.get(key) === saving) this.#saving.delete(key);
      this.#options.stored(job, key);
    });
    this.#saving.set(key, saving);
    this.#track(job, saving);
  }

  #write(writing: Promise<void> | undefined): Promise<void> {
    return Promise.resolve(writing).catch((error: unknown) =>
      this.#warnings.tell(
        `Cannot write the cache: ${messageOf(error)}. The run goes on, but not all its results are remembered`,
      ),
    );
  }

  /** A run waits for what is being written for it. */
  #track(job: Job, writing: Promise<void>): void {
    const writes = this.#options.writesOf(job);
    if (writes === undefined) return;
    const tracked = writing.then(() => void writes.delete(tracked));
    writes.add(tracked);
  }

  #info(job: Job, duration: number): RecordInfo {
    const notes = job.call?.notes;
    return {
      task: this.#keyer.taskId(job.task),
      version: this.#keyer.version(job.task),
      start: notes?.start ?? Date.now() - duration,
      duration,
      where: notes?.worker ?? '',
      session: this.#options.session,
      inputs: inputDigests(job.call?.forms ?? []),
    };
  }
}

function isCurrentTask(task: Task | undefined, tasks: TaskIdentities): boolean {
  return task === undefined || tasks.isCurrent(task);
}

/** Until when a result that is there now counts. */
function expiryOf({ hints }: Task): number {
  return hints.expires === undefined ? Infinity : Date.now() + hints.expires;
}

function validityOf(basis: Basis | undefined, files: readonly FileValue[]): Validity {
  return { until: basis?.until, tasks: basis?.tasks, files };
}
