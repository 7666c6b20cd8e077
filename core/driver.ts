/**
 * Connects the engine to the world: carries its commands out through executors and caches, and feeds back what
 * happens. All that is asynchronous in core happens here.
 */
import { whenThere } from './awaitable.ts';
import { VOLATILE, type Basis } from './basis.ts';
import { Claims } from './claims.ts';
import type { Display } from './display.ts';
import { Engine } from './engine.ts';
import { ContentNotRead, SerializationError, TaskTimeoutError } from './errors.ts';
import type { JobEvent, JobOccurrence, LogLevel } from './events.ts';
import type { Executor, ExecutorListener, ExecutorSession } from './executor.ts';
import { allFailures, unkeyable, withJob } from './failed-job.ts';
import { FILE, holdsFiles, resolveFiles, type FilePort } from './files.ts';
import type { History, RunEndEntry, SessionEntry } from './history.ts';
import { inline } from './inline.ts';
import type { Command, EngineEvent, Job, RunState } from './job.ts';
import { JobRecorder, notesOf, sessionId } from './job-recorder.ts';
import { callOf, outcomeOf } from './job-telling.ts';
import { JobTimers } from './job-timers.ts';
import type { Keyer } from './key.ts';
import { Limits } from './limits.ts';
import { hasMethods } from './options.ts';
import { parallelContentId } from './parallel-digest.ts';
import { dereference } from './reference.ts';
import { ResultFinder } from './result-finder.ts';
import { ResultKeeper } from './result-keeper.ts';
import type { ResultStore } from './result-store.ts';
import { keepResult } from './result.ts';
import { retryDelay } from './retry.ts';
import { prepareAll } from './walk.ts';
import { now } from './now.ts';
import { messageOf, Warnings } from './warnings.ts';
import { makeCall, makeNode, VALUE, type WorkflowNode } from './workflow.ts';
import { yieldToEvents } from './yield.ts';

/** How long the driver goes on without letting the thread's other work in, in milliseconds. */
const TIME_SLICE = 12;

/** What a run's owner wants to know. */
export interface RunOwner {
  readonly display: Display;
  /** Called with every event, if given. */
  readonly onEvent: ((event: JobEvent) => void) | undefined;
  /** Whether results are stored whose task does not say. */
  readonly storeAll: boolean;
  /** Whether results are looked for from the end result downwards. */
  readonly rootFirst: boolean;
  /** Whether a failure stops only what depends on it. */
  readonly continues: boolean;
  /** Whether every result is kept for `result(promise)`. */
  readonly keepResults: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A run as the driver sees it. */
interface RunEntry {
  readonly owner: RunOwner;
  root: WorkflowNode | undefined;
  /** Writes into the cache that are not done yet. */
  readonly stores: Set<Promise<void>>;
}

/** What a driver works with. */
export interface DriverOptions {
  readonly executor: Executor;
  readonly keyer: Keyer;
  readonly store: ResultStore | undefined;
  readonly files: FilePort | undefined;
  /** Where to write down what happens, and what a session's entry says. */
  readonly history: { readonly to: History; readonly head: SessionEntry } | undefined;
  /** How many jobs are with the executor at once, if fewer than it would take. */
  readonly concurrency: number | undefined;
  /** Sizes of limits. */
  readonly limits: Readonly<Record<string, number>> | undefined;
}

/** The scheduler of one runtime at work. */
export class Driver {
  readonly #engine: Engine;
  readonly #session: ExecutorSession;
  /** Runs what must stay on this thread. */
  readonly #local: ExecutorSession;
  readonly #keyer: Keyer;
  readonly #isKeyed: boolean;
  readonly #finder: ResultFinder;
  readonly #keeper: ResultKeeper;
  /** Where others find the run's cache. */
  readonly #storeUrl: string | undefined;
  readonly #concurrency: number;
  readonly #runs = new Map<RunState, RunEntry>();
  readonly #timers = new JobTimers();
  /** What other processes are told of the jobs that run here. */
  readonly #claims: Claims | undefined;
  /** How many runs may be awaited by jobs on this thread. */
  #nestedRuns = 0;
  readonly #events: EngineEvent[] = [];
  readonly #recorder: JobRecorder | undefined;
  readonly #warnings = new Warnings(() => [...this.#runs.values()].map(({ owner }) => owner.display));
  #pumping = false;
  /** Whether {@link #pump} will be called soon. */
  #scheduled = false;
  #onIdle: (() => void) | undefined;

  constructor({ executor, keyer, store, files, history, concurrency = Infinity, limits }: DriverOptions) {
    this.#engine = new Engine(new Limits(limits));
    this.#keyer = keyer;
    const session = sessionId(Date.now());
    const warnings = this.#warnings;
    keyer.tasks.onNote = (note) => warnings.tell(note);
    if (history !== undefined) {
      this.#recorder = new JobRecorder(history.to, session, keyer, history.head, (error) =>
        warnings.tell(`Cannot write the history: ${messageOf(error)}`),
      );
      keyer.keepsCalls = true;
    }
    const listener = this.#listener();
    this.#isKeyed = store !== undefined;
    this.#storeUrl = store?.url;
    this.#claims = store?.takesClaims === true ? new Claims(store) : undefined;
    this.#finder = new ResultFinder({ keyer, store, files, warnings });
    this.#keeper = new ResultKeeper({
      keyer,
      store,
      session,
      warnings,
      storesAll: ({ run }) => this.#runs.get(run)?.owner.storeAll ?? true,
      writesOf: ({ run }) => this.#runs.get(run)?.stores,
      hashers: () => this.#session.hashers?.() ?? [],
      stored: (job, key) => {
        this.#claims?.release(job);
        this.#feed({ type: 'stored', key });
      },
    });
    this.#concurrency = concurrency;
    this.#local = inline({ concurrency: 1 }).open(listener);
    this.#session = executor.open(listener);
    this.#resize();
  }

  /** A run, to be submitted. Counts are kept in `summary`. */
  createRun(summary: RunState['summary'], owner: RunOwner): RunState {
    const { continues, keepResults: keeps, display } = owner;
    const observed = owner.onEvent !== undefined || hasMethods(display, 'event');
    const nested = (this.#session.underWay ?? 0) + (this.#local.underWay ?? 0) > 0;
    const keyed = this.#isKeyed;
    // Who wants every result wants the calls below those that are known, too.
    const surveyed = keyed && owner.rootFirst && !keeps;
    const recorded = this.#recorder !== undefined;
    const told = hasMethods(display, 'call') || hasMethods(display, 'result') || hasMethods(display, 'joined');
    const run = this.#engine.createRun({
      keyed,
      surveyed,
      recorded,
      told,
      drawn: hasMethods(display, 'workflow'),
      observed,
      summary,
      continues,
      keeps,
      nested,
    });
    this.#runs.set(run, { owner, root: undefined, stores: new Set() });
    this.#warnings.catchUp(owner.display);
    const begin = now();
    const isNewCode = this.#keyer.runBegins(begin);
    this.#recorder?.runBegins(run, begin, isNewCode);
    if (nested) this.#countNested(1);
    return run;
  }

  /**
   * A run that begins while a job is under way on this thread may be what that job waits for: it gets a place of its
   * own, or jobs that wait for runs could take all places.
   */
  #countNested(change: number): void {
    this.#nestedRuns += change;
    this.#resize();
  }

  submit(run: RunState, root: WorkflowNode): void {
    const entry = this.#runs.get(run);
    if (entry !== undefined) entry.root = root;
    // With a cache, the end result itself may lie there: this call needs it, so it is read.
    const end = run.keyed ? makeCall(VALUE, [root]) : root;
    if (!run.surveyed || root.dependencies === 0) return this.#feed({ type: 'submit', run, root: end });
    void this.#finder.survey(run, end).then((survey) => this.#feed({ type: 'submit', run, root: end, survey }));
  }

  abort(run: RunState, reason: unknown): void {
    this.#feed({ type: 'abort', run, reason });
  }

  /** Aborts all runs and leaves the executor. */
  close(reason: unknown): void {
    for (const run of this.#runs.keys()) this.abort(run, reason);
    this.#session.close();
    this.#local.close();
  }

  /** Leaves the executor once nothing is under way. */
  closeWhenIdle(): void {
    this.#onIdle = () => {
      this.#session.close();
      this.#local.close();
    };
    this.#pump();
  }

  #listener(): ExecutorListener {
    return {
      serializers: this.#keyer.encoder.serializers,
      onlyHere: (task) => this.#keyer.tasks.onlyHere(task),
      started: (request, worker) => this.#started(request as Job, worker),
      done: (request, value, duration) => this.#done(request as Job, value, duration),
      expanded: (request, node, duration) => this.#returned(request as Job, node, duration),
      stored: (request, duration) => this.#storedElsewhere(request as Job, duration),
      unread: (request) => void this.#sendValues(request as Job),
      version: (task) => this.#keyer.version(task),
      failed: (request, error) => this.#interrupted({ type: 'failed', job: request as Job, error }),
      lost: (request, error) => this.#interrupted({ type: 'lost', job: request as Job, error }),
      log: (request, level, values) => this.#log(request as Job, level, values),
      resized: () => this.#resize(),
    };
  }

  #resize(): void {
    this.#feed({ type: 'resized', slots: Math.min(this.#session.capacity, this.#concurrency) + this.#nestedRuns });
  }

  // ---- the loop

  /** Not taken at once: what comes in one message is taken together, and what it leads to goes out together. */
  #feed(event: EngineEvent): void {
    this.#events.push(event);
    if (this.#pumping || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#pump());
  }

  /** Takes events until there are none. An executor on this thread answers from within, so this is not entered twice. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#scheduled = false;
    const end = performance.now() + TIME_SLICE;
    let next = 0;
    for (let event = this.#events[next]; event !== undefined; event = this.#events[++next]) {
      for (const command of this.#engine.step(event)) this.#perform(command);
      if ((next & 15) === 15 && performance.now() > end) {
        next++;
        break;
      }
    }
    this.#events.splice(0, next);
    this.#pumping = false;
    this.#session.flush();
    if (this.#events.length > 0) this.#goOnLater();
    else if (this.#engine.idle && this.#runs.size === 0) this.#onIdle?.();
  }

  #goOnLater(): void {
    this.#scheduled = true;
    void yieldToEvents().then(() => this.#pump());
  }

  #perform(command: Command): void {
    switch (command.type) {
      case 'identify':
        return this.#identify(command.job);
      case 'look-up':
        return this.#lookUp(command.job, command.key);
      case 'survey':
        void this.#surveyReturned(command.job, command.node);
        return;
      case 'load':
        void this.#load(command.job);
        return;
      case 'link':
        return this.#keeper.link(command);
      case 'execute':
        return this.#execute(command.job);
      case 'cancel':
        return this.#cancel(command.job);
      case 'delay':
        return this.#delay(command.job, command.attempt);
      case 'keep':
        return keepResult(command.node, command.value);
      case 'drawn':
        return this.#runs.get(command.run)?.owner.display.workflow?.(command.part);
      case 'begun':
        return this.#runs.get(command.job.run)?.owner.display.call?.(callOf(command.job));
      case 'ended':
        return this.#ended(command);
      case 'report':
        return this.#report(command.job, command.occurrence);
      case 'resolve':
        void this.#settle(command.run, 'done', (owner, root) => {
          const value = dereference(command.value);
          if (root !== undefined) keepResult(root, value);
          owner.resolve(value);
        });
        return;
      case 'reject-all': {
        const error = allFailures(command.failures, command.run.summary.scheduled);
        void this.#settle(command.run, 'failed', (owner) => owner.reject(error));
        return;
      }
      case 'reject': {
        const error = command.job === undefined ? command.error : withJob(command.error, command.job);
        // Who aborts does not want to wait, not even for a cache that hangs.
        const status = command.job === undefined ? 'aborted' : 'failed';
        void this.#settle(command.run, status, (owner) => owner.reject(error));
      }
    }
  }

  // ---- commands

  #identify(job: Job, isPrepared = false): void {
    let key;
    try {
      if (job.task.hints.store !== false)
        key = this.#knownKey(job) ?? this.#keyer.key(job.task, job.args, job.call?.forms);
    } catch (error) {
      if (!(error instanceof ContentNotRead) || isPrepared)
        return this.#feed({ type: 'failed', job, error: asUnkeyable(job, error) });
      this.#prepare(job, job.args, () => this.#identify(job, true));
      return;
    }
    if (job.run.recorded) notesOf(job).call ??= this.#keyer.takeCall();
    this.#feed({ type: 'identified', job, key });
  }

  /** The key ahead of running of a call of plain values is its key. */
  #knownKey({ node, call }: Job): string | undefined {
    return node.dependencies === 0 ? call?.ahead : undefined;
  }

  /** Reads what can only be read asynchronously. */
  #prepare(job: Job, values: unknown, then: () => void): void {
    prepareAll(values, this.#keyer.encoder.serializers).then(then, (error: unknown) =>
      this.#feed({ type: 'failed', job, error: asUnkeyable(job, error) }),
    );
  }

  #lookUp(job: Job, key: string): void {
    this.#finder.find(job, key, (result) =>
      this.#feed(result === undefined ? { type: 'missed', job } : { type: 'found', job, result }),
    );
  }

  async #surveyReturned(job: Job, node: WorkflowNode): Promise<void> {
    const survey = await this.#finder.survey(job.run, node);
    if (survey !== undefined) this.#feed({ type: 'surveyed', job, node, survey });
  }

  async #load(job: Job): Promise<void> {
    const loaded = await this.#finder.load(job);
    if ('args' in loaded) this.#feed({ type: 'loaded', job, args: loaded.args });
    else this.#feed({ type: 'not-loaded', job, positions: loaded.missing });
  }

  #execute(job: Job): void {
    const stored = job.call !== undefined && job.call.stored > 0;
    if (stored && !this.#usesCache(job)) void this.#loadAndExecute(job);
    else this.#claimAndSubmit(job);
  }

  /** Whether who computes a job reads its arguments from the run's cache, and stores its result there. */
  #usesCache(job: Job): boolean {
    const { storesIn } = this.#session;
    return storesIn !== undefined && storesIn === this.#storeUrl && job.call?.sent !== true && !this.#isLocal(job);
  }

  #isLocal({ task }: Job): boolean {
    return task.builtIn === 'operation' || task.hints.main === true;
  }

  async #loadAndExecute(job: Job): Promise<void> {
    const loaded = await this.#finder.load(job);
    if (job.phase !== 'running') return;
    if ('missing' in loaded) return this.#feed({ type: 'not-loaded', job, positions: loaded.missing });
    job.args = loaded.args;
    this.#claimAndSubmit(job);
    this.#session.flush();
  }

  /** Tells other processes that this one computes the call, unless one of them does so already. */
  #claimAndSubmit(job: Job): void {
    if (this.#claims === undefined || job.key === undefined || !this.#keeper.stores(job)) return this.#submit(job);
    const { key } = job;
    whenThere(this.#claims.take(job, key), (isOurs) => {
      if (job.phase !== 'running') return this.#claims?.release(job);
      if (!isOurs) return this.#defer(job, key);
      if (job.call?.fresh === true) return this.#submit(job);
      // Since it was looked up, another process may have computed it.
      this.#finder.find(job, key, (result) => {
        if (job.phase !== 'running') return this.#claims?.release(job);
        if (result === undefined) return this.#submit(job);
        this.#claims?.release(job);
        this.#feed({ type: 'found', job, result });
      });
      return undefined;
    });
  }

  /** Another process computes the call: this one asks now and then whether it is done, or has died. */
  #defer(job: Job, key: string): void {
    this.#feed({ type: 'deferred', job });
    this.#waitForOther(job, key);
  }

  #waitForOther(job: Job, key: string): void {
    this.#claims?.waitFor(job, key, () => {
      if (job.phase === 'deferred') this.#lookUp(job, key);
      // The thread was busy, and the engine has not heard of it yet.
      else if (job.phase === 'running') this.#waitForOther(job, key);
    });
  }

  #readFile(job: Job): void {
    const start = performance.now();
    this.#finder.file(String(job.args[0])).then(
      (value) => this.#done(job, value, performance.now() - start),
      (error: unknown) => this.#interrupted({ type: 'failed', job, error }),
    );
  }

  #submit(job: Job): void {
    if (job.task === FILE) return this.#readFile(job);
    const session = this.#isLocal(job) ? this.#local : this.#session;
    if (job.key !== undefined && this.#session.storesIn !== undefined)
      job.keyed.keeping = this.#usesCache(job) ? this.#keeper.keepingOf(job) : undefined;
    try {
      if (session.takesReferences !== true) job.args = dereference(job.args) as readonly unknown[];
      session.submit(job);
      if (!this.#pumping) session.flush();
    } catch (error) {
      this.#feed({ type: 'failed', job, error });
    }
  }

  /** What should be had by way of the cache is not: the job goes out again with the values. */
  async #sendValues(job: Job): Promise<void> {
    if (job.phase !== 'running') return;
    job.keyed.sent = true;
    const loaded = await this.#finder.load(job);
    if (job.phase !== 'running') return;
    if ('missing' in loaded) {
      this.#claims?.release(job);
      return this.#feed({ type: 'not-loaded', job, positions: loaded.missing });
    }
    job.args = loaded.args;
    this.#submit(job);
    this.#session.flush();
  }

  /** Waits before the next try. */
  #delay(job: Job, attempt: number): void {
    const policy = job.task.control?.retries;
    const delay = policy === undefined ? 0 : retryDelay(policy, attempt, Math.random());
    this.#timers.start(job, delay, () => this.#feed({ type: 'due', job }));
  }

  /** Watches over a try that has begun. */
  #limitTime(job: Job, timeout: number): void {
    this.#timers.start(job, timeout, () => {
      const message = `Cannot finish '${job.task.name}': a try took longer than its timeout of ${timeout} ms`;
      this.#interrupted({ type: 'timed-out', job, error: new TaskTimeoutError(message) });
    });
  }

  #cancel(job: Job): void {
    this.#timers.stop(job);
    this.#claims?.release(job);
    this.#session.cancel([job]);
    this.#local.cancel([job]);
  }

  #ended({ job, status, value, successor }: Command & { readonly type: 'ended' }): void {
    if (job.run.recorded) this.#recorder?.job(job, now(), status);
    const display = job.run.told ? this.#runs.get(job.run)?.owner.display : undefined;
    if (job.task.builtIn !== undefined) {
      if (successor === undefined) display?.joined?.(job.index);
      return;
    }
    // Displays tell what job it was, before the run rejects with it.
    if (status === 'failed') withJob(value, job);
    const outcome = outcomeOf(status, value, successor);
    if (outcome !== undefined) display?.result?.(callOf(job), outcome);
  }

  #report(job: Job, occurrence: JobOccurrence): void {
    const entry = this.#runs.get(job.run);
    if (entry === undefined) return;
    const event: JobEvent = { job: job.index, name: job.task.name, key: job.key, time: now(), ...occurrence };
    entry.owner.onEvent?.(event);
    entry.owner.display.event?.(event);
  }

  /** A run is over when its results are in the cache, so that the next one finds them. */
  async #settle(
    run: RunState,
    status: RunEndEntry['status'],
    tell: (owner: RunOwner, root: WorkflowNode | undefined) => void,
  ): Promise<void> {
    const entry = this.#runs.get(run);
    if (entry === undefined) return;
    while (status !== 'aborted' && entry.stores.size > 0) await Promise.all(entry.stores);
    const written = this.#recorder?.runEnds(run, now(), status);
    if (status !== 'aborted') await written;
    this.#runs.delete(run);
    if (run.nested) this.#countNested(-1);
    try {
      tell(entry.owner, entry.root);
    } catch (error) {
      entry.owner.reject(error);
    }
    this.#pump();
  }

  // ---- answers

  #interrupted(event: EngineEvent & { readonly type: 'failed' | 'lost' | 'timed-out' }): void {
    this.#timers.stop(event.job);
    this.#claims?.release(event.job);
    this.#feed(event);
  }

  #started(job: Job, worker: string): void {
    if (job.key !== undefined || job.run.recorded) {
      const notes = notesOf(job);
      notes.start = now();
      notes.worker = worker;
    }
    if (job.task.control?.timeout !== undefined) this.#limitTime(job, job.task.control.timeout);
    if (job.run.observed) this.#feed({ type: 'started', job, worker });
  }

  #done(job: Job, value: unknown, duration: number): void {
    if (job.task.control !== undefined) this.#timers.stop(job);
    if (job.run.recorded) notesOf(job).duration = duration;
    if (job.key === undefined)
      return this.#feed({ type: 'done', job, value, form: undefined, duration, ...volatileIf(job) });
    this.#keeper.keep(
      job,
      value,
      duration,
      ({ form, basis }) => this.#feed({ type: 'done', job, value, form, duration, basis }),
      (error) => this.#interrupted({ type: 'failed', job, error }),
    );
  }

  /** Who computed a job says that its result is in the cache. If it is not, the job runs again, and its result is sent. */
  #storedElsewhere(job: Job, duration: number): void {
    const { key } = job;
    if (key === undefined || job.phase !== 'running') return;
    if (job.task.control !== undefined) this.#timers.stop(job);
    this.#finder.find(job, key, (result) => {
      if (job.phase !== 'running') return;
      if (result?.kind !== 'value') return void this.#sendValues(job);
      if (job.run.recorded) notesOf(job).duration = duration;
      const { value, form, basis } = result;
      this.#feed({ type: 'done', job, value, form, duration, basis });
      this.#keeper.keptElsewhere(job, key, form);
    });
  }

  /** The digest of a value. */
  async digest(value: unknown): Promise<string> {
    await prepareAll(value, this.#keyer.encoder.serializers);
    return (await parallelContentId(this.#keyer.hasher, this.#session.hashers?.() ?? [], this.#keyer.pieces(value)))
      .digest;
  }

  /** Files in a workflow that a task returned are its output: they are what they are now. */
  #returned(job: Job, node: WorkflowNode, duration: number): void {
    if (!holdsFiles(node)) return this.#expanded(job, node, duration);
    resolveFiles(node, (path) => this.#finder.file(path), makeNode).then(
      (resolved) => {
        if ('value' in resolved) this.#done(job, resolved.value, duration);
        else this.#expanded(job, resolved.node, duration);
      },
      (error: unknown) => this.#interrupted({ type: 'failed', job, error }),
    );
  }

  #expanded(job: Job, node: WorkflowNode, duration: number): void {
    if (job.task.control !== undefined) this.#timers.stop(job);
    if (job.run.recorded) notesOf(job).duration = duration;
    if (job.key === undefined) return this.#feed({ type: 'expanded', job, node, duration, ...volatileIf(job) });
    const basis = this.#keeper.keepWorkflow(job, node, duration);
    this.#feed({ type: 'expanded', job, node, duration, basis });
  }

  #log(job: Job, level: LogLevel, values: readonly unknown[]): void {
    const entry = this.#runs.get(job.run);
    if (entry === undefined) return;
    const event = {
      type: 'log',
      level,
      values,
      job: job.index,
      name: job.task.name,
      key: job.key,
      time: now(),
    } as const;
    entry.owner.onEvent?.(event);
    entry.owner.display.log(event);
  }
}

function asUnkeyable(job: Job, error: unknown): unknown {
  return error instanceof SerializationError ? unkeyable(job, error) : error;
}

/** What such a job gives may be another next time: it is not remembered, or runs users' code that has no key. */
function volatileIf({ run, task }: Job): { readonly basis?: Basis } {
  return run.surveyed && task.builtIn !== 'join' ? { basis: VOLATILE } : {};
}
