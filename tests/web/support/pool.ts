import {
  createRuntime,
  type Executor,
  type JobEvent,
  type Run,
  type Runtime,
  type RuntimeOptions,
  workers,
  type WorkersOptions,
} from 'somen/web';
import { onTestFinished } from 'vitest';

/** Web Workers that end with the test. */
export function pool(options: WorkersOptions = {}): Executor {
  const executor = workers({ size: 2, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

/** A runtime that is closed after the test: not every engine knows `await using`. */
export function openRuntime(options: RuntimeOptions): Runtime {
  const runtime = createRuntime(options);
  onTestFinished(() => runtime.close());
  return runtime;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('Cannot tell the rejection: the promise was fulfilled');
}

/** All events of a run, which may fail. */
export async function eventsOf(run: Run<unknown>): Promise<JobEvent[]> {
  run.catch(() => undefined);
  const events: JobEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}

/** Waits for the first event of a type. */
export async function eventOf(run: Run<unknown>, type: JobEvent['type']): Promise<void> {
  for await (const event of run.events) if (event.type === type) return;
  throw new Error(`Cannot wait for '${type}': the run ended without it`);
}
