/** A workflow of numbers, drawn anew each time, and its value. */
export interface RandomWorkflow {
  readonly draw: () => unknown;
  readonly value: number;
}

/** Nothing in it needs the task `random/forbidden`. `random(k)` gives whole numbers below `k`. */
export declare function randomWorkflow(random: (k: number) => number, depth: number): RandomWorkflow;
