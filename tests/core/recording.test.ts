/** What runs write into a history. */
import {
  createRuntime,
  digest,
  jobDatabase,
  keyOf,
  memoryCache,
  memoryHistory,
  run,
  schedule,
  type History,
  type HistoryEntry,
  type JobEntry,
  type Promised,
  type RuntimeOptions,
} from 'somen';
import { describe, expect, test } from 'vitest';

const one = schedule((n: number) => n, { name: 'recording/one', version: '1' });
const sum = schedule((...numbers: number[]) => numbers.reduce((a, b) => a + b, 0), {
  name: 'recording/sum',
  version: '1',
});
const total = schedule((numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0), {
  name: 'recording/total',
  version: '1',
});
const outer = schedule((n: number): Promised<number> => sum(one(n), 1), { name: 'recording/outer', version: '1' });
const large = schedule((n: number) => new Float64Array(1000).fill(n), { name: 'recording/large', version: '1' });
const bad = schedule(
  (): number => {
    throw new TypeError('No good');
  },
  { name: 'recording/bad', version: '1' },
);

async function entriesOf(history: History): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (const session of await history.sessions()) for await (const entry of history.read(session)) entries.push(entry);
  return entries;
}

/** Runs a workflow with a history; gives the entries of its jobs, by number. */
async function recorded(workflow: unknown, options: RuntimeOptions = {}): Promise<JobEntry[]> {
  const history = memoryHistory();
  await run(workflow, { ...options, history }).catch(() => undefined);
  const jobs = (await entriesOf(history)).filter((entry): entry is JobEntry => entry.type === 'job');
  return jobs.sort((a, b) => a.job - b.job);
}

describe('a run with a history', () => {
  test('a session begins with where it is, and has its runs and how they ended', async () => {
    const history = memoryHistory();
    const runtime = createRuntime({ history, cache: memoryCache() });
    await runtime.run(one(1));
    await runtime.run(bad()).catch(() => undefined);
    const aborted = runtime.run(one(2));
    aborted.abort('enough');
    await aborted.catch(() => undefined);
    await runtime.close();
    const entries = (await entriesOf(history)).filter(({ type }) => type !== 'job');
    expect(entries).toMatchObject([
      { type: 'session', platform: expect.any(String) as string, cache: 'memory' },
      { type: 'run', run: 1 },
      { type: 'end', run: 1, status: 'done', summary: { ran: 1 } },
      { type: 'run', run: 2 },
      { type: 'end', run: 2, status: 'failed', summary: { failed: 1 } },
    ]);
    expect(await history.sessions()).toEqual([expect.stringMatching(/^\d{8}T\d{9}Z-\w{8}$/)]);
  });

  test('a job is written down with its key, what that is made of, its inputs and its result', async () => {
    const jobs = await recorded(total([one(3), outer(4), one(3)]), { cache: memoryCache() });
    expect(jobs.map(({ task, status, inputs, next }) => ({ task, status, inputs, next }))).toEqual([
      { task: 'recording/one', status: 'done' },
      { task: 'recording/outer', status: 'expanded', next: 7 },
      { task: 'recording/one', status: 'attached' },
      { task: 'somen/array', status: 'joined', inputs: [0, 1, 2] },
      { task: 'recording/total', status: 'done', inputs: [3] },
      { task: 'somen/value', status: 'joined', inputs: [4] },
      { task: 'recording/one', status: 'done' },
      { task: 'recording/sum', status: 'done', inputs: [6] },
    ]);
    const [first, , , , last] = jobs;
    expect(first).toMatchObject({ key: keyOf(one(3)), version: '1', result: 'Aw==', stored: true, worker: 'inline' });
    expect(last).toMatchObject({ key: keyOf(total([3, 5, 3])), result: 'Cw==' });
    expect(last?.call).toBe(btoa('\x84gsomen/1orecording/totala1\x81\x83\x03\x05\x03'));
    for (const { time, start = 0, duration = 0 } of [first, last] as JobEntry[]) {
      expect(start).toBeGreaterThan(1.5e12);
      expect(time).toBeGreaterThanOrEqual(start);
      expect(duration).toBeLessThan(10_000);
    }
  });

  test('a large result stands as its digest, found or computed', async () => {
    const cache = memoryCache();
    const expected = { digest: digest(new Float64Array(1000).fill(2)), length: 8008 };
    for (const status of ['done', 'retrieved'] as const) {
      const [job] = await recorded(large(2), { cache });
      expect(job).toMatchObject({ status, key: keyOf(large(2)), digest: expected.digest });
      expect(job?.length).toBeGreaterThan(8000);
      expect(job?.call).toBeDefined();
    }
  });

  test('failures, and jobs of runs without a cache', async () => {
    const [job] = await recorded(bad());
    expect(job).toMatchObject({ status: 'failed', error: { name: 'TypeError', message: 'No good' } });
    expect(job?.key).toBeUndefined();
    const [other] = await recorded(bad(), { cache: memoryCache() });
    expect(other).toMatchObject({ status: 'failed', key: keyOf(bad()) });
  });

  test('a run goes on and warns once when its history cannot be written', async () => {
    const messages: string[] = [];
    const display = { log: () => undefined, warning: (message: string) => void messages.push(message) };
    const history: History = {
      ...memoryHistory(),
      name: 'broken',
      append: () => {
        throw new Error('Disk full');
      },
      sessions: () => Promise.resolve([]),
      read: async function* () {
        // There is nothing.
      },
      follow: async function* () {
        // As above.
      },
      remove: () => undefined,
    };
    const runtime = createRuntime({ history, display });
    expect(await runtime.run(one(1))).toBe(1);
    expect(await runtime.run(one(2))).toBe(2);
    await runtime.run(one(3));
    expect(messages).toEqual(['Cannot write the history: Disk full']);
    await runtime.close();
  });
});

describe('jobDatabase over real runs', () => {
  test('why tells what changed; trace leads to the plain inputs', async () => {
    const [history, cache] = [memoryHistory(), memoryCache()];
    const database = jobDatabase(history, cache);
    const key = keyOf(sum(1, 2));
    await run(sum(one(1), 2), { history, cache });
    expect(await database.why(key)).toMatchObject({ reason: 'new task' });
    await run(sum(one(1), 3), { history, cache });
    const changed = await database.why(keyOf(sum(1, 3)));
    expect(changed).toMatchObject({ reason: 'argument changed' });
    expect(changed.text).toContain('2');
    await cache.delete('ac', key);
    await run(sum(1, 2), { history, cache });
    expect(await database.why(key)).toMatchObject({ reason: 'evicted' });
    const { jobs } = await database.trace(keyOf(sum(1, 3)));
    expect(jobs.map(({ job }) => [job.task, job.status])).toEqual([
      ['recording/sum', 'done'],
      ['recording/one', 'retrieved'],
      ['recording/one', 'done'],
    ]);
  });
});
