/** Worker threads, alone and beside the calling thread, against the suite that every executor must pass. */
import { hybrid, inline, workers } from 'somen/node';
import { executorSuite } from 'somen/testing';
import { describe, test } from 'vitest';
import { exit } from './fixtures/tasks.mjs';

const options = { clones: true, logs: true, stopsLoops: true, crash: exit };

describe('workers', () => {
  test.each(executorSuite(() => workers({ size: 2 }), options))('workers $name', ({ run }) => run());
});

describe('hybrid', () => {
  const open = () => hybrid(() => 'pool', { here: inline(), pool: workers({ size: 2 }) });
  test.each(executorSuite(open, options))('hybrid $name', ({ run }) => run());
});
