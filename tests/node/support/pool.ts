import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Executor, type JobEvent, type Run, workers, type WorkersOptions } from 'somen/node';
import { onTestFinished } from 'vitest';

/** Worker threads that end with the test. */
export function pool(options: WorkersOptions = {}): Executor {
  const executor = workers({ size: 2, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-workers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
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

/** The first event of a type. */
export async function eventOf<T extends JobEvent['type']>(
  run: Run<unknown>,
  type: T,
): Promise<JobEvent & { readonly type: T }> {
  for await (const event of run.events) if (event.type === type) return event as JobEvent & { readonly type: T };
  throw new Error(`Cannot wait for '${type}': the run ended without it`);
}

/** All events of a run, which may fail. */
export async function eventsOf(run: Run<unknown>): Promise<JobEvent[]> {
  run.catch(() => undefined);
  const events: JobEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}
