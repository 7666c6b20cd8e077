/** What a build looks like while it goes on: the tree of what is compiled, and what came of each file. */
import type { Display, JobCall, JobEvent, JobOutcome, RunFailure } from 'somen/web';
import type { Problem } from './boil-compiler.ts';

/** What became of a file in a build. */
export type FileState = 'compiled' | 'up to date' | 'failed';

/** What became of a build so far. */
export interface BuildView {
  /** The tree, line by line. */
  readonly lines: readonly BuildLine[];
  /** By path. */
  readonly files: ReadonlyMap<string, FileState>;
  readonly link: FileState | undefined;
  readonly problems: readonly Problem[];
}

/** A line of the tree. */
export interface BuildLine {
  readonly text: string;
  readonly mark: '✔' | '✗' | undefined;
}

/** Keeps what a build has told. */
export class BuildOutput implements Display {
  readonly #onChange: (view: BuildView) => void;
  /** Calls that are shown once they run, by job number. */
  readonly #calls = new Map<number, JobCall>();
  /** Lines by job number, in their order. Job -1 is the end. */
  readonly #lines = new Map<number, BuildLine>();
  readonly #files = new Map<string, FileState>();
  readonly #problems: Problem[] = [];
  #link: FileState | undefined;

  constructor(onChange: (view: BuildView) => void) {
    this.#onChange = onChange;
  }

  /** What there is now. */
  get view(): BuildView {
    return { lines: [...this.#lines.values()], files: this.#files, link: this.#link, problems: this.#problems };
  }

  /** The call may still be found: a line it gets when it runs. */
  call(call: JobCall): void {
    if (call.display !== undefined) this.#calls.set(call.job, call);
  }

  event({ job, type }: JobEvent): void {
    const call = this.#calls.get(job);
    if (call === undefined || type !== 'started') return;
    const text = call.confirm === true ? `│ ${call.display ?? ''}` : `╭─(${call.display ?? ''})`;
    this.#write(job, { text, mark: undefined });
  }

  result(call: JobCall, outcome: JobOutcome): void {
    const state = stateOf(outcome);
    const path = String(call.args?.[0]);
    if (call.name === 'demo/boil/compile') this.#files.set(path, state);
    if (call.name === 'demo/boil/link') this.#link = state;
    if (outcome.status === 'failed') for (const problem of problemsOf(outcome.error, path)) this.#note(problem);
    const line = this.#lines.get(call.job);
    if (line === undefined || call.confirm !== true) return this.#changed();
    this.#write(call.job, { ...line, mark: state === 'failed' ? '✗' : '✔' });
  }

  end(_summary: unknown, failure?: RunFailure): void {
    this.#write(-1, { text: `╰─(${endOf(failure, this.#built)})`, mark: undefined });
  }

  log({ values }: JobEvent & { readonly type: 'log' }): void {
    console.log(...values);
  }

  warning(message: string): void {
    console.warn(message);
  }

  /** Where the compiler cannot be loaded, all files fail for the same reason. */
  #note(problem: Problem): void {
    const isKnown = ({ place, text }: Problem): boolean => place === undefined && text === problem.text;
    if (problem.place !== undefined || !this.#problems.some(isKnown)) this.#problems.push(problem);
  }

  get #built(): boolean {
    return this.#link === 'compiled' || [...this.#files.values()].includes('compiled');
  }

  #write(job: number, line: BuildLine): void {
    this.#lines.set(job, line);
    this.#changed();
  }

  #changed(): void {
    this.#onChange(this.view);
  }
}

function stateOf({ status }: JobOutcome): FileState {
  switch (status) {
    case 'done':
    case 'attached':
      return 'compiled';
    case 'retrieved':
      return 'up to date';
    case 'failed':
      return 'failed';
  }
}

function endOf(failure: RunFailure | undefined, built: boolean): string {
  if (failure === undefined) return built ? 'success' : 'up to date';
  return failure.aborted ? 'stopped' : 'failed';
}

/** What the compiler said; of another error, its message. */
function problemsOf(error: unknown, path: string): readonly Problem[] {
  const { problems, message } = error as { readonly problems?: readonly Problem[]; readonly message?: string };
  return problems ?? [{ path, place: undefined, text: message ?? String(error) }];
}
