/** What a script failed with, in the terms of its source. */
import type { FailedJob } from '../../core/errors.ts';
import type { TaskDefinition } from '../../core/slice/program.ts';
import type { WireError } from '../../core/wire-error.ts';
import { describe } from '../../core/task.ts';
import type { LiveError, LiveNote, LivePlace } from './live-result.ts';
import type { ScriptProblem } from './script-check.ts';
import type { CutScript } from './script-cutter.ts';
import { placeAt, sourcePlace } from './source-places.ts';

/** A place in a module of a script, as stacks show it once ids stand for URLs. */
const FRAME = /(somen-live:[\da-f]+\/[^\s:()]*):(\d+):(\d+)/g;

/** A module of a script, as messages name it. */
const MODULE = /somen-live:[\da-f]+\/[^\s:()]*/g;

/** Causes of causes further down than this are left out. */
const MAX_DEPTH = 8;

/** Tells of errors by the places of the source that was cut. */
export class ScriptErrors {
  readonly #cut: CutScript;
  readonly #nameOf: (path: string) => string;
  readonly #named: (stack: string) => string;

  /** @param named - puts ids in the place of URLs of this worker */
  constructor(cut: CutScript, nameOf: (path: string) => string, named: (stack: string) => string) {
    this.#cut = cut;
    this.#nameOf = nameOf;
    this.#named = named;
  }

  /** What was thrown, or why a run rejected. */
  describe(thrown: unknown, depth: number = 0): LiveError {
    if (!(thrown instanceof Error)) return { ...NO_ERROR, message: `What was thrown is no error: ${describe(thrown)}` };
    const stack = thrown.stack === undefined ? undefined : this.#named(thrown.stack);
    const { job } = thrown as { readonly job?: FailedJob };
    const task = job && this.#cut.tasks.find(({ name }) => name === job.task);
    const refused = task !== undefined && thrown.name === 'TaskNotFoundError' ? refusalOf(task) : undefined;
    if (refused !== undefined) return { ...this.#refused(refused), job: jobOf(job) };
    if (job !== undefined && task === undefined && thrown.name === 'TaskNotFoundError') return hiddenTask(job);
    const cause = this.#cause(thrown, depth);
    const made = task && this.#place(task.site.record.path, task.line, task.column);
    return {
      kind: job === undefined ? 'script' : 'task',
      name: thrown.name,
      message: this.#withNames(thrown.message),
      place: this.#firstPlace(stack) ?? cause?.place ?? made,
      stack: stack && this.mapped(stack),
      job: jobOf(job),
      cause,
    };
  }

  /** Of several failures, the first stands for all. */
  #cause(thrown: Error, depth: number): LiveError | undefined {
    const cause = thrown.cause ?? (thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : undefined);
    return cause === undefined || depth > MAX_DEPTH ? undefined : this.describe(cause, depth + 1);
  }

  /** Messages may name modules that do not load. */
  #withNames(message: string): string {
    return this.#named(message).replace(MODULE, (id) => {
      const made = this.#cut.made.get(id);
      return made === undefined ? id : `'${this.#nameOf(made.path)}'`;
    });
  }

  /** Tasks that no worker can run, as far as that is not meant. */
  notes(): readonly LiveNote[] {
    return this.#cut.tasks
      .filter(({ site }) => !site.isMain)
      .flatMap((task) => {
        const refusal = refusalOf(task);
        if (refusal === undefined) return [];
        const { message, module, line, column } = refusal;
        return [{ message: `Workers cannot run '${task.name}'. ${message}`, place: this.#place(module, line, column) }];
      });
  }

  #refused({ message, module, line, column }: NonNullable<ReturnType<typeof refusalOf>>): LiveError {
    return { ...NO_ERROR, kind: 'refused', message, place: this.#place(module, line, column) };
  }

  #place(path: string, line: number, column: number): LivePlace {
    return { file: this.#nameOf(path), line, column };
  }

  #firstPlace(stack: string | undefined): LivePlace | undefined {
    for (const [, id = '', line, column] of (stack ?? '').matchAll(FRAME)) {
      const place = this.#original(id, Number(line), Number(column));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #original(id: string, line: number, column: number): LivePlace | undefined {
    const made = this.#cut.made.get(id);
    const place = made && sourcePlace(made, { line, column });
    return made && place && { file: this.#nameOf(made.path), ...place };
  }

  /** A stack with places of the source. */
  mapped(stack: string): string {
    return stack.replace(FRAME, (frame, id: string, line: string, column: string) => {
      const place = this.#original(id, Number(line), Number(column));
      return place === undefined ? frame : `${place.file}:${place.line}:${place.column}`;
    });
  }

  /** The same of an error on its way. */
  mappedWire(error: WireError): WireError {
    if (error.kind === 'value') return error;
    if (error.kind === 'list') return { kind: 'list', items: error.items.map((item) => this.mappedWire(item)) };
    const members = error.members.map(([name, member]) => [name, this.mappedWire(member)] as const);
    return { ...error, stack: error.stack && this.mapped(this.#named(error.stack)), members };
  }
}

/** What was wrong with a source before anything of it ran. */
export function problemError(problem: ScriptProblem, source: string, nameOf: (path: string) => string): LiveError {
  const { kind, message, path, offset } = problem;
  const name = kind === 'syntax' ? 'SyntaxError' : 'Error';
  return { ...NO_ERROR, kind, name, message, place: { file: nameOf(path), ...placeAt(source, offset) } };
}

/** Of an error, no more than its text. */
export function bareError(what: string, thrown: unknown): LiveError {
  return { ...NO_ERROR, message: `${what}: ${textOf(thrown)}` };
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'it has no text';
  }
}

const NO_ERROR: LiveError = {
  kind: 'script',
  name: 'Error',
  message: '',
  place: undefined,
  stack: undefined,
  job: undefined,
  cause: undefined,
};

/** A task of which the source does not say that it is one. */
function hiddenTask(job: FailedJob): LiveError {
  const message = `Workers cannot run '${job.task}': the source does not say where it is scheduled. Write import { schedule } from 'somen/web' at the top, and call schedule by that name`;
  return { ...NO_ERROR, kind: 'refused', message, job: jobOf(job) };
}

function refusalOf(task: TaskDefinition): TaskDefinition['refusals'][number] | undefined {
  return task.refusals[0] ?? task.obstacles[0];
}

function jobOf(job: FailedJob | undefined): LiveError['job'] {
  return job && { task: job.task, arguments: job.arguments };
}
