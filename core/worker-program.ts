/**
 * What a worker does, in both runtimes: finds tasks, importing their modules where it may, runs jobs one after the
 * other, and reports what becomes of them in batches.
 */
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { isThenable } from './capture.ts';
import type { LogLevel } from './events.ts';
import type { FilePort } from './files.ts';
import type { Hasher } from './hasher.ts';
import type { HashedChunks } from './parallel-digest.ts';
import { toPortable, type PortableWorkflow } from './portable-workflow.ts';
import { realm } from './realm.ts';
import type { Packed } from './serializer.ts';
import type { Serializers } from './serializers.ts';
import type { AnyFunction, Task } from './task.ts';
import { toWireError } from './wire-error.ts';
import { packValue, unpackValue, type WireTaskNames } from './wire-pack.ts';
import { knownVersion, RemoteTasks, wireTask, type WireTask } from './wire-task.ts';
import { checkCloneable, ownBuffer, transferablesOf } from './wire-value.ts';
import type { Keeping } from './executor.ts';
import type { PackedArguments, WireJob, WorkerApi, WorkerSetup, WorkerStore } from './worker-protocol.ts';
import { unpackJobs, type JobColumns } from './wire-columns.ts';
import { WorkerReports, type SendReports } from './worker-reports.ts';
import type { WorkerResults } from './worker-results.ts';
import { OtherCodeError, WorkerTasks, type ModuleHost } from './worker-task-finder.ts';
import type { ToldTask } from './worker-tasks.ts';
import { workflowOf, type WorkflowNode } from './workflow.ts';

/** A task that lately took less than this, in milliseconds, may run again before earlier results are reported. */
const SHORT_TASK = 0.5;
/** The number of a task that is called beside all jobs. */
const OWN_CALL = -1;
/** How much of a task's longest duration is left with each run: one that varies is not taken for a short one. */
const DECAY = 0.9;

/** What a runtime's worker gives the program. */
export interface WorkerHost extends ModuleHost {
  readonly report: SendReports;
  /** Marks an answer whose buffers move. */
  handOver<T extends object>(answer: T, transfer: ArrayBuffer[]): T;
  /** Lets messages in. */
  yieldToMessages(): Promise<void>;
  hasher(): Hasher;
  /** Opens the cache of a setup. */
  openStore?(store: WorkerStore): Promise<WorkerResults>;
  /** Whether earlier reports are still on their way, so that short tasks, too, wait before they run. */
  isCongested?(): boolean;
  /** How files are read here. */
  readonly files: FilePort;
}

interface CurrentJob {
  readonly id: number;
  cancelled: boolean;
  /** Those who wait for its end. */
  readonly onEnd: (() => void)[];
}

/** The program of one worker. */
export class WorkerProgram implements WorkerApi {
  readonly #host: WorkerHost;
  readonly #tasks: WorkerTasks;
  readonly #queue: WireJob[] = [];
  #busy = false;
  /** The job that runs now. */
  #current: CurrentJob | undefined;
  readonly #reports: WorkerReports;
  /** Where results are kept, where the worker does so itself. */
  #results: WorkerResults | undefined;
  readonly #remoteTasks = new RemoteTasks((name) => BUILT_IN_TASKS.get(name));
  readonly #names: WireTaskNames = {
    version: (task) => knownVersion(task, this.#hasher),
    findTask: (wire) => this.#remoteTasks.find(wire),
  };
  /** How long each task took, at most and lately. */
  readonly #durations = new Map<number, number>();
  #madeHasher: Hasher | undefined;
  /** Buffers that moved away with results. */
  readonly #gone = new WeakSet<ArrayBuffer>();

  constructor(host: WorkerHost) {
    this.#host = host;
    this.#tasks = new WorkerTasks(host);
    this.#reports = new WorkerReports(host.report);
    realm().files = host.files;
    realm().worker = {
      inTask: () => this.#current !== undefined && !this.#tasks.isImporting,
      park: () => this.#tasks.park(),
    };
    captureConsole((level, values) => this.#log(level, values));
  }

  /** Made on first use, and once: a wasm engine takes half a millisecond. */
  get #hasher(): Hasher {
    return (this.#madeHasher ??= this.#host.hasher());
  }

  async start(setup: WorkerSetup): Promise<void> {
    this.#tasks.setup = setup;
    if (setup.store !== undefined) this.#results = await this.#host.openStore?.(setup.store);
  }

  /** Something that was written by other means than the console. Returns whether a job runs, whose output it is. */
  output(level: LogLevel, text: string): boolean {
    return this.#log(level, [text]);
  }

  /** Calls a task without arguments, beside all jobs. Rejects with what it throws. */
  async call(told: ToldTask): Promise<void> {
    this.#tasks.tell([[OWN_CALL, told]]);
    const task = this.#tasks.find(OWN_CALL) ?? (await this.#tasks.load(OWN_CALL));
    this.#tasks.forget(OWN_CALL);
    const fn = task.fn as AnyFunction;
    await fn();
  }

  run(jobs: JobColumns, newTasks: readonly (readonly [number, ToldTask])[]): Promise<void> {
    this.#tasks.tell(newTasks);
    for (const job of unpackJobs(jobs)) this.#queue.push(job);
    if (!this.#busy) void this.#work();
    return Promise.resolve();
  }

  cancel(ids: readonly number[]): Promise<void> {
    const unwanted = new Set(ids);
    const wanted = this.#queue.filter((job) => !unwanted.has(job.id));
    this.#queue.splice(0, Infinity, ...wanted);
    const current = this.#current;
    if (current === undefined || !unwanted.has(current.id)) return Promise.resolve();
    current.cancelled = true;
    return new Promise((resolve) => current.onEnd.push(resolve));
  }

  /** Forgets all jobs, for a worker that is to serve another scheduler. Answers once none runs any more. */
  async cancelAll(): Promise<void> {
    const ids = this.#queue.map(({ id }) => id);
    if (this.#current !== undefined) ids.push(this.#current.id);
    await this.cancel(ids);
  }

  async hashChunks(bytes: Uint8Array, chunkSize: number): Promise<HashedChunks> {
    return this.#host.handOver({ digests: this.#hasher.hashChunks([bytes], chunkSize), bytes }, ownBuffer(bytes));
  }

  // ---- jobs

  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const isShort = (this.#durations.get(next.task) ?? Infinity) < SHORT_TASK && this.#host.isCongested?.() !== true;
      if (isShort) this.#reports.flushIfDue();
      else {
        this.#reports.flush();
        await this.#host.yieldToMessages();
      }
      // Taken only now: a message that was let in may have cancelled it.
      const job = this.#queue.shift();
      if (job === undefined) break;
      const current: CurrentJob = (this.#current = { id: job.id, cancelled: false, onEnd: [] });
      const pending = this.#start(job);
      if (pending !== undefined) await pending;
      this.#current = undefined;
      for (const tell of current.onEnd) tell();
    }
    this.#busy = false;
    this.#reports.flush();
  }

  #start(job: WireJob): Promise<void> | undefined {
    if (job.packed === undefined) return this.#find(job);
    return this.#unpack(job, job.packed).catch((error: unknown) => this.#failed(job, error, performance.now()));
  }

  async #unpack(job: WireJob, { tasks, classes, stored: contents = [] }: PackedArguments): Promise<void> {
    await this.#tasks.prepare(tasks, classes);
    const task = this.#tasks.find(job.task) ?? (await this.#tasks.load(job.task));
    const serializers = this.#tasks.serializersOf(job.task);
    const stored: unknown[] = [];
    for (const content of contents) {
      const loaded = await this.#results?.read(content, serializers);
      if (loaded === undefined) return this.#reports.add({ type: 'unread', id: job.id });
      stored.push(loaded.value);
    }
    const args = unpackValue(job.args, { names: this.#names, serializers, deref: true, stored });
    await this.#call({ ...job, packed: undefined, args: args as readonly unknown[] }, task);
  }

  #find(job: WireJob): Promise<void> | undefined {
    const task = this.#tasks.find(job.task);
    if (task !== undefined) return this.#call(job, task);
    return this.#tasks.load(job.task).then(
      (loaded) => this.#call(job, loaded),
      (error: unknown) => this.#failed(job, error, performance.now()),
    );
  }

  /** Runs a job. Returns nothing if it is done, else what to wait for. */
  #call(job: WireJob, task: Task): Promise<void> | undefined {
    const start = performance.now();
    let result: unknown;
    try {
      // Not `task.fn(...)`: `this` would be the task.
      const fn = task.fn as AnyFunction;
      result = fn(...(job.args as never[]));
    } catch (error) {
      this.#failed(job, error, start);
      return undefined;
    }
    if (!isThenable(result)) return this.#done(job, result, start);
    return Promise.resolve(result).then(
      (value) => this.#done(job, value, start),
      (error: unknown) => this.#failed(job, error, start),
    );
  }

  #done(job: WireJob, value: unknown, start: number): Promise<void> | undefined {
    if (!this.#isWanted(job)) return undefined;
    const duration = this.#learn(job, start);
    const results = this.#results;
    const isKept =
      results?.keepsAll === true ? typeof value !== 'function' : typeof value === 'object' && value !== null;
    if (job.keeping !== undefined && results !== undefined && isKept)
      return this.#keep(job, job.keeping, value, duration, results);
    this.#answer(job, value, duration);
    return undefined;
  }

  #answer(job: WireJob, value: unknown, duration: number): void {
    try {
      this.#report(job.id, value, duration, this.#tasks.serializersOf(job.task));
    } catch (error) {
      this.#failed(job, error, performance.now());
    }
  }

  /** Stores a result, so that it need not travel where it is large. What cannot be stored here is sent. */
  async #keep(job: WireJob, keeping: Keeping, value: unknown, duration: number, results: WorkerResults): Promise<void> {
    const kept = { keeping, value, duration, where: this.#tasks.setup.name };
    const isStored = await results.keep(kept, this.#tasks.serializersOf(job.task));
    if (!this.#isWanted(job)) return;
    if (isStored) this.#reports.add({ type: 'stored', id: job.id, duration });
    else this.#answer(job, value, duration);
  }

  /** A cancelled job says nothing more. */
  #isWanted(job: WireJob): boolean {
    return this.#current?.id === job.id && !this.#current.cancelled;
  }

  #learn(job: WireJob, start: number): number {
    const duration = performance.now() - start;
    this.#durations.set(job.task, Math.max(duration, DECAY * (this.#durations.get(job.task) ?? 0)));
    return duration;
  }

  #report(id: number, value: unknown, duration: number, serializers: Serializers): void {
    const node = workflowOf(value);
    if (node !== undefined) {
      const { workflow, packed } = this.#portable(node, serializers);
      return this.#reports.add(
        { type: 'expanded', id, workflow, packed, duration },
        transferablesOf(
          workflow.nodes.map(({ args }) => args),
          this.#gone,
        ),
      );
    }
    // Most results of short tasks are numbers, and need no walk.
    if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
      return this.#reports.add({ type: 'done', id, value, duration });
    const made = new Map<object, Packed>();
    const packed = checkCloneable(value, 'result', serializers, made)
      ? packValue(value, 'result', this.#names, serializers, made)
      : undefined;
    const sent = packed === undefined ? value : packed.value;
    const buffers = transferablesOf(sent, this.#gone);
    for (const buffer of buffers) this.#gone.add(buffer);
    const transfer = new Set<object>([...buffers, ...(packed?.transfer ?? [])]);
    this.#reports.add({ type: packed === undefined ? 'done' : 'done-packed', id, value: sent, duration }, [
      ...transfer,
    ]);
  }

  #portable(node: WorkflowNode, serializers: Serializers): { workflow: PortableWorkflow<WireTask>; packed: boolean } {
    const workflow = toPortable(node, (task) => wireTask(task, this.#names.version(task)));
    let packed = false;
    const made = new Map<object, Packed>();
    for (const { args } of workflow.nodes) if (checkCloneable(args, 'args', serializers, made)) packed = true;
    if (!packed) return { workflow, packed };
    const nodes = workflow.nodes.map((each) => ({
      ...each,
      args: packValue(each.args, 'args', this.#names, serializers, made).value as readonly unknown[],
    }));
    return { workflow: { ...workflow, nodes }, packed };
  }

  #failed(job: WireJob, error: unknown, start: number): void {
    if (!this.#isWanted(job)) return;
    if (error instanceof OtherCodeError)
      return this.#reports.add({ type: 'refused', id: job.id, error: toWireError(error.cause) });
    this.#learn(job, start);
    this.#reports.add({ type: 'failed', id: job.id, error: toWireError(error) });
  }

  #log(level: LogLevel, values: readonly unknown[]): boolean {
    // What a script writes while it is imported for its tasks, it wrote on the scheduler's thread already.
    if (this.#current === undefined || this.#current.cancelled || this.#tasks.isImporting) return false;
    this.#reports.log(this.#current.id, level, values);
    return true;
  }
}

/** What tasks write to the console goes to the scheduler's thread, with the job's name. */
function captureConsole(log: (level: LogLevel, values: readonly unknown[]) => void): void {
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    console[level] = (...values: unknown[]) => log(level, values);
  }
}
