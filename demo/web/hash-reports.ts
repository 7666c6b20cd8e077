/** The worker that times SHA-256, as the page sees it. */
import type { HashReport, HashRequest } from './hash-contestants.ts';

/** What the worker tells, until its end. Aborting ends the worker, and those that it has started. */
export async function* reportsOf(request: HashRequest, signal: AbortSignal): AsyncGenerator<HashReport> {
  const worker = new Worker(new URL('./hash-bench.ts', import.meta.url), { type: 'module' });
  let ended = false;
  const stream = new ReadableStream<HashReport>({
    start(controller) {
      const fail = (error: unknown): void => (worker.terminate(), controller.error(error));
      signal.addEventListener('abort', () => ended || fail(signal.reason));
      worker.addEventListener('error', (event) => fail(new Error(event.message || 'The worker could not be loaded')));
      worker.addEventListener('message', ({ data }: MessageEvent<HashReport>) => {
        controller.enqueue(data);
        if (data.type !== 'end') return;
        ended = true;
        controller.close();
      });
    },
  });
  worker.postMessage(request);
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  worker.terminate();
}
