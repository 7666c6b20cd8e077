import { once } from 'node:events';
import { run, schedule } from 'somen';
import { expect, test } from 'vitest';

test('run leaves an error that nobody handles to the runtime', async () => {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    const unhandled = once(process, 'unhandledRejection');
    const failing = schedule(
      () => {
        throw new Error('Unseen');
      },
      { name: 'errors-node/failing' },
    );
    void run(failing());
    const [error] = (await unhandled) as [unknown];
    expect(error).toMatchObject({ message: 'Unseen', job: { task: 'errors-node/failing' } });
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
});
