/** The marks of a module's tasks, and what is written for lifting. */
import type { CutTask } from './cut-task.ts';
import { editedRange, sortEdits, type Edit } from './edits.ts';
import { helpersText, liftNames } from './lift-text.ts';
import { isLeftOut, taskEdits, type MarkOptions } from './marks.ts';
import type { ModuleRecord } from './module-record.ts';

/** What is written beside the tasks of one module. */
export class ModuleMarks {
  readonly #source: string;
  readonly #tasks: readonly CutTask[];
  readonly #options: Omit<MarkOptions, 'isInPlace'>;

  constructor(record: ModuleRecord, tasks: readonly CutTask[], options: Omit<MarkOptions, 'globals' | 'isInPlace'>) {
    this.#source = record.source;
    this.#tasks = tasks;
    const isShadowed = ['Object', 'Symbol'].some((name) => record.scope.own(name) !== undefined);
    this.#options = { ...options, globals: isShadowed ? 'globalThis.' : '' };
  }

  /**
   * The edits at the tasks.
   * @param alone - a task that is written somewhere else, without the functions around it
   */
  edits(alone?: CutTask): readonly Edit[] {
    const leftOut = this.#tasks.filter(({ site }) => isLeftOut(site, this.#options.isSlice)).map(({ site }) => site.fn);
    const around = new Set(leftOut.filter((fn) => alone !== undefined && isInside(alone.site.fn, fn)));
    const edits = this.#tasks.flatMap((task, index) => {
      const options = { ...this.#options, isInPlace: task !== alone };
      return around.has(task.site.fn) ? [] : taskEdits(task, options, liftNames(this.#source, index));
    });
    return sortEdits(edits.filter((edit) => !leftOut.some((fn) => !around.has(fn) && isInside(edit, fn))));
  }

  /** The functions that make the helpers of lifted tasks, by name. */
  helpers(edits: readonly Edit[]): ReadonlyMap<string, string> {
    const helpers = new Map<string, string>();
    this.#tasks.forEach(({ lift }, index) => {
      const names = liftNames(this.#source, index);
      const text = lift && helpersText(lift, names, ({ start, end }) => editedRange(this.#source, edits, start, end));
      if (text) helpers.set(names.helpers, text);
    });
    return helpers;
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function isInside(inner: Range, outer: Range): boolean {
  return outer.start < inner.start && inner.end < outer.end;
}
