/** The engine under a test's hands: jobs are known by their first argument, and nothing happens by itself. */
import { Engine } from '../../../dist/core/engine.js';
import type { Command, EngineEvent, Job, RunState } from '../../../dist/core/job.js';
import { Limits } from '../../../dist/core/limits.js';
import { liftNode, type WorkflowNode } from '../../../dist/core/workflow.js';

/** How a run ended. */
export interface Outcome {
  readonly run: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** The node of a promised value. */
export function nodeIn(value: unknown): WorkflowNode {
  const node = liftNode(value);
  if (node === undefined) throw new TypeError('No promised value');
  return node;
}

/** How the engine is made, and its runs. */
export interface TableOptions {
  readonly keyed?: boolean;
  readonly continues?: boolean;
  readonly limits?: Readonly<Record<string, number>>;
}

/** One engine, and what it wants. */
export class Table {
  readonly engine: Engine;
  readonly outcomes: Outcome[] = [];
  /** Everything that the engine asked for, in order. */
  readonly commands: Command[] = [];
  /** Everything that the engine was told, in order. */
  readonly events: EngineEvent[] = [];
  readonly #options: TableOptions;
  /** Jobs that wait for their next try. */
  #delayed: Job[] = [];
  readonly #keyed: boolean;
  readonly #waiting: Job[] = [];
  #running: Job[] = [];
  /** The job that was last told of, by name. */
  readonly #jobs = new Map<string, Job>();

  constructor(slots: number, options: TableOptions = {}) {
    this.#options = options;
    this.engine = new Engine(new Limits(options.limits));
    this.#keyed = options.keyed ?? false;
    this.step({ type: 'resized', slots });
  }

  step(event: EngineEvent): readonly Command[] {
    this.events.push(event);
    if ('job' in event) this.#running = this.#running.filter((job) => job !== event.job || event.type === 'started');
    const commands = [...this.engine.step(event)];
    for (const command of commands) this.#note(command);
    this.commands.push(...commands);
    return commands;
  }

  #note(command: Command): void {
    if (command.type === 'execute') {
      this.#running.push(command.job);
      this.#jobs.set(nameOf(command.job), command.job);
    } else if (command.type === 'delay') {
      this.#delayed.push(command.job);
    } else if (command.type === 'reject-all') {
      this.outcomes.push({ run: command.run.id, error: command.failures });
    } else if (command.type === 'cancel') {
      this.#delayed = this.#delayed.filter((job) => job !== command.job);
      this.#running = this.#running.filter((job) => job !== command.job);
    } else if (command.type === 'identify') {
      this.#waiting.push(command.job);
      this.#jobs.set(nameOf(command.job), command.job);
    } else if (command.type === 'resolve') {
      this.outcomes.push({ run: command.run.id, value: command.value });
    } else if (command.type === 'reject') {
      this.outcomes.push({ run: command.run.id, error: command.error });
    }
  }

  submit(value: unknown): RunState {
    const summary = { scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 };
    const run = this.engine.createRun({
      keyed: this.#keyed,
      observed: true,
      summary,
      continues: this.#options.continues ?? false,
    });
    this.step({ type: 'submit', run, root: nodeIn(value) });
    return run;
  }

  /** Names of the jobs that are with the executor. */
  running(): string[] {
    return this.#running.map(nameOf);
  }

  runningJobs(): readonly Job[] {
    return this.#running;
  }

  /** Jobs that wait for their next try. */
  get delayed(): readonly Job[] {
    return this.#delayed;
  }

  /** The time to wait before the next try is over for the job that has waited longest. */
  wakeOne(): void {
    const job = this.#delayed.shift();
    if (job !== undefined) this.step({ type: 'due', job });
  }

  /** How many keys the engine has asked for. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The job of a name that was last executed or identified. */
  job(name: string): Job {
    const job = this.#running.find((running) => nameOf(running) === name) ?? this.#jobs.get(name);
    if (job === undefined) throw new Error(`No job '${name}'`);
    return job;
  }

  /** What was reported of jobs of a name. */
  reports(name: string): string[] {
    return this.commands.flatMap((command) =>
      command.type === 'report' && nameOf(command.job) === name ? [command.occurrence.type] : [],
    );
  }

  done(name: string, value: unknown): void {
    this.step({ type: 'done', job: this.job(name), value, form: undefined, duration: 0 });
  }

  expand(name: string, value: unknown): void {
    this.expandJob(this.job(name), value);
  }

  expandJob(job: Job, value: unknown): void {
    this.step({ type: 'expanded', job, node: nodeIn(value), duration: 0 });
  }

  /** Tells the first key that the engine asked for, and that nothing is in the cache. */
  identifyOne(keyless: boolean): void {
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const commands = this.step({ type: 'identified', job, key: keyless ? undefined : keyOfJob(job) });
    for (const command of commands) if (command.type === 'look-up') this.step({ type: 'missed', job: command.job });
  }

  /** Tells of all keys so far that their results are in the cache. */
  storeAll(): void {
    for (const command of this.commands.slice())
      if (command.type === 'look-up') this.step({ type: 'stored', key: command.key });
  }

  /** Tells the keys that the engine asked for. A key is the call, written as JSON. */
  identify(): readonly Command[] {
    return this.#waiting.splice(0).flatMap((job) => this.step({ type: 'identified', job, key: keyOfJob(job) }));
  }

  /** Tells keys, and that nothing is in the cache, until the engine asks no more. */
  identifyAll(): readonly Command[] {
    const all: Command[] = [];
    while (this.#waiting.length > 0) {
      const commands = this.identify();
      all.push(...commands);
      for (const command of commands) if (command.type === 'look-up') this.step({ type: 'missed', job: command.job });
    }
    return all;
  }

  /** One event further: keys are told, else the oldest job ends with its name. Returns what the engine asked for. */
  advance(): string[] {
    const before = this.commands.length;
    if (this.#waiting.length > 0) this.identifyAll();
    else this.done(this.running()[0] ?? '', this.running()[0]);
    return this.commands
      .slice(before)
      .map((command) =>
        'job' in command && command.job !== undefined ? `${command.type} ${nameOf(command.job)}` : command.type,
      );
  }
}

function keyOfJob(job: Job): string {
  return JSON.stringify(job.args);
}

function nameOf(job: Job): string {
  return String(job.node.args[0]);
}
