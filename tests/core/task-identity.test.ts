import { schedule } from 'somen';
import { expect, test } from 'vitest';
import { taskOf } from '../../dist/core/scheduled.js';
import { createPortableHasher } from '../../dist/core/sha256.js';
import { TaskIdentities } from '../../dist/core/task-identity.js';

test('isCurrent notices an edit in the middle of a run, also when another run has looked for code again', () => {
  const task = taskOf(schedule((n: number) => n, { name: 'identity/edited' }));
  if (task === undefined) throw new Error('Cannot find the task');
  let version = 'first';
  const ports = { moduleName: String, codeOf: () => ({ version }) };
  const identities = new TaskIdentities(createPortableHasher(), ports, String);
  expect([identities.version(task), identities.isCurrent(task)]).toEqual(['first', true]);
  version = 'second';
  expect(identities.lookAgain()).toBe(true);
  expect(identities.isCurrent(task)).toBe(false);
});
