/** Values that a task takes from the function around it, and that cannot go to a worker. */
import { run, schedule, SerializationError } from 'somen/node';
import { expect, test } from 'vitest';
import { pool, rejection } from './support/pool.ts';

/** What a tool makes of a task that takes some values. */
function lifted(name: string, values: Readonly<Record<string, unknown>>): () => unknown {
  const captures = Object.keys(values);
  const code = { module: 'somen:app/view.tsx', name, captured: () => Object.values(values), captures };
  return schedule(Object.assign((taken: unknown) => taken, { [Symbol.for('somen.code/1')]: code })) as () => unknown;
}

test('the message names the variable and the member, and says how to do without', async () => {
  const call = lifted('member', { k: 1, props: { factor: 2, onResult: () => 0 } });
  const error = await rejection(run(call(), { executor: pool({ size: 1 }) }));
  expect(error).toBeInstanceOf(SerializationError);
  expect(error).toMatchObject({ path: 'args[0][1].onResult' });
  expect(error.message).toMatch(
    /^Cannot send the captured value props\.onResult to another thread: it is the plain function 'onResult'.*const before it: const \{ \.\.\. \} = props$/,
  );
});

test('the message for a value that cannot be sent as a whole says where to use it', async () => {
  const call = lifted('whole', { onResult: () => 0 });
  const error = await rejection(run(call(), { executor: pool({ size: 1 }) }));
  expect(error.message).toMatch(
    /^Cannot send the captured value onResult to another thread: .*Use 'onResult' outside of the task, on what the task returns/,
  );
});

test('the message for an argument names the argument', async () => {
  const plain = schedule(function plain(options: { readonly done: () => number }) {
    return options.done();
  });
  const error = await rejection(run(plain({ done: () => 0 }), { executor: pool({ size: 1 }) }));
  expect(error.message).toMatch(/^Cannot send args\[0\]\.done to another thread/);
});
