import type { StartedWorker } from './default-worker.ts';

/** A worker that the user started. */
export function ownWorker(create: (name: string) => Worker, name: string): StartedWorker {
  const worker = create(name);
  return {
    endpoint: worker,
    source: 'what create returned',
    terminate: () => worker.terminate(),
    onError: (listener) => worker.addEventListener('error', (event) => listener(messageOf(event), event)),
  };
}

/** A script that does not load gives an event without a message. */
function messageOf(event: ErrorEvent | Event): string {
  if (!('message' in event) || event.message === '') return 'could not be loaded';
  return `failed: ${event.message} (${event.filename}:${event.lineno}:${event.colno})`;
}
