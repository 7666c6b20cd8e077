/** Workers of a queue whose projects are other folders, with the same code, with other code, or with none. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { codeApp, type CodeApp } from '../node/support/code-app.ts';
import { HOME, OTHER, SAME } from '../node/support/scaling-project.ts';
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts';
import { testWorker, type WorkerProcess } from './support/queue-worker.ts';
import { PATIENCE } from './support/traces.ts';

/** What the script computes stands in place of `$WORK`; Redis and the queue are arguments. */
const SCRIPT = `
import { memoryCache, run } from 'somen/node';
import { queue } from 'somen/bullmq';
import { move, place, Point, registry, scale, total } from './tasks.mjs';
const [connection, name] = process.argv.slice(2);
const executor = queue({ connection, name });
const options = { executor, display: false, registry };
const many = Array.from({ length: 20 }, (_, x) => scale(x));
try {
  console.log(JSON.stringify(await run($WORK, options)));
} catch (error) {
  console.log(error.code, error.message);
}
`;

const SCALED = Array.from({ length: 20 }, (_, x) => 3 * x);

let server: RedisServer;
let queues = 0;

beforeAll(async () => {
  if (hasRedis) server = await startRedis();
});

afterAll(() => server?.close());

/** Runs the script beside workers in these folders. */
async function runBeside(work: string, folders: readonly CodeApp[], args: readonly string[] = []) {
  const app = await codeApp({ ...HOME, 'main.mjs': SCRIPT.replace('$WORK', () => work) });
  const name = `code-${queues++}`;
  const workers: WorkerProcess[] = [];
  for (const { folder } of folders)
    workers.push(await testWorker({ queue: name, connection: server.url, slots: 1, cwd: folder, args }));
  return { ...(await app.node('main.mjs', server.url, name)), workers };
}

describe.runIf(hasRedis)('a worker of a queue', { timeout: 2 * PATIENCE }, () => {
  test('runs the same project in another folder: tasks, workflows and classes find each other', async () => {
    const there = await codeApp(SAME);
    const { out, errors } = await runBeside('[total([1, 2, 3]), place(), move(new Point(1), 2).x]', [there]);
    expect([errors, out]).toEqual(['', `${JSON.stringify([18, there.folder, 3])}\n`]);
  });

  test('does not run a task whose code is another one there: the error names both versions and the worker', async () => {
    const { out, workers } = await runBeside('scale(1)', [await codeApp(OTHER)]);
    expect(out).toMatch(/^ERR_CODE Cannot run 'scale': no worker has the code that the scheduler has/);
    expect(out).toMatch(/its version is \w{16}\.\.\. there, and \w{16}\.\.\. where it was scheduled/);
    expect(out).toContain(workers[0]?.name);
  });

  test('leaves jobs to another one that has their code', async () => {
    const { out, errors } = await runBeside('many', [await codeApp(OTHER), await codeApp(SAME)]);
    expect(errors).toBe('');
    expect(JSON.parse(out)).toEqual(SCALED);
  });

  test('fails the job of each client that wants it where the last one that might have had its code goes', async () => {
    const queue = `code-${queues++}`;
    const other = await codeApp(OTHER);
    const start = () => testWorker({ queue, connection: server.url, slots: 1, cwd: other.folder });
    const gone = await start();
    // It is there for some seconds more, and takes nothing.
    gone.kill('SIGSTOP');
    await start();
    // With a cache, calls have keys; without one of both, the clients meet in the queue.
    const script = SCRIPT.replace('$WORK', 'scale(1)').replace('registry }', 'registry, cache: memoryCache() }');
    const app = await codeApp({ ...HOME, 'main.mjs': script });
    const first = app.node('main.mjs', server.url, queue);
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    const data = async (): Promise<unknown> => {
      const [job = ''] = await redis.keys(`bull:${queue}:key-*`);
      return redis.hget(job, 'data');
    };
    // The first client has been told that one worker refuses it, and hopes for the other one.
    await expect.poll(data, { timeout: PATIENCE }).toContain('refusedBy');
    const second = app.node('main.mjs', server.url, queue);
    for (const { out } of await Promise.all([first, second]))
      expect(out).toMatch(/^ERR_CODE Cannot run 'scale': no worker has the code that the scheduler has/);
  });

  test('takes code where it accepts it, without the project, or with another version of it', async () => {
    const folders = [await codeApp({}), await codeApp(OTHER)];
    const { out, errors } = await runBeside('[total([1, 2, 3]), ...many]', folders, ['--accept-code']);
    expect(errors).toBe('');
    expect(JSON.parse(out)).toEqual([18, ...SCALED]);
  });

  test('takes no code without leave', async () => {
    const { out } = await runBeside('scale(1)', [await codeApp({})]);
    expect(out).toMatch(/^ERR_CODE Cannot run 'scale': no worker has the code.*does not load there/);
  });
});
