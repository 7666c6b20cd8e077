/** What `queue` and its workers do, with a real Redis and real processes of `somen worker`. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  createRuntime,
  fileCache,
  httpCache,
  hybrid,
  keyOf,
  memoryCache,
  run,
  type Cache,
  type Executor,
} from 'somen/node';
import { queue, redisCache, type QueueOptions } from 'somen/bullmq';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventOf, eventsOf, rejection, temporaryFolder } from '../node/support/pool.ts';
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts';
import { freePort } from '../support/free-port.ts';
import { exit } from '../node/fixtures/tasks.mjs';
import * as tasks from './fixtures/tasks.mjs';
import { testRedis } from './support/faults.ts';
import { startWorkerProcess, testWorker, type WorkerProcess } from './support/queue-worker.ts';
import { letGo, PATIENCE, runsOf, untilRun } from './support/traces.ts';

let server: RedisServer;
let worker: WorkerProcess;
let redis: Redis;
let queues = 0;

beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  redis = new Redis(server.port);
  worker = await startWorkerProcess({ queue: 'common', connection: server.url });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await worker?.ended;
  redis?.disconnect();
  await server?.close();
});

/** A client of the queue that all these tests share, or of another one. */
function client(options: QueueOptions = {}): Executor {
  const executor = queue({ connection: server.url, name: 'common', ...options });
  onTestFinished(() => executor.close());
  return executor;
}

/** A queue as people see it, with nobody who takes jobs from it. */
function lookAt(name: string): Queue {
  const bull = new Queue(name, { connection: { port: server.port } });
  onTestFinished(() => bull.close());
  return bull;
}

const quiet = { display: false } as const;

describe.runIf(hasRedis)('queue', { timeout: 2 * PATIENCE }, () => {
  test('has a job that two clients want at the same time computed once', async () => {
    const folder = await temporaryFolder();
    // Caches of their own: nothing but the queue says that it is the same call.
    const start = () => run(tasks.waits(folder, 'shared'), { ...quiet, executor: client(), cache: memoryCache() });
    const [one, other] = [start(), start()];
    await Promise.all([one, other].map((each) => eventOf(each, 'started')));
    await letGo(folder);
    expect(await Promise.all([one, other])).toEqual(['shared is done', 'shared is done']);
    expect(await runsOf(folder, 'shared')).toHaveLength(1);
  });

  test('gives a job to one client when the other one cancels it', async () => {
    const folder = await temporaryFolder();
    const start = () => run(tasks.waits(folder, 'kept'), { ...quiet, executor: client(), cache: memoryCache() });
    const [one, other] = [start(), start()];
    await Promise.all([one, other].map((each) => eventOf(each, 'started')));
    one.abort('enough');
    await expect(one).rejects.toBe('enough');
    await letGo(folder);
    expect(await other).toBe('kept is done');
    expect(await runsOf(folder, 'kept')).toHaveLength(1);
  });

  test('stops a loop that nobody wants, and gives its place to others', async () => {
    const folder = await temporaryFolder();
    const name = `own-${queues++}`;
    await testWorker({ queue: name, connection: server.url, slots: 1 });
    const executor = client({ name });
    const looping = run(tasks.loops(folder, 'loop'), { ...quiet, executor, cache: memoryCache() });
    await untilRun(folder, 'loop');
    looping.abort('enough');
    await expect(looping).rejects.toBe('enough');
    expect(await run(tasks.square(3), { ...quiet, executor })).toBe(9);
  });

  test('takes jobs out of the queue that nobody wants any more', async () => {
    const name = `own-${queues++}`;
    const executor = client({ name });
    const waiting = run(tasks.square(3), { ...quiet, executor });
    const bull = lookAt(name);
    await expect.poll(() => bull.getJobCountByTypes('prioritized', 'waiting')).toBe(1);
    waiting.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect.poll(() => bull.getJobCountByTypes('prioritized', 'waiting')).toBe(0);
  });

  test('names the jobs of calls after their keys, and holds less than 64 KiB for each', async () => {
    const name = `own-${queues++}`;
    const executor = client({ name });
    const call = tasks.sum(new Float64Array(100_000));
    const running = run([call, tasks.square(3)], { ...quiet, executor, cache: memoryCache() });
    running.catch(() => undefined);
    const bull = lookAt(name);
    await expect.poll(() => bull.getJobCountByTypes('prioritized', 'waiting')).toBe(2);
    const jobs = await bull.getJobs(['prioritized', 'waiting']);
    expect(jobs.map(({ id }) => id)).toContain(`key-${keyOf(call)}`);
    expect(jobs.map((job) => job.name).toSorted()).toEqual(['queue/square', 'queue/sum']);
    for (const { data, opts } of jobs) {
      expect(JSON.stringify(data).length).toBeLessThan(65_536);
      expect(opts.attempts).toBe(1);
    }
    running.abort();
  });

  test.each(['redis', 'file', 'none'])('carries large values by way of %s', async (kind) => {
    const folder = await temporaryFolder();
    const prefix = `values-${queues++}`;
    const cache = { redis: redisCache(server.url, { prefix }), file: fileCache(folder), none: undefined }[kind];
    const executor = client(cache && { cache });
    const options = { ...quiet, executor, ...(cache && { cache }) };
    const n = 300_000;
    const total = (n * (n - 1)) / 2;
    expect(await run(tasks.sum(tasks.numbers(n)), options)).toBe(total);
    expect(await run(tasks.sum(Float64Array.from({ length: n }, (_, index) => index)), options)).toBe(total);
    expect(await run(tasks.numbers(n), options)).toHaveLength(n);
    await cache?.close?.();
    // What was on its way there is gone once it has arrived.
    await expect.poll(() => redis.keys('bull:common:somen:values:cas:*'), { timeout: PATIENCE }).toEqual([]);
    await expect.poll(() => redis.keys('bull:common:somen:readers:*')).toEqual([]);
  });

  test('sends jobs of a run that begins while its connection is about to rest', async () => {
    const executor = client();
    // It rests 100 ms after the last job, and these take some time to be sent.
    for (let pause = 60; pause < 140; pause += 4) {
      expect(await run(tasks.sum(new Float64Array(200_000).fill(1)), { ...quiet, executor })).toBe(200_000);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  });

  test('opens a cache once, however many clients use it', async () => {
    const prefix = `shared-${queues++}`;
    const connections = async (clients: number): Promise<number> => {
      for (let index = 0; index < clients; index++) {
        const cache = redisCache(server.url, { prefix });
        const executor = client({ cache });
        await run(tasks.numbers(20_000 + index + 100 * clients), { ...quiet, executor, cache });
        await executor.close();
        await cache.close?.();
      }
      return String(await redis.client('LIST'))
        .trim()
        .split('\n').length;
    };
    const few = await connections(4);
    await expect.poll(() => connections(12), { timeout: PATIENCE, interval: 0 }).toBeLessThanOrEqual(few + 2);
  });

  test('stores results where the run finds them, by those who compute them', async () => {
    const cache = redisCache(server.url, { prefix: `results-${queues++}` });
    const executor = client({ cache });
    const first = run([tasks.numbers(50_000), tasks.square(4)], { ...quiet, executor, cache });
    await first;
    const second = run([tasks.numbers(50_000), tasks.square(4)], { ...quiet, executor, cache });
    expect((await second)[1]).toBe(16);
    expect(second.summary).toMatchObject({ ran: 1, retrieved: 1 });
    await cache.close?.();
  });

  test('sends what a worker finds in no cache of its own, and says where it cannot', async () => {
    const [folder, other] = [await temporaryFolder(), await temporaryFolder()];
    const name = `own-${queues++}`;
    const args = ['--cache', `file://${other}`];
    const apart = await testWorker({ queue: name, connection: server.url, args });
    const cache = fileCache(folder);
    const options = { ...quiet, executor: client({ name, cache }), cache };
    expect(await run(tasks.sum(tasks.numbers(50_000)), options)).toBe(1_249_975_000);
    expect(apart.output()).toContain(`The cache file://${other} is not the one of a client`);
    const error = await rejection(run(tasks.sum(new Float64Array(300_000)), options));
    expect(error).toMatchObject({
      code: 'ERR_CACHE',
      message: expect.stringMatching(/does not reach the cache.*--cache/),
    });
  });

  test('runs jobs of a higher priority first', async () => {
    const folder = await temporaryFolder();
    const name = `own-${queues++}`;
    const running = run([tasks.notes(folder, 'a'), tasks.notes(folder, 'b'), tasks.notesFirst(folder, 'first')], {
      ...quiet,
      // They are all in the queue before a worker is there.
      executor: client({ name }),
      concurrency: 3,
    });
    const events = eventsOf(running);
    const bull = lookAt(name);
    await expect.poll(() => bull.getJobCountByTypes('prioritized')).toBeGreaterThan(1);
    await testWorker({ queue: name, connection: server.url, slots: 1 });
    const order = (await events).flatMap((event) => (event.type === 'started' ? [event.name] : []));
    expect(order[0]).toBe('queue/notesFirst');
  });

  test('puts short jobs into the queue together', async () => {
    const name = `own-${queues++}`;
    await testWorker({ queue: name, connection: server.url });
    const runtime = createRuntime({ executor: client({ name }), ...quiet });
    const inputs = Array.from({ length: 2000 }, (_, index) => index);
    expect(await runtime.run(inputs.map((x) => tasks.square(x)))).toEqual(inputs.map((x) => x * x));
    // BullMQ counts what was ever put there.
    expect(Number(await redis.get(`bull:${name}:id`))).toBeLessThan(400);
    await runtime.close();
  });

  test('goes on with what a task returns', async () => {
    expect(await run(tasks.forks(3), { ...quiet, executor: client() })).toEqual([9, 16]);
  });

  test('tells what tasks write, and where they run', async () => {
    const running = run(tasks.prints('hello'), { ...quiet, executor: client() });
    const events = await eventsOf(running);
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.values.join(' ')] : []));
    expect(lines).toEqual(['hello', 'hello by itself']);
    const started = events.find((event) => event.type === 'started');
    expect(started).toMatchObject({ worker: expect.stringMatching(new RegExp(`^${worker.name}/[12]$`)) });
  });

  test('fails the job that ends its thread, and none of those beside it', async () => {
    const name = `own-${queues++}`;
    await testWorker({ queue: name, connection: server.url });
    const runtime = createRuntime({ executor: client({ name, batchTime: 0 }), ...quiet });
    const squares = Array.from({ length: 300 }, (_, x) => tasks.square(x));
    // Short jobs wait at their thread by now.
    await runtime.run(squares);
    const error = await rejection(runtime.run([...squares, exit(0), ...squares], { onError: 'continue' }));
    expect(error).toMatchObject({ errors: [{ code: 'ERR_WORKER_LOST', job: { task: 'exit', attempts: 3 } }] });
    await runtime.close();
  });

  test('fails a job once when its task fails, and shows it as failed', async () => {
    const folder = await temporaryFolder();
    const name = `own-${queues++}`;
    await testWorker({ queue: name, connection: server.url });
    const error = await rejection(run(tasks.fails(folder, 'once'), { ...quiet, executor: client({ name }) }));
    expect(error).toMatchObject({ name: 'RangeError', message: 'once failed', job: { task: 'queue/fails' } });
    expect(await runsOf(folder, 'once')).toHaveLength(1);
    const bull = lookAt(name);
    await expect.poll(() => bull.getFailedCount()).toBe(1);
    expect((await bull.getFailed())[0]?.failedReason).toBe('RangeError: once failed');
  });

  test('runs a call again that failed, or was removed from the cache', async () => {
    const folder = await temporaryFolder();
    const cache = redisCache(server.url, { prefix: `again-${queues++}` });
    const options = { ...quiet, executor: client({ cache }), cache };
    for (let times = 1; times <= 2; times++) {
      await rejection(run(tasks.fails(folder, 'again'), options));
      expect(await runsOf(folder, 'again')).toHaveLength(times);
    }
    await cache.close?.();
  });

  test('is one of several executors, one queue a label', async () => {
    const [here, there] = [`own-${queues++}`, `own-${queues++}`];
    const [first, second] = await Promise.all(
      [here, there].map((name) => testWorker({ queue: name, connection: server.url, slots: 1 })),
    );
    const executor = hybrid({ a: client({ name: here }), b: client({ name: there }) });
    const { updateHints } = await import('somen/node');
    const calls = ['a', 'b'].map((label, index) => updateHints(tasks.square(index), { executor: label }));
    const running = run(calls, { ...quiet, executor });
    const workers = (await eventsOf(running)).flatMap((event) => (event.type === 'started' ? [event.worker] : []));
    expect(workers.toSorted()).toEqual([`a/${first?.name}/1`, `b/${second?.name}/1`]);
  });

  test('waits for workers that come later', async () => {
    const name = `own-${queues++}`;
    const running = run(tasks.square(5), { ...quiet, executor: client({ name }) });
    await expect.poll(() => lookAt(name).getJobCountByTypes('prioritized', 'waiting')).toBe(1);
    await testWorker({ queue: name, connection: server.url });
    expect(await running).toBe(25);
  });

  test('says how to start a worker, where there is none', async () => {
    const name = `own ${queues++}`;
    const { port } = server;
    const connection = `redis://somebody:secret@127.0.0.1:${port}/3`;
    const admin = new Redis(port);
    onTestFinished(() => admin.disconnect());
    await admin.acl('SETUSER', 'somebody', 'on', '>secret', '~*', '&*', '+@all');
    const running = run(tasks.square(5), { ...quiet, executor: client({ name, connection, prefix: 'own' }) });
    const { values } = await eventOf(running, 'log');
    expect(values).toEqual([
      `No worker takes jobs from the queue '${name}'. Start one in the folder of the project: ` +
        `npx somen worker --queue '${name}' --connection redis://127.0.0.1:${port}/3 --prefix own`,
    ]);
    running.abort('enough');
    await rejection(running.catch((error) => Promise.reject(new Error(error))));
  });

  test('runs a call that was aborted while it waited', async () => {
    const folder = await temporaryFolder();
    const name = `own-${queues++}`;
    const executor = client({ name });
    const options = { ...quiet, executor, cache: memoryCache() };
    await testWorker({ queue: name, connection: server.url, slots: 1 });
    const busy = run(tasks.waits(folder, 'busy'), options);
    await eventOf(busy, 'started');
    const waiting = run(tasks.notes(folder, 'again'), options);
    const bull = lookAt(name);
    await expect.poll(() => bull.getJobCountByTypes('prioritized', 'waiting')).toBe(1);
    waiting.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect.poll(() => bull.getJobCountByTypes('prioritized', 'waiting')).toBe(0);
    await letGo(folder);
    expect(await run(tasks.notes(folder, 'again'), options)).toBe('again');
    expect(await busy).toBe('busy is done');
    expect(await runsOf(folder, 'again')).toHaveLength(1);
  });

  test('reads what is told beside something that cannot be read', async () => {
    const folder = await temporaryFolder();
    const [answered, waiting] = [`own-${queues++}`, `own-${queues++}`];
    await testWorker({ queue: answered, connection: server.url });
    const call = tasks.notes(folder, 'told');
    await run(call, { ...quiet, executor: client({ name: answered }), cache: memoryCache() });
    const answer = (await redis.getBuffer(`bull:${answered}:somen:answer:key-${keyOf(call)}`)) ?? Buffer.alloc(0);
    const running = run(call, { ...quiet, executor: client({ name: waiting }), cache: memoryCache() });
    await expect.poll(() => lookAt(waiting).getJobCountByTypes('prioritized', 'waiting')).toBe(1);
    const [living = ''] = await redis.keys(`bull:${waiting}:somen:client:*`);
    const stream = living.replace(':client:', ':answers:');
    await redis.multi().xadd(stream, '*', 'b', 'nonsense').xadd(stream, '*', 'b', answer).exec();
    expect(await running).toBe('told');
  });

  test('waits for a value that takes its time to arrive, and has it computed once', async () => {
    const name = `own-${queues++}`;
    const cache = fileCache(await temporaryFolder());
    const get: Cache['get'] = async (...args) => {
      // The client looks for its jobs in the queue meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 9000));
      return cache.get(...args);
    };
    const slow: Cache = { ...cache, name: cache.name, url: cache.url, get, put: cache.put.bind(cache) };
    await testWorker({ queue: name, connection: server.url });
    expect(await run(tasks.numbers(300_000), { ...quiet, executor: client({ name, cache: slow }) })).toHaveLength(3e5);
    expect(await redis.get(`bull:${name}:id`)).toBe('1');
  });

  test('fails with one error when Redis is not there, says so, and lets the next run try again', async () => {
    const port = await freePort();
    const executor = client({ connection: `redis://127.0.0.1:${port}`, patience: 500 });
    const error = await rejection(run(tasks.square(5), { ...quiet, executor }));
    expect(error).toMatchObject({ code: 'ERR_QUEUE' });
    expect(error.message).toMatch(
      new RegExp(`^Cannot use the queue 'common' on 127.0.0.1:${port}: cannot reach Redis: .*ECONNREFUSED`),
    );
  });

  test('fails with what Redis says when it refuses', async () => {
    const guarded = await testRedis({ config: { requirepass: 'secret' } });
    const error = await rejection(run(tasks.square(5), { ...quiet, executor: client({ connection: guarded.url }) }));
    expect(error.message).toMatch(
      /NOAUTH Authentication required\. Set SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD$/,
    );
  });

  test('takes the password from the environment: client, cache and worker', async () => {
    const guarded = await testRedis({ config: { requirepass: 'secret' } });
    process.env['SOMEN_REDIS_PASSWORD'] = 'secret';
    onTestFinished(() => void delete process.env['SOMEN_REDIS_PASSWORD']);
    const cache = redisCache(guarded.url);
    const executor = client({ connection: guarded.url, cache });
    await testWorker({ queue: 'common', connection: guarded.url, env: { SOMEN_REDIS_PASSWORD: 'secret' } });
    const running = run(tasks.numbers(300_000), { ...quiet, executor, cache });
    expect(await running).toHaveLength(300_000);
    const again = run(tasks.numbers(300_000), { ...quiet, executor, cache });
    await again;
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
    await cache.close?.();
  });

  test('works for a user of Redis who may do no more than it needs', async () => {
    const guarded = await testRedis();
    const admin = new Redis(guarded.port);
    onTestFinished(() => admin.disconnect());
    // What the guide says.
    const rights = ['on', '>secret', '~bull:*', '~somen:*', '&*', '+@all', '-@dangerous', '+info'];
    await admin.acl('SETUSER', 'somen', ...rights);
    await admin.acl('SETUSER', 'default', 'off');
    const secrets = { SOMEN_REDIS_USERNAME: 'somen', SOMEN_REDIS_PASSWORD: 'secret' };
    await testWorker({ queue: 'guarded', connection: guarded.url, env: secrets });
    Object.assign(process.env, secrets);
    onTestFinished(() => {
      for (const name of Object.keys(secrets)) delete process.env[name];
    });
    const cache = redisCache(guarded.url);
    const executor = client({ connection: guarded.url, name: 'guarded', cache });
    const n = 100_000;
    expect(await run(tasks.sum(tasks.numbers(n)), { ...quiet, executor, cache })).toBe((n * (n - 1)) / 2);
    await cache.close?.();
  });

  test('refuses names and caches that workers cannot use', () => {
    expect(() => queue({ name: 'a:b' })).toThrow(TypeError);
    expect(() => queue({ connection: 'http://host' })).toThrow(TypeError);
    expect(() => queue({ cache: memoryCache() })).toThrow(/workers do not reach it/);
    expect(() => queue({ keep: -1 })).toThrow(RangeError);
    expect(() => queue({ patience: 0 })).toThrow(RangeError);
    expect(() => queue({ cache: httpCache('http://127.0.0.1:1') })).not.toThrow();
  });
});
