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

  constructor(record: ModuleRecord, tasks: readonly CutTask[], options: Omit<MarkOptions, 'isInPlace'>) {
    this.#source = record.source;
    this.#tasks = tasks;
    this.#options = options;
  }

  /**
   * The edits at the tasks.
   * @param alone - a task that is written somewhere else, without the functions around it
   */
  edits(alone?: CutTask): readonly Edit[] {
    const edits = this.#tasks.flatMap((task, index) =>
      taskEdits(task, { ...this.#options, isInPlace: task !== alone }, liftNames(this.#source, index)),
    );
    const leftOut = this.#tasks.filter(({ site }) => isLeftOut(site, this.#options.isSlice)).map(({ site }) => site.fn);
    return sortEdits(edits.filter((edit) => !leftOut.some((fn) => fn.start < edit.start && edit.end < fn.end)));
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
