/** How `somen worker` begins and ends where Redis is not there, or refuses it. */
import { once } from 'node:events';
import { queue } from 'somen/bullmq';
import { run } from 'somen/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventOf, temporaryFolder } from '../node/support/pool.ts';
import { freePort } from '../support/free-port.ts';
import { hasRedis } from '../support/redis.ts';
import * as tasks from './fixtures/tasks.mjs';
import { testRedis } from './support/faults.ts';
import { spawnWorker, testWorker, type StartedProcess, type WorkerProcessOptions } from './support/queue-worker.ts';
import { PATIENCE } from './support/traces.ts';

function started(connection: string, options: Partial<WorkerProcessOptions> = {}): StartedProcess {
  const worker = spawnWorker({ queue: 'start', connection, ...options });
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await worker.ended;
  });
  return worker;
}

function linesOf(worker: StartedProcess): string[] {
  return worker.output().split('\n').slice(0, -1);
}

describe.runIf(hasRedis)('somen worker', { timeout: 2 * PATIENCE }, () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('ends at the first %s where there is no Redis', async (signal) => {
    const port = await freePort();
    const worker = started(`redis://127.0.0.1:${port}`);
    await worker.until(/Cannot reach Redis.*\n/);
    worker.kill(signal);
    expect(await worker.ended).toBe(0);
    expect(linesOf(worker)).toEqual([
      expect.stringMatching(new RegExp(`^Cannot reach Redis at 127.0.0.1:${port}: .*ECONNREFUSED.* --connection `)),
    ]);
  });

  test('takes jobs once Redis is there, and says once that it is away, and that it is there again', async () => {
    const server = await testRedis();
    await server.kill();
    const worker = started(server.url);
    await worker.until(/Cannot reach Redis.*\n/);
    await server.restart();
    await worker.until(/takes jobs.*\n/);
    await server.kill();
    await worker.until(/takes jobs[^]*Cannot reach Redis.*\n/);
    await server.restart();
    await worker.until(/is there again\n/);
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(linesOf(worker).map((line) => line.replace(/:\d+: .*/, ''))).toEqual([
      `Cannot reach Redis at 127.0.0.1`,
      expect.stringMatching(/^Worker .* takes jobs/),
      `Cannot reach Redis at 127.0.0.1`,
      expect.stringMatching(/is there again$/),
      expect.stringMatching(/^Finishing/),
    ]);
  });

  test('ends when it is told to while Redis is away, and it has no jobs', async () => {
    const server = await testRedis();
    const worker = await testWorker({ queue: 'start', connection: server.url });
    await server.kill();
    await worker.until(/Cannot reach Redis.*\n/);
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });

  test('ends when it is told to twice while Redis is away, whatever it does', async () => {
    const folder = await temporaryFolder();
    const server = await testRedis();
    const worker = await testWorker({ queue: 'start', connection: server.url });
    const executor = queue({ connection: server.url, name: 'start' });
    onTestFinished(() => executor.close());
    const running = run(tasks.waits(folder, 'lost'), { display: false, executor });
    await eventOf(running, 'started');
    await server.kill();
    await worker.until(/Cannot reach Redis.*\n/);
    worker.kill('SIGTERM');
    await worker.until(/Finishing.*\n/);
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(143);
    running.abort('enough');
    await expect(running).rejects.toBe('enough');
  });

  test('ends when the shell does, by way of which npx has started it', async () => {
    const server = await testRedis();
    // As npx does it; the shell waits for the worker, and does not become it.
    const shell = started(server.url, { shell: 'true', waits: true, env: { npm_command: 'exec' } });
    await shell.until(/takes jobs.*\n/);
    shell.kill('SIGTERM');
    expect(await shell.ended).toBe('SIGTERM');
    // Its output ends with the worker.
    await once(shell.process, 'close');
    expect(shell.output()).toMatch(/^Finishing/m);
  });

  test('ends where Redis refuses it, and says once why, and what to do', async () => {
    const guarded = await testRedis({ config: { requirepass: 'secret' } });
    const worker = started(guarded.url);
    expect(await worker.ended).toBe(1);
    expect(linesOf(worker)).toEqual([
      "Cannot serve the queue 'start': Redis says: NOAUTH Authentication required. Set SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD",
    ]);
  });
});
