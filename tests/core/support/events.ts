import type { JobEvent, Run } from 'somen';

/** All events of a run, which may fail. Call it in the same turn as `run`. */
export async function eventsOf(running: Run<unknown>): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  const reading = (async () => {
    for await (const event of running.events) events.push(event);
  })();
  await running.catch(() => undefined);
  await reading;
  return events;
}

/** A promise with its ends outside, to hold a task at a known point. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate that is shut. */
export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
