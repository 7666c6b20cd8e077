import type { ScreenStream } from './screen.ts';

/** What all displays for terminals can be told. */
export interface TerminalDisplayOptions {
  /** Where it is shown. @default `process.stderr`, so that what a script prints can be piped on */
  readonly stream?: ScreenStream;
  /**
   * The text of an error that was to be expected, such as what a compiler has to say: it is shown alone, with its
   * colours. Of others (`undefined`), all is shown: message, source, stack, arguments, causes. @default none is expected
   *
   * @example
   * fancyDisplay({ errorFilter: (error) => (error instanceof CompileError ? error.stderr : undefined) });
   */
  readonly errorFilter?: (error: unknown) => string | undefined;
  /**
   * Whether failures are told when they happen. The run rejects with them all the same, so who chooses a display catches
   * that, or Node prints the error once more. @default true
   */
  readonly failures?: boolean;
  /** Whether a last line says how many jobs there were, and how long they took; `'long'`: of runs that take a second or more. */
  readonly summary?: boolean | 'long';
}
