/**
 * The scheduler as a pure state machine: told what happened, it says what to do next. It has no clock, does no I/O
 * and waits for nothing, so tests drive it by hand and a log of its events can be replayed. `driver.ts` connects it
 * to executors and caches.
 *
 * Invariants: the cost of a job is constant, whatever the graph's size or fan-in (counters of missing arguments,
 * never a scan); of the jobs that are ready, the one that became so last goes first, so graphs are walked in depth
 * and values are freed early; all that the engine knows of a job goes when the job is done.
 */
import { basisOf, joinBases, type Basis } from './basis.ts';
import { basisOfCall, totalBasis } from './job-basis.ts';
import { partNumbers, reserveNumbers, takeUp, type NumberOf } from './job-survey.ts';
import { partOf } from './job-telling.ts';
import { WorkerLostError } from './errors.ts';
import type { JobOccurrence } from './events.ts';
import type { TaskControl } from './hints.ts';
import type { JobStatus } from './history.ts';
import { Job, type CallState, type Command, type EngineEvent, type Failure, type RunState } from './job.ts';
import {
  addDependent,
  append,
  enter,
  inputsOf,
  jobOf,
  leaveRun,
  moveDependents,
  takeAsking,
  takeAttached,
  takeDependents,
  unfinished,
} from './job-links.ts';
import { JobQueue } from './job-queue.ts';
import { notesOf } from './job-recorder.ts';
import type { ValueForm } from './key.ts';
import { Limits } from './limits.ts';
import { dereferenceItems } from './reference.ts';
import type { FoundResult } from './result-store.ts';
import { isRetried } from './retry.ts';
import { StoredValue } from './stored-value.ts';
import type { Survey } from './survey.ts';
import type { Task } from './task.ts';
import { ARRAY, isNode, OBJECT, VALUE, type WorkflowNode } from './workflow.ts';

/** A job is started this often before its workers' deaths are its own error. */
const MAX_ATTEMPTS = 3;
/** Built-in tasks that only put values together: what stands elsewhere may stay there. */
const COLLECTORS: ReadonlySet<Task> = new Set([ARRAY, OBJECT, VALUE]);
/** How many keys are looked up at once. */
const MAX_LOOKUPS = 128;

/** The scheduler of one runtime; see above. */
export class Engine {
  #commands: Command[] = [];
  /** Jobs whose arguments are all there. */
  readonly #queue = new JobQueue();
  readonly #limits: Limits;
  /** Calls under way, and those whose results are on the way into the cache. */
  readonly #inFlight = new Map<string, Job>();
  /** Runs that are not settled. */
  readonly #runs = new Set<RunState>();
  #slots = 0;
  #running = 0;
  #lookups = 0;
  /** How many jobs wait for their next try. */
  #delayed = 0;
  /** How many jobs wait for something else that the driver will tell. */
  #pending = 0;
  /** The nodes of the workflow that becomes part of a run which is drawn, in their order. */
  #admitted: WorkflowNode[] = [];
  #nextJob = 1;
  #nextRun = 1;

  constructor(limits: Limits = new Limits()) {
    this.#limits = limits;
  }

  /** How many jobs are with the executor. */
  get running(): number {
    return this.#running;
  }

  /** Whether nothing can happen any more unless something is submitted. */
  get idle(): boolean {
    // What waits for limits waits for a job that runs.
    return this.#running + this.#lookups + this.#delayed + this.#pending === 0 && this.#queue.isEmpty;
  }

  /** A new run, without a workflow yet. */
  createRun(
    options: Pick<RunState, 'keyed' | 'observed' | 'summary'> &
      Partial<Pick<RunState, 'surveyed' | 'recorded' | 'told' | 'drawn' | 'continues' | 'keeps' | 'nested'>>,
  ): RunState {
    return {
      id: this.#nextRun++,
      surveyed: false,
      recorded: false,
      told: false,
      drawn: false,
      continues: false,
      keeps: false,
      nested: false,
      ...options,
      failures: undefined,
      first: undefined,
      others: undefined,
      root: undefined,
      settled: false,
      nextIndex: 0,
    };
  }

  /** Takes one event; returns what to do, in order. */
  step(event: EngineEvent): readonly Command[] {
    this.#take(event);
    this.#dispatch();
    if (this.idle && this.#runs.size > 0) this.#failStalled();
    const commands = this.#commands;
    // Kept here, the result of the last run would live as long as the runtime.
    this.#commands = [];
    return commands;
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case 'submit':
        return this.#submit(event.run, event.root, event.survey);
      case 'abort':
        return this.#abort(event.run, event.reason);
      case 'stored':
        return this.#stored(event.key);
      case 'resized':
        this.#slots = event.slots;
        return;
      case 'due':
        return this.#due(event.job);
      case 'started':
        // A run that is over has told what became of its jobs: those that still run may end, and are remembered.
        if (!event.job.run.settled) this.#report(event.job, { type: 'started', worker: event.worker });
        return;
      case 'identified':
        return this.#identified(event.job, event.key);
      case 'found':
        return this.#found(event.job, event.result);
      case 'missed':
        return this.#missed(event.job);
      case 'deferred':
        return this.#deferred(event.job);
      case 'surveyed':
        return this.#surveyed(event.job, event.node, event.survey);
      case 'loaded':
        return this.#loaded(event.job, event.args);
      case 'not-loaded':
        return this.#notLoaded(event.job, event.positions);
      case 'done':
      case 'expanded':
      case 'failed':
      case 'lost':
      case 'timed-out':
        // Else the answer of a try that was given up: it crossed the news of that.
        if (event.job.phase !== 'done' && event.job.phase !== 'delayed') this.#ended(event);
    }
  }

  #ended(event: EngineEvent & { readonly type: 'done' | 'expanded' | 'failed' | 'lost' | 'timed-out' }): void {
    const { job } = event;
    this.#leave(job);
    switch (event.type) {
      case 'done':
        this.#computed(job, event.duration);
        this.#link(job);
        this.#finish(job, job.task.builtIn === undefined ? 'done' : 'joined', event.value);
        return this.#complete(job, event.value, event.form, event.basis);
      case 'expanded':
        this.#computed(job, event.duration);
        this.#link(job);
        return this.#goOn(job, event.node, event.basis);
      case 'timed-out':
        this.#commands.push({ type: 'cancel', job });
        return this.#failTry(job, event.error);
      case 'failed':
        return this.#failTry(job, event.error);
      case 'lost':
        return this.#lost(job, event.error);
    }
  }

  // ---- graphs become jobs

  #submit(run: RunState, root: WorkflowNode, survey: Survey | undefined): void {
    // Aborted while its workflow was looked over.
    if (run.settled) return;
    this.#runs.add(run);
    // What is ready of earlier runs goes first, so that none of them starves; but what awaits a nested run may be what
    // has all the places.
    const earlier = run.nested ? [] : this.#queue.setAside();
    run.root = this.#admitPart(run, root, survey);
    this.#queue.putFirst(earlier);
  }

  /** {@link #admit}, where a workflow becomes part of a run: who draws it is told before anything of its jobs. */
  #admitPart(run: RunState, root: WorkflowNode, survey?: Survey, parent?: Job): Job {
    if (!run.drawn) return this.#admit(run, root, survey);
    const told = this.#commands.length;
    // A job that is there already brings no others, and nothing is numbered.
    const numbers = partNumbers(run, jobOf(run, root) === undefined ? survey : undefined);
    this.#admitted = [];
    const job = this.#admit(run, root, survey);
    const part = partOf(root, parent, numbers.whole?.() ?? this.#admitted, numbers.of);
    this.#admitted = [];
    this.#commands.splice(told, 0, { type: 'drawn', run, part });
    return job;
  }

  /** The job of a node; makes jobs of all that it needs. A node's job is numbered after those that it needs. */
  #admit(run: RunState, root: WorkflowNode, survey?: Survey): Job {
    const known = jobOf(run, root);
    if (known !== undefined) return known;
    const mark = this.#queue.mark();
    const numbers = reserveNumbers(run, survey);
    const rootJob = this.#createJob(run, root, survey);
    // The jobs from the root down to the one at work, and the argument at which each stands.
    const path = [rootJob];
    const next = [0];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const index = next[path.length - 1] ?? 0;
      if (index >= top.node.args.length || top.call?.found !== undefined) {
        path.pop();
        next.pop();
        this.#number(top, numbers);
        continue;
      }
      next[path.length - 1] = index + 1;
      const value = top.node.args[index];
      if (!isNode(value)) continue;
      let child = jobOf(run, value);
      if (child === undefined) {
        child = this.#createJob(run, value, survey);
        if (child.missing === 0) this.#number(child, numbers);
        else next[path.push(child) - 1] = 0;
      }
      addDependent(child, top, index);
    }
    this.#queue.arrange(mark);
    return rootJob;
  }

  #createJob(run: RunState, node: WorkflowNode, survey: Survey | undefined): Job {
    const job = new Job(this.#nextJob++, run, node);
    enter(run, job);
    if (survey !== undefined) takeUp(job, survey);
    return job;
  }

  #number(job: Job, numbers: NumberOf | undefined): void {
    job.index = numbers?.(job.node) ?? job.run.nextIndex++;
    if (job.task.builtIn === undefined) job.run.summary.scheduled++;
    if (job.run.recorded && job.missing > 0) notesOf(job).inputs = inputsOf(job);
    if (job.run.drawn) this.#admitted.push(job.node);
    this.#report(job, { type: 'scheduled' });
    if (job.missing === 0) this.#makeReady(job);
  }

  #makeReady(job: Job): void {
    job.phase = 'ready';
    this.#queue.add(job);
  }

  // ---- jobs go out

  /** Hands out what there is a place for. */
  #dispatch(): void {
    for (let job = this.#queue.next(this.#hasRoomFor); job !== undefined; job = this.#queue.next(this.#hasRoomFor)) {
      if (this.#isWanted(job)) this.#advance(job);
      else this.#drop(job);
    }
  }

  /** Whether a job can take its next step. One that nobody wants any more always can: it goes. */
  readonly #hasRoomFor = (job: Job): boolean => {
    if (job.task.builtIn !== undefined || job.call?.found !== undefined) return true;
    if (this.#isToIdentify(job) ? this.#lookups + this.#queue.placed < MAX_LOOKUPS : this.#running < this.#slots)
      return true;
    return !this.#isWanted(job);
  };

  #isToIdentify(job: Job): boolean {
    return job.run.keyed && job.attempts === 0 && job.phase === 'ready';
  }

  /** The next step of a job whose arguments are there, and which has been taken out of its list. */
  #advance(job: Job): void {
    if (job.call?.found !== undefined) this.#takeFound(job, job.call.found);
    else if (job.task.builtIn === 'join') this.#join(job);
    else if (job.task.builtIn === undefined && this.#isToIdentify(job)) this.#identify(job);
    else this.#execute(job);
  }

  /** Nobody wants it any more. */
  #drop(job: Job): void {
    if (job.phase !== 'reserved') return;
    job.phase = 'done';
    this.#releaseLimits(job);
  }

  /** Whether anybody waits for a job: its own run, or another one through an attached job. */
  #isWanted(job: Job): boolean {
    if (!job.run.settled) return true;
    if (job.call?.attached?.some((other) => this.#isWanted(other)) === true) return true;
    this.#forget(job);
    return false;
  }

  #identify(job: Job): void {
    this.#begin(job);
    this.#lookups++;
    job.phase = 'identifying';
    this.#commands.push({ type: 'identify', job });
  }

  #execute(job: Job): void {
    if (
      job.task.control?.limits !== undefined &&
      job.phase !== 'reserved' &&
      !this.#reserve(job, job.task.control.limits)
    )
      return;
    if (job.attempts === 0 && !job.run.keyed) this.#begin(job);
    this.#running++;
    job.attempts++;
    job.phase = 'running';
    this.#commands.push({ type: 'execute', job });
  }

  #reserve(job: Job, demand: NonNullable<TaskControl['limits']>): boolean {
    const impossible = this.#limits.impossible(demand);
    if (impossible !== undefined) {
      const [label, amount, size] = impossible;
      const message = `Cannot run '${job.task.name}': it takes ${amount} of the limit '${label}', of which there is ${size}. Declare more: run(p, { limits: { ${JSON.stringify(label)}: ${amount} } })`;
      this.#fail(job, new RangeError(message));
      return false;
    }
    if (this.#limits.reserve(job, demand)) return true;
    job.phase = 'blocked';
    return false;
  }

  /** What a job had of the limits goes to those who waited for it. */
  #releaseLimits(job: Job): void {
    const demand = job.task.control?.limits;
    if (demand === undefined) return;
    for (const other of this.#limits.release(demand, (waiting) => this.#isWanted(waiting))) {
      other.phase = 'reserved';
      this.#queue.addPlaced(other);
    }
  }

  #join(job: Job): void {
    if (job.call !== undefined && job.call.stored > 0) return this.#load(job);
    const compute = job.task.fn as (args: readonly unknown[]) => unknown;
    let value;
    try {
      value = compute(COLLECTORS.has(job.task) ? job.args : dereferenceItems(job.args));
    } catch (error) {
      return this.#fail(job, error);
    }
    if (isNode(value)) this.#goOn(job, value, undefined);
    else {
      this.#finish(job, 'joined', value);
      this.#complete(job, value, undefined, undefined);
    }
  }

  #load(job: Job): void {
    job.phase = 'loading';
    this.#pending++;
    this.#commands.push({ type: 'load', job });
  }

  #identified(job: Job, key: string | undefined): void {
    if (key === undefined) {
      this.#lookups--;
      job.phase = 'missed';
      return this.#queue.addPlaced(job);
    }
    job.keyed.key = key;
    const other = this.#inFlight.get(key);
    if (other === job) return this.#failEndless(job);
    if (other === undefined) {
      this.#inFlight.set(key, job);
      if (job.call?.fresh === true) this.#missed(job);
      else this.#commands.push({ type: 'look-up', job, key });
      return;
    }
    this.#lookups--;
    job.keyed.asking = other.phase === 'identifying' && other.key === key;
    if (!job.keyed.asking) this.#attach(job);
    if (other.phase === 'done') {
      this.#link(job);
      this.#finish(job, 'attached', other.keyed.value, other.keyed.form);
      return this.#complete(job, other.keyed.value, other.keyed.form, totalBasis(other));
    }
    job.phase = 'attached';
    (other.keyed.attached ??= []).push(job);
  }

  #attach(job: Job): void {
    job.run.summary.attached++;
    this.#report(job, { type: 'attached' });
  }

  // ---- what is stored

  #takeFound(job: Job, result: FoundResult): void {
    this.#begin(job);
    job.keyed.key = result.key;
    this.#retrieve(job, result);
  }

  #found(job: Job, result: FoundResult): void {
    // The answer to a question that was given up.
    if (job.phase === 'done') return;
    if (job.phase === 'running') job.attempts--;
    for (const other of takeAsking(job)) this.#countRetrieved(other);
    this.#leave(job);
    this.#link(job);
    this.#retrieve(job, result);
    // It is in the cache already: the next call of its key finds it there.
    if (result.kind === 'value' && job.key !== undefined) this.#stored(job.key);
  }

  #retrieve(job: Job, result: FoundResult): void {
    this.#countRetrieved(job);
    if (result.kind === 'workflow') return this.#goOn(job, result.node, result.basis);
    this.#finish(job, job.task.builtIn === undefined ? 'retrieved' : 'joined', result.value, result.form);
    this.#complete(job, result.value, result.form, result.basis);
  }

  #countRetrieved(job: Job): void {
    job.keyed.retrieved = true;
    if (job.run.settled || job.task.builtIn !== undefined) return;
    job.run.summary.retrieved++;
    this.#report(job, { type: 'retrieved' });
  }

  #missed(job: Job): void {
    if (job.phase === 'done') return;
    for (const other of takeAsking(job)) this.#attach(other);
    this.#leave(job);
    job.phase = 'missed';
    this.#queue.addPlaced(job);
  }

  #deferred(job: Job): void {
    if (job.phase !== 'running') return;
    this.#leave(job);
    job.attempts--;
    job.phase = 'deferred';
    this.#pending++;
  }

  #loaded(job: Job, args: readonly unknown[]): void {
    this.#leave(job);
    job.args = args;
    job.keyed.stored = 0;
    job.phase = 'ready';
    this.#queue.add(job);
  }

  /** What lies in the cache cannot be had: the calls that gave it are computed again. */
  #notLoaded(job: Job, positions: readonly number[]): void {
    if (job.phase === 'done') return;
    if (job.phase === 'running') job.attempts--;
    this.#leave(job);
    // It is keyed anew when its arguments are there.
    this.#release(job.key, job);
    if (job.run.settled) return this.#startHeirsOver(job);
    job.phase = 'waiting';
    for (const position of positions) {
      const stored = job.args[position];
      if (!(stored instanceof StoredValue)) continue;
      job.keyed.stored--;
      job.missing++;
      addDependent(this.#admitAgain(job.run, stored.node), job, position);
    }
  }

  #admitAgain(run: RunState, node: WorkflowNode): Job {
    const known = jobOf(run, node);
    if (known !== undefined) return known;
    const job = this.#admitPart(run, node);
    job.keyed.fresh = true;
    // It was counted when it was found.
    run.summary.scheduled--;
    run.summary.retrieved--;
    return job;
  }

  #startHeirsOver(job: Job): void {
    job.phase = 'done';
    for (const heir of takeAttached(job)) if (this.#isWanted(heir)) this.#makeReady(heir);
  }

  /** Notes where a result is found ahead of running, unless something took part that may be another next time. */
  #link(job: Job): void {
    if (job.call === undefined) return;
    const { ahead, key, basis } = job.call;
    if (ahead === undefined || key === undefined || ahead === key || basis?.volatile === true) return;
    this.#commands.push({ type: 'link', job, ahead, key, basis });
  }

  // ---- results come in

  /** A job is no longer where it was counted. */
  #leave(job: Job): void {
    switch (job.phase) {
      case 'running':
        this.#running--;
        if (job.task.control !== undefined) this.#releaseLimits(job);
        return;
      case 'identifying':
        this.#lookups--;
        return;
      case 'deferred':
      case 'loading':
      case 'surveying':
        this.#pending--;
        return;
      default:
    }
  }

  #computed(job: Job, duration: number): void {
    // A run that is over has reported what becomes of its jobs.
    if (job.run.settled) return;
    if (job.task.builtIn === undefined) job.run.summary.ran++;
    this.#report(job, { type: 'done', duration });
  }

  #complete(job: Job, value: unknown, form: ValueForm | undefined, own: Basis | undefined): void {
    job.phase = 'done';
    leaveRun(job);
    if (own !== undefined) job.keyed.inherited = joinBases(job.call?.inherited, own);
    const basis = totalBasis(job);
    this.#deliver(job, value, form, basis);
    const { run } = job;
    if (run.keeps) this.#keep(job, value);
    if (job.call !== undefined) this.#completeCall(job, job.call, value, form, basis);
    if (run.root === job && !run.settled) {
      run.settled = true;
      this.#runs.delete(run);
      this.#commands.push({ type: 'resolve', run, value });
    } else if (run.failures !== undefined) this.#endIfNothingLeft(run, run.failures);
  }

  #keep(job: Job, value: unknown): void {
    for (const node of [job.node, ...(job.call?.origins ?? [])]) this.#commands.push({ type: 'keep', node, value });
  }

  #completeCall(
    job: Job,
    call: CallState,
    value: unknown,
    form: ValueForm | undefined,
    basis: Basis | undefined,
  ): void {
    const { attached, aliases } = call;
    call.attached = call.aliases = call.forms = call.found = undefined;
    for (const other of attached ?? []) {
      this.#link(other);
      this.#finish(other, other.keyed.retrieved ? 'retrieved' : 'attached', value, form);
      this.#complete(other, value, form, basis);
    }
    for (const alias of aliases ?? []) this.#release(alias, job);
    if (call.key !== undefined && this.#inFlight.get(call.key) === job) {
      call.value = value;
      call.form = form;
    }
  }

  #deliver(job: Job, value: unknown, form: ValueForm | undefined, basis: Basis | undefined): void {
    const { dependent, dependents } = job;
    if (dependent === undefined) return;
    job.dependent = job.dependents = undefined;
    this.#supply(dependent, job.position, value, form, basis);
    for (let index = 0; dependents !== undefined && index < dependents.length; index += 2) {
      this.#supply(dependents[index] as Job, dependents[index + 1] as number, value, form, basis);
    }
  }

  #supply(
    dependent: Job,
    position: number,
    value: unknown,
    form: ValueForm | undefined,
    basis: Basis | undefined,
  ): void {
    (dependent.args as unknown[])[position] = value;
    if (form !== undefined) {
      const call = dependent.keyed;
      (call.forms ??= [])[position] = form;
      if (value instanceof StoredValue) call.stored++;
    }
    if (basis !== undefined) dependent.keyed.basis = joinBases(dependent.keyed.basis, basis);
    if (--dependent.missing === 0) this.#makeReady(dependent);
  }

  /** A job returned a workflow, which is looked over first, unless there is nothing to find below its result. */
  #goOn(job: Job, node: WorkflowNode, basis: Basis | undefined): void {
    const { run } = job;
    if (run.settled) return this.#expandHeirs(job, node, basis);
    if (!run.surveyed) return this.#expand(job, node, basis);
    if (node.dependencies === 0) return this.#expand(job, node, joinBases(basis, basisOfCall(job, node)));
    if (basis !== undefined) job.keyed.inherited = joinBases(job.call?.inherited, basis);
    job.phase = 'surveying';
    this.#pending++;
    this.#commands.push({ type: 'survey', job, node });
  }

  #surveyed(job: Job, node: WorkflowNode, survey: Survey): void {
    this.#leave(job);
    if (job.run.settled) this.#expandHeirs(job, node, undefined);
    else this.#expand(job, node, job.task.builtIn === undefined ? basisOf(survey.tasks) : undefined, survey);
  }

  /** The workflow that a job returned takes its place: a chain of tail calls holds one job at a time. */
  #expand(job: Job, node: WorkflowNode, basis: Basis | undefined, survey?: Survey): void {
    this.#report(job, { type: 'expanded' });
    const { run } = job;
    const successor = this.#admitPart(run, node, survey, job);
    if (successor === job)
      return this.#fail(
        job,
        new TypeError(`Cannot continue '${job.task.name}': it returned the promise of its own result`),
      );
    if (run.recorded) notesOf(job).next = successor.index;
    const how = job.call?.retrieved === true ? 'retrieved' : 'expanded';
    this.#finish(job, job.task.builtIn === undefined ? how : 'joined', undefined, undefined, successor);
    job.phase = 'done';
    leaveRun(job);
    if (run.root === job) run.root = successor;
    const inherited = joinBases(totalBasis(job), basis);
    if (inherited !== undefined) successor.keyed.inherited = joinBases(successor.call?.inherited, inherited);
    if (run.keeps) successor.keyed.origins = append(append(job.call?.origins, [job.node]), successor.call?.origins);
    moveDependents(job, successor);
    if (job.call !== undefined) this.#moveCall(job, job.call, successor);
  }

  /** The job's own run is over; each one that waits for the result goes on with the workflow in its own run. */
  #expandHeirs(job: Job, node: WorkflowNode, basis: Basis | undefined): void {
    job.phase = 'done';
    const heirs = takeAttached(job);
    this.#forget(job);
    for (const heir of heirs) this.#goOn(heir, node, joinBases(basis, job.call?.inherited));
  }

  #moveCall(job: Job, call: CallState, successor: Job): void {
    const { key, attached, aliases } = call;
    call.attached = call.aliases = call.forms = undefined;
    const others = attached?.filter((other) => other !== successor);
    if (others !== undefined) successor.keyed.attached = append(successor.keyed.attached, others);
    for (const alias of append(aliases, key === undefined ? undefined : [key]) ?? []) {
      if (this.#inFlight.get(alias) !== job) continue;
      this.#inFlight.set(alias, successor);
      (successor.keyed.aliases ??= []).push(alias);
    }
  }

  /** A result is in the cache: from now on a call of its key finds it there. */
  #stored(key: string): void {
    const job = this.#inFlight.get(key);
    if (job === undefined) return;
    const call = job.keyed;
    if (call.key !== key) {
      call.aliases = call.aliases?.filter((alias) => alias !== key);
      this.#inFlight.delete(key);
    } else if (job.phase === 'done') {
      this.#inFlight.delete(key);
      call.value = call.form = undefined;
    }
  }

  #release(key: string | undefined, job: Job): void {
    if (key !== undefined && this.#inFlight.get(key) === job) this.#inFlight.delete(key);
  }

  // ---- what goes wrong

  #lost(job: Job, error: Error): void {
    if (!this.#isWanted(job)) return;
    if (job.attempts - (job.call?.failures ?? 0) >= MAX_ATTEMPTS) {
      const message = `Cannot run '${job.task.name}': its worker was lost ${job.attempts} times, last: ${error.message}`;
      return this.#fail(job, new WorkerLostError(message, { cause: error }));
    }
    this.#report(job, { type: 'retrying', attempt: job.attempts + 1, error });
    this.#makeReady(job);
  }

  /** A try failed; there may be another. */
  #failTry(job: Job, error: unknown): void {
    const policy = job.task.control?.retries;
    if (policy === undefined || job.attempts === 0 || !this.#isWanted(job)) return this.#fail(job, error);
    const attempt = job.keyed.failures + 1;
    try {
      if (!isRetried(policy, job.task.name, error, attempt)) return this.#fail(job, error);
    } catch (problem) {
      return this.#fail(job, problem);
    }
    job.keyed.failures = attempt;
    job.phase = 'delayed';
    this.#delayed++;
    this.#report(job, { type: 'retrying', attempt: job.attempts + 1, error });
    this.#commands.push({ type: 'delay', job, attempt });
  }

  #due(job: Job): void {
    if (job.phase !== 'delayed') return;
    this.#delayed--;
    if (this.#isWanted(job)) this.#makeReady(job);
    else job.phase = 'done';
  }

  /** The call that a task returned has the key of the task's own call. */
  #failEndless(job: Job): void {
    this.#lookups--;
    this.#fail(
      job,
      new TypeError(
        `Cannot compute '${job.task.name}': it returned a call of itself with the same arguments, which would never end`,
      ),
    );
  }

  #fail(job: Job, error: unknown): void {
    job.phase = 'done';
    this.#forget(job);
    const attached = takeAttached(job);
    this.#failRun(job, error);
    for (const other of attached) this.#fail(other, error);
  }

  #failRun(job: Job, error: unknown): void {
    const { run } = job;
    if (run.settled) return;
    run.summary.failed++;
    if (run.recorded) notesOf(job).error = error;
    this.#finish(job, 'failed', error);
    this.#report(job, { type: 'failed', error });
    leaveRun(job);
    if (run.continues) {
      run.failures ??= [];
      run.failures.push({ job, error });
      this.#dropDependents(job);
      return this.#endIfNothingLeft(run, run.failures);
    }
    this.#end(run, false);
    this.#commands.push({ type: 'reject', run, error, job });
  }

  /** What needs the result of a job that failed will never be ready. */
  #dropDependents(failed: Job): void {
    const stack = [failed];
    for (let job = stack.pop(); job !== undefined; job = stack.pop()) {
      for (const dependent of takeDependents(job)) {
        if (dependent.phase === 'done') continue;
        dependent.phase = 'done';
        leaveRun(dependent);
        this.#report(dependent, { type: 'aborted' });
        // They wait for the result of a workflow of which this is a part: each finds out for itself.
        for (const other of takeAttached(dependent)) if (this.#isWanted(other)) this.#makeReady(other);
        this.#forget(dependent);
        stack.push(dependent);
      }
    }
  }

  /** A run that goes on after failures is over when none of its jobs can be run any more. */
  #endIfNothingLeft(run: RunState, failures: readonly Failure[]): void {
    if (run.settled || run.first !== undefined) return;
    run.settled = true;
    run.others = undefined;
    this.#runs.delete(run);
    this.#commands.push({ type: 'reject-all', run, failures });
  }

  /** Nothing is under way, yet runs are not settled: only a workflow that needs its own result does that. */
  #failStalled(): void {
    for (const run of this.#runs) {
      const waiting = unfinished(run)
        .slice(0, 5)
        .map((job) => `'${job.task.name}'`);
      this.#abort(
        run,
        new TypeError(
          `Cannot finish: a task returned a workflow that needs the task's own result. Waiting: ${waiting.join(', ')}`,
        ),
      );
    }
  }

  #abort(run: RunState, reason: unknown): void {
    if (run.settled) return;
    this.#end(run, true);
    this.#commands.push({ type: 'reject', run, error: reason, job: undefined });
  }

  /** The run is over: its jobs go, except that what other runs wait for is handed to them. */
  #end(run: RunState, cancel: boolean): void {
    run.settled = true;
    this.#runs.delete(run);
    for (const job of unfinished(run)) {
      leaveRun(job);
      if (job.attempts > 0) this.#finish(job, 'aborted', undefined);
      this.#report(job, { type: 'aborted' });
      const heirs = job.call?.attached?.filter((other) => this.#isWanted(other)) ?? [];
      if (heirs.length > 0) this.#bequeath(job, heirs);
      else if (job.phase === 'delayed' || job.phase === 'deferred') this.#giveUp(job);
      else if (job.phase !== 'running') this.#forget(job);
      else if (cancel) this.#cancel(job);
    }
    run.others = undefined;
  }

  /** A job that others wait for goes on, unless its arguments are jobs of the run that ended: then each heir starts over. */
  #bequeath(job: Job, heirs: readonly Job[]): void {
    if (job.phase !== 'waiting') return;
    takeAttached(job);
    this.#forget(job);
    for (const heir of heirs) this.#makeReady(heir);
  }

  #cancel(job: Job): void {
    this.#leave(job);
    job.phase = 'done';
    this.#forget(job);
    this.#commands.push({ type: 'cancel', job });
  }

  /** No further try. */
  #giveUp(job: Job): void {
    if (job.phase === 'delayed') this.#delayed--;
    else this.#leave(job);
    job.phase = 'done';
    this.#forget(job);
    this.#commands.push({ type: 'cancel', job });
  }

  #forget(job: Job): void {
    this.#release(job.key, job);
    for (const alias of job.call?.aliases ?? []) this.#release(alias, job);
  }

  /** A job has its arguments, or its result is known without them. */
  #begin(job: Job): void {
    if (job.run.told && job.task.builtIn === undefined) this.#commands.push({ type: 'begun', job });
  }

  /** A job has come to its end: to be told, and to be written down. */
  #finish(job: Job, status: JobStatus, value: unknown, form?: ValueForm, successor?: Job): void {
    if (!job.run.recorded && !job.run.told) return;
    if (form !== undefined && job.run.recorded) notesOf(job).form = form;
    this.#commands.push({ type: 'ended', job, status, value, successor });
  }

  #report(job: Job, occurrence: JobOccurrence): void {
    if (job.run.observed && job.task.builtIn === undefined) this.#commands.push({ type: 'report', job, occurrence });
  }
}
