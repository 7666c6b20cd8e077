import { createRuntime, type Runtime, type RuntimeOptions } from 'somen';
import { onTestFinished } from 'vitest';

/** A runtime that is closed when the test is over. (`await using` is no syntax of WebKit yet.) */
export function openRuntime(options?: RuntimeOptions): Runtime {
  const runtime = createRuntime(options);
  onTestFinished(() => runtime.close());
  return runtime;
}
