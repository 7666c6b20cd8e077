/** The keys that the browsers' tests expect as well. */
import { memoryCache, run } from 'somen/node';
import { expect, test } from 'vitest';
import { keyedWorkflow, WORKFLOW_KEYS } from './fixtures/keyed-workflow.mjs';
import { eventsOf, pool } from './support/pool.ts';

test('a workflow has the keys in Node that it has everywhere', async () => {
  const events = await eventsOf(run(keyedWorkflow(), { executor: pool(), cache: memoryCache(), display: false }));
  const keys = events.flatMap(({ type, name, key }) => (type === 'done' ? `${name} ${key}` : []));
  expect(new Set(keys)).toEqual(WORKFLOW_KEYS);
});
