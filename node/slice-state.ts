/** What the threads of a program know of its slices. It is small: workers that need none load no more than this. */
import { getEnvironmentData } from 'node:worker_threads';

/** What the main thread's modules are, for the threads that load slices of them. */
export interface SliceState {
  /** Paths of modules with tasks, as they were loaded. */
  readonly entries: string[];
  /** The texts of all modules that were looked at, so that workers run what the main thread runs, whatever becomes of the files. */
  readonly sources: Map<string, string>;
}

/** Where a thread leaves its state for those that it starts (`setEnvironmentData`). */
export const SLICE_STATE = 'somen/slices/1';

/** What the thread that started this one knew; `undefined` where it had no hooks. */
export function inheritedState(): SliceState | undefined {
  return getEnvironmentData(SLICE_STATE) as SliceState | undefined;
}

/** Puts the hooks in force in a worker of a thread that has them, unless they are (`--import` holds in workers, too). */
export async function sliceHooks(): Promise<void> {
  if (inheritedState() === undefined) return;
  const { installSliceHooks } = await import('./slice-hooks.ts');
  installSliceHooks();
}
