/** Looks for results on behalf of jobs, in a cache and among files. What cannot be read is not there, and is told once. */
import type { Awaitable } from './cache.ts';
import { isThenable } from './capture.ts';
import type { FileValue } from './file-value.ts';
import { filesHere, type FilePort } from './files.ts';
import type { Job, RunState } from './job.ts';
import type { Keyer } from './key.ts';
import type { FoundResult, ResultStore } from './result-store.ts';
import { loadArguments, type LoadedArguments } from './stored-value.ts';
import { surveyWorkflow, type Survey } from './survey.ts';
import { messageOf, type Warnings } from './warnings.ts';
import type { WorkflowNode } from './workflow.ts';

/** What a finder works with. */
export interface FinderOptions {
  readonly keyer: Keyer;
  readonly store: ResultStore | undefined;
  readonly files: FilePort | undefined;
  readonly warnings: Warnings;
}

/** Finds results for one driver. */
export class ResultFinder {
  readonly #keyer: Keyer;
  readonly #store: ResultStore | undefined;
  readonly #files: FilePort | undefined;
  readonly #warnings: Warnings;

  constructor({ keyer, store, files, warnings }: FinderOptions) {
    this.#keyer = keyer;
    this.#store = store;
    this.#files = files;
    this.#warnings = warnings;
  }

  /** Gives `take` the result under a key, or `undefined`: at once, where the cache answers at once. */
  find(job: Job, key: string, take: (result: FoundResult | undefined) => void): void {
    let found: Awaitable<FoundResult | undefined>;
    try {
      found = this.#store?.find(key, job.node, job.run.keeps);
    } catch (error) {
      this.#failed(error);
      return take(undefined);
    }
    if (!isThenable(found)) return take(found);
    found.then(take, (error: unknown) => {
      this.#failed(error);
      take(undefined);
    });
  }

  /** Looks a workflow over; `undefined` where there is no cache. */
  async survey(run: RunState, root: WorkflowNode): Promise<Survey | undefined> {
    const store = this.#store;
    if (store === undefined) return undefined;
    return surveyWorkflow(root, {
      store,
      keyer: this.#keyer,
      whole: run.keeps,
      failed: (error) => this.#failed(error),
      file: (path) => this.#foundFile(path),
      isOver: () => run.settled,
    });
  }

  /** Reads the stored values among a job's arguments. */
  load(job: Job): Promise<LoadedArguments> {
    return loadArguments(job.args, (error) => this.#failed(error));
  }

  /** A file as it is now. */
  async file(path: string): Promise<FileValue> {
    return (this.#files ?? filesHere()).identify(path, this.#store?.memo);
  }

  /** That a file cannot be read is told by its job, if anybody needs it. */
  async #foundFile(path: string): Promise<FoundResult | undefined> {
    try {
      const value = await this.file(path);
      return { kind: 'value', key: undefined, value, form: this.#keyer.encode(value).form, basis: undefined };
    } catch {
      return undefined;
    }
  }

  #failed(error: unknown): void {
    this.#warnings.tell(`Cannot read the cache: ${messageOf(error)}. The run goes on without what it could not read`);
  }
}
