/** The executors of core against the suite that every executor must pass. */
import { hybrid, inline } from 'somen';
import { executorSuite } from 'somen/testing';
import { describe, test } from 'vitest';

describe('inline', () => {
  test.each(executorSuite(() => inline()))('inline $name', ({ run }) => run());
});

describe('hybrid', () => {
  let next = 0;
  const open = () => hybrid(() => (next++ % 2 === 0 ? 'a' : 'b'), { a: inline({ concurrency: 1 }), b: inline() });
  test.each(executorSuite(open))('hybrid $name', ({ run }) => run());
});
