/** Starts a worker, for `workers({ create })`. Written out like this, every bundler finds the worker's module. */
export function createWorker(name: string): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });
}
