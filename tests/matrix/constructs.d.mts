import type { Scheduled } from 'somen';

/** A construct of the language in a workflow. */
export interface Construct {
  readonly name: string;
  /** Draws the workflow, anew each time. */
  readonly draw: () => unknown;
  /** What it gives. */
  readonly expected: unknown;
  /** Tasks whose results are not remembered, by design. */
  readonly runsAgain?: readonly string[];
}

/** All of them. Nothing in them runs the task `matrix/forbidden`. */
export declare const constructs: readonly Construct[];

export declare const square: Scheduled<(n: number) => number>;
