/** Web Workers against the suite that every executor must pass. */
import { executorSuite } from 'somen/testing';
import { workers } from 'somen/web';
import { describe, test } from 'vitest';
import { close } from './fixtures/tasks.ts';

describe('workers', () => {
  const options = { clones: true, logs: true, stopsLoops: true, crash: close };
  test.each(executorSuite(() => workers({ size: 2 }), options))('workers $name', ({ run }) => run());
});
