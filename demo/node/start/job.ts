/** Running one workflow of the main job. */
import type { Computed, Runtime, RunSummary } from 'somen/node';

/** A run that went to its end. */
export interface Outcome<T> {
  readonly value: T;
  readonly summary: RunSummary;
  readonly milliseconds: number;
  /** How many processor cores this process had, on average. */
  readonly cores: number;
}

/** What ends a run at Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Computes a workflow. On a terminal the runtime shows a progress line meanwhile. */
export async function runJob<T>(runtime: Runtime, workflow: T, signal: AbortSignal): Promise<Outcome<Computed<T>>> {
  const start = performance.now();
  const processorStart = process.cpuUsage();
  const run = runtime.run(workflow, { signal });
  try {
    const value = await run;
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(processorStart);
    return { value, summary: run.summary, milliseconds, cores: (user + system) / 1000 / milliseconds };
  } catch (error) {
    if (!signal.aborted) throw error;
    const { scheduled, ran, attached, retrieved } = run.summary;
    throw new Interrupted(`${ran + attached + retrieved} of ${scheduled} jobs were done`, { cause: error });
  }
}

/** Whether nothing was remembered: only then does the time tell how fast the workers are. */
export function isFresh({ summary }: Outcome<unknown>): boolean {
  return summary.retrieved === 0;
}
