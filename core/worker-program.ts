/**
 * What a worker does, in both runtimes: finds tasks, importing their modules where it may, runs jobs one after the
 * other, and reports what becomes of them in batches.
 */
import { TaskNotFoundError } from './errors.ts';
import type { LogLevel } from './events.ts';
import type { Hasher } from './hasher.ts';
import type { HashedChunks } from './parallel-digest.ts';
import { toPortable } from './portable-workflow.ts';
import { realm } from './realm.ts';
import { summarize } from './summarize.ts';
import { taskReference, taskVersion, type AnyFunction, type Task, type TaskReference } from './task.ts';
import { isCloneable, toWireError } from './wire-error.ts';
import { checkCloneable, describeCloneFailure, ownBuffer, transferablesOf } from './wire-value.ts';
import type { WireJob, WireReport, WorkerApi, WorkerSetup } from './worker-protocol.ts';
import { BUILT_IN_TASKS, workflowOf, type WorkflowNode } from './workflow.ts';

/** Results wait for company this long, in milliseconds. */
const REPORT_INTERVAL = 2;
/** A task that took less than this, in milliseconds, may run again before earlier results are reported. */
const SHORT_TASK = 0.5;

/** What a runtime's worker gives the program. */
export interface WorkerHost {
  /** Sends reports to the scheduler; `transfer` moves with them. Throws where a value cannot be cloned. */
  report(reports: readonly WireReport[], transfer: ArrayBuffer[]): void;
  /** Marks an answer whose buffers move. */
  handOver<T extends object>(answer: T, transfer: ArrayBuffer[]): T;
  /** Imports a module for its tasks. */
  importModule(url: string): Promise<unknown>;
  /** Lets messages in. */
  yieldToMessages(): Promise<void>;
  hasher(): Hasher;
}

/** The program of one worker. */
export class WorkerProgram implements WorkerApi {
  readonly #host: WorkerHost;
  #setup: WorkerSetup = { name: 'worker', imports: true };
  readonly #references: TaskReference[] = [];
  readonly #queue: WireJob[] = [];
  readonly #cancelled = new Set<number>();
  /** Modules that were imported, or whose import was cut short by a `run` at their top level. */
  readonly #modules = new Map<string, Promise<void>>();
  #parked: (() => void) | undefined;
  #busy = false;
  /** The job that runs now. */
  #current: number | undefined;
  #stopWaiting: (() => void) | undefined;
  #reports: WireReport[] = [];
  #lastReport = 0;
  /** How long each task took last. */
  readonly #durations = new Map<number, number>();

  constructor(host: WorkerHost) {
    this.#host = host;
    realm().worker = { inTask: () => this.#current !== undefined && this.#parked === undefined, park: () => this.#parked?.() };
    captureConsole((level, values) => this.#log(level, values));
  }

  start(setup: WorkerSetup): Promise<void> {
    this.#setup = setup;
    return Promise.resolve();
  }

  run(jobs: readonly WireJob[], newTasks: readonly (readonly [number, TaskReference])[]): Promise<void> {
    for (const [number, reference] of newTasks) this.#references[number] = reference;
    this.#queue.push(...jobs);
    if (!this.#busy) void this.#work();
    return Promise.resolve();
  }

  cancel(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const index = this.#queue.findIndex((job) => job.id === id);
      if (index >= 0) this.#queue.splice(index, 1);
      else if (id === this.#current) this.#cancelled.add(id);
    }
    if (this.#current !== undefined && this.#cancelled.has(this.#current)) this.#stopWaiting?.();
    return Promise.resolve();
  }

  async hashChunks(bytes: Uint8Array, chunkSize: number): Promise<HashedChunks> {
    return this.#host.handOver({ digests: this.#host.hasher().hashChunks([bytes], chunkSize), bytes }, ownBuffer(bytes));
  }

  // ---- jobs

  async #work(): Promise<void> {
    this.#busy = true;
    this.#lastReport = performance.now();
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const expected = this.#durations.get(next.task) ?? Infinity;
      if (expected > SHORT_TASK || performance.now() - this.#lastReport > REPORT_INTERVAL) this.#flush();
      if (expected > SHORT_TASK) await this.#host.yieldToMessages();
      // Taken only now: a message that was let in may have cancelled it.
      const job = this.#queue.shift();
      if (job === undefined) break;
      this.#current = job.id;
      const pending = this.#start(job);
      if (pending !== undefined) await this.#untilCancelled(job.id, pending);
      this.#current = undefined;
      this.#cancelled.delete(job.id);
    }
    this.#busy = false;
    this.#flush();
  }

  /** Waits for an asynchronous job, but not for one that nobody wants any more. */
  async #untilCancelled(id: number, pending: Promise<void>): Promise<void> {
    if (this.#cancelled.has(id)) return;
    await Promise.race([pending, new Promise<void>((resolve) => (this.#stopWaiting = resolve))]);
    this.#stopWaiting = undefined;
  }

  #start(job: WireJob): Promise<void> | undefined {
    const task = this.#find(job.task);
    if (task !== undefined) return this.#call(job, task);
    return this.#load(job.task).then(
      (loaded) => this.#call(job, loaded),
      (error: unknown) => this.#failed(job, error, performance.now()),
    );
  }

  /** Runs a job. Returns nothing if it is done, else what to wait for. */
  #call(job: WireJob, task: Task): Promise<void> | undefined {
    const start = performance.now();
    let result: unknown;
    try {
      result = (task.fn as AnyFunction)(...(job.args as never[]));
    } catch (error) {
      this.#failed(job, error, start);
      return undefined;
    }
    if (!isThenable(result)) {
      this.#done(job, result, start);
      return undefined;
    }
    return Promise.resolve(result).then(
      (value) => this.#done(job, value, start),
      (error: unknown) => this.#failed(job, error, start),
    );
  }

  #done(job: WireJob, value: unknown, start: number): void {
    if (this.#cancelled.has(job.id) || this.#current !== job.id) return;
    const duration = performance.now() - start;
    this.#durations.set(job.task, duration);
    try {
      this.#reports.push(this.#describe(job.id, value, duration));
    } catch (error) {
      this.#failed(job, error, start);
    }
  }

  #describe(id: number, value: unknown, duration: number): WireReport {
    const node = workflowOf(value);
    if (node !== undefined) return { type: 'expanded', id, workflow: this.#portable(node), duration };
    checkCloneable(value, 'result');
    return { type: 'done', id, value, duration };
  }

  #portable(node: WorkflowNode): Extract<WireReport, { type: 'expanded' }>['workflow'] {
    const workflow = toPortable(node, (task) => {
      const { name, named, module, position } = task;
      return { name, named, module, position, version: taskVersion(task, this.#host.hasher()) };
    });
    for (const { args } of workflow.nodes) checkCloneable(args, 'args');
    return workflow;
  }

  #failed(job: WireJob, error: unknown, start: number): void {
    if (this.#cancelled.has(job.id) || this.#current !== job.id) return;
    this.#durations.set(job.task, performance.now() - start);
    this.#reports.push({ type: 'failed', id: job.id, error: toWireError(error) });
  }

  // ---- reports

  #flush(): void {
    this.#lastReport = performance.now();
    if (this.#reports.length === 0) return;
    const reports = this.#reports;
    this.#reports = [];
    try {
      this.#host.report(reports, [...new Set(reports.flatMap(transferablesOfReport))]);
    } catch (error) {
      for (const report of reports) this.#reportAlone(report, error);
    }
  }

  /** One report of a batch cannot be cloned: the others still arrive, and that one says why it does not. */
  #reportAlone(report: WireReport, cause: unknown): void {
    try {
      this.#host.report([report], transferablesOfReport(report));
    } catch {
      const value = 'value' in report ? report.value : undefined;
      this.#host.report([{ type: 'failed', id: report.id, error: toWireError(describeCloneFailure([value], 'result', cause)) }], []);
    }
  }

  #log(level: LogLevel, values: readonly unknown[]): void {
    // What a script writes while it is imported for its tasks, it wrote on the scheduler's thread already.
    if (this.#current === undefined || this.#parked !== undefined) return;
    this.#reports.push({ type: 'log', id: this.#current, level, values: values.map((value) => (isCloneable(value) ? value : summarize([value]))) });
  }

  // ---- tasks

  #find(number: number): Task | undefined {
    const reference = this.#references[number];
    if (reference === undefined) return undefined;
    const key = taskReference(reference);
    return realm().tasks.get(key) ?? BUILT_IN_TASKS.get(key);
  }

  async #load(number: number): Promise<Task> {
    const reference = this.#references[number];
    if (reference === undefined) throw new TaskNotFoundError(`Cannot find task number ${number}: the worker was not told of it`);
    if (this.#setup.imports && reference.module !== undefined) await this.#importModule(reference.module, reference.name);
    const task = this.#find(number);
    if (task === undefined) throw this.#notFound(reference);
    return task;
  }

  /** Ends when the module is there, or when a `run` at its top level parks it: what it scheduled above is there then. */
  async #importModule(url: string, task: string): Promise<void> {
    let pending = this.#modules.get(url);
    if (pending === undefined) {
      const parked = new Promise<void>((resolve) => (this.#parked = resolve));
      pending = Promise.race([parked, this.#host.importModule(url).then(() => undefined)]);
      this.#modules.set(url, pending);
    }
    try {
      await pending;
    } catch (error) {
      throw new TaskNotFoundError(
        `Cannot run '${task}' in ${this.#setup.name}: its module ${url} does not load there: ${summarize([error])}. ` +
          'Keep tasks in a module without code for the page, and import packages in it by names or URLs that workers can resolve',
        { cause: error },
      );
    } finally {
      this.#parked = undefined;
    }
  }

  #notFound({ name, named, module }: TaskReference): TaskNotFoundError {
    const registered = [...realm().tasks.values()].map((task) => `'${task.name}'`).join(', ') || 'nothing';
    const imported = this.#setup.imports && module !== undefined ? `after the import of ${module}` : 'and the worker imports no modules by itself';
    const advice = !this.#setup.imports
      ? 'Import the module that schedules it in the worker module that you gave to workers({ create })'
      : named && module === undefined
        ? 'It was scheduled where there is no file (a REPL, eval): run with executor: inline()'
        : 'Schedule it at the top level of its module, above any run(...), and not inside a function';
    return new TaskNotFoundError(`Cannot find task '${name}' in ${this.#setup.name}, ${imported}; registered there: ${registered}. ${advice}`);
  }
}

function transferablesOfReport(report: WireReport): ArrayBuffer[] {
  if (report.type === 'done') return transferablesOf(report.value);
  return report.type === 'expanded' ? transferablesOf(report.workflow.nodes.map((node) => node.args)) : [];
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** What tasks write to the console goes to the scheduler's thread, with the job's name. */
function captureConsole(log: (level: LogLevel, values: readonly unknown[]) => void): void {
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    console[level] = (...values: unknown[]) => log(level, values);
  }
}
