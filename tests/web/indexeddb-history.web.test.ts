import {
  createRuntime,
  indexedDbCache,
  indexedDbHistory,
  inline,
  schedule,
  type FollowedEntry,
  type History,
  type HistoryEntry,
} from 'somen/web';
import { expect, onTestFinished, test } from 'vitest';
import { freshName, keysOf, settled } from './support/databases.ts';

function opened(name: string = freshName(), maxSessions?: number): History {
  const history = indexedDbHistory(name, maxSessions === undefined ? {} : { maxSessions });
  onTestFinished(async () => history.close?.());
  return history;
}

function jobs(first: number, count: number): HistoryEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'job',
    run: 1,
    job: first + index,
    status: 'done',
    task: 'history/add',
    time: 1000 + index,
    inputs: [1, 2],
    error: { name: 'Error', message: 'ü\u{1f35c}' },
  }));
}

async function readAll(history: History, session: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const entry of history.read(session)) entries.push(entry);
  return entries;
}

/** Follows until there are so many entries. */
async function take(followed: AsyncIterable<FollowedEntry>, count: number): Promise<FollowedEntry[]> {
  const entries: FollowedEntry[] = [];
  for await (const entry of followed) if (entries.push(entry) === count) break;
  return entries;
}

test('indexedDbHistory keeps the entries of each session in their order, across handles', async () => {
  const name = freshName();
  const history = opened(name);
  await Promise.all([
    history.append('b', jobs(1, 3)),
    history.append('a', jobs(1, 1)),
    history.append('b', jobs(4, 2)),
    history.append('b', []),
  ]);
  const other = opened(name);
  await other.append('b', jobs(6, 1));
  await history.append('b', jobs(7, 1));
  expect(history.name).toBe(`indexeddb:${name}`);
  expect(await other.sessions()).toEqual(['a', 'b']);
  expect(await readAll(other, 'b')).toEqual([...jobs(1, 3), ...jobs(4, 2), ...jobs(6, 1), ...jobs(7, 1)]);
  expect(await readAll(other, 'a')).toEqual(jobs(1, 1));
  expect(await readAll(other, 'c')).toEqual([]);
  // One record for each `append`.
  expect(await keysOf(name, 'batches')).toHaveLength(5);
});

test('indexedDbHistory reads a session of many batches', async () => {
  const history = opened();
  await Promise.all(Array.from({ length: 100 }, async (_, index) => history.append('long', jobs(index * 10, 10))));
  const read = await readAll(history, 'long');
  expect(read.map((entry) => (entry.type === 'job' ? entry.job : -1))).toEqual(
    Array.from({ length: 1000 }, (_, index) => index),
  );
});

test('indexedDbHistory can be read while it is written', async () => {
  const history = opened();
  await history.append('a', jobs(1, 1));
  const iterator = history.read('a')[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: jobs(1, 1)[0] });
  await history.append('a', jobs(2, 1));
  await iterator.return?.();
  expect(await readAll(history, 'a')).toHaveLength(2);
});

test('indexedDbHistory removes a session', async () => {
  const name = freshName();
  const history = opened(name);
  for (const session of ['a', 'aa', 'b']) await history.append(session, jobs(1, 2));
  await history.remove('a');
  await history.remove('missing');
  expect(await history.sessions()).toEqual(['aa', 'b']);
  expect(await readAll(history, 'a')).toEqual([]);
  expect(await readAll(history, 'aa')).toEqual(jobs(1, 2));
  await history.append('a', jobs(3, 1));
  expect(await readAll(history, 'a')).toEqual(jobs(3, 1));
  expect(await keysOf(name, 'batches')).toHaveLength(3);
});

test('indexedDbHistory keeps the newest sessions', async () => {
  const name = freshName();
  const history = opened(name, 3);
  for (const session of ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05']) {
    await history.append(session, jobs(1, 1));
    await history.append(session, jobs(2, 1));
  }
  expect(await history.sessions()).toEqual(['2026-03', '2026-04', '2026-05']);
  expect(await readAll(history, '2026-02')).toEqual([]);
  expect(await readAll(history, '2026-03')).toEqual([...jobs(1, 1), ...jobs(2, 1)]);
  expect(await keysOf(name, 'batches')).toHaveLength(6);
  for (const maxSessions of [0, 1.5, Number.NaN])
    expect(() => indexedDbHistory('a', { maxSessions })).toThrow(RangeError);
});

test('indexedDbHistory is followed by other handles and by its own, from the call on', async () => {
  const name = freshName();
  const [writer, reader] = [opened(name), opened(name)];
  await writer.append('a', jobs(1, 1));
  const { signal } = new AbortController();
  const followed = [reader.follow(signal), writer.follow(signal)];
  await writer.append('a', jobs(2, 2));
  await writer.append('b', jobs(4, 1));
  const expected = [
    ...jobs(2, 2).map((entry) => ({ session: 'a', entry })),
    ...jobs(4, 1).map((entry) => ({ session: 'b', entry })),
  ];
  for (const entries of followed) expect(await take(entries, 3)).toEqual(expected);
});

test('indexedDbHistory is followed from a worker', async () => {
  const name = freshName();
  const worker = new Worker(new URL('./fixtures/history-worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  const followed = opened(name).follow(new AbortController().signal);
  worker.postMessage({ name, entries: jobs(1, 2) });
  expect(await take(followed, 2)).toEqual(jobs(1, 2).map((entry) => ({ session: 'worker', entry })));
});

test('indexedDbHistory is followed until the signal is aborted', async () => {
  const history = opened();
  const controller = new AbortController();
  const waiting = take(history.follow(controller.signal), 1);
  controller.abort();
  expect(await waiting).toEqual([]);
  expect(await take(history.follow(controller.signal), 1)).toEqual([]);
});

test('indexedDbHistory leaves out what was removed before it was looked at', async () => {
  const history = opened();
  const followed = history.follow(new AbortController().signal);
  await history.append('a', jobs(1, 1));
  await history.remove('a');
  await history.append('b', jobs(2, 1));
  expect(await take(followed, 1)).toEqual(jobs(2, 1).map((entry) => ({ session: 'b', entry })));
});

test('indexedDbHistory keeps nothing of an append that fails', async () => {
  const history = opened();
  const notCloneable = { ...jobs(2, 1)[0], task: () => undefined } as unknown as HistoryEntry;
  await expect(history.append('a', [...jobs(1, 1), notCloneable])).rejects.toMatchObject({ code: 'ERR_CACHE' });
  expect(await history.sessions()).toEqual([]);
});

test('indexedDbCache has a history in a database of its own, unless it is left out', async () => {
  const name = freshName();
  const cache = indexedDbCache(name);
  expect(cache.history?.name).toBe(`indexeddb:${name}-history`);
  await cache.history?.append('a', jobs(1, 1));
  await cache.close?.();
  expect(await readAll(opened(`${name}-history`), 'a')).toEqual(jobs(1, 1));
  // Closed: deleting waits for nobody.
  await settled(indexedDB.deleteDatabase(name));
  expect(indexedDbCache(name, { history: false }).history).toBeUndefined();
});

test('what runs in a page do is in the history of its cache', async () => {
  const add = schedule((a: number, b: number) => a + b, { name: 'indexeddb-history/add', version: '1' });
  const cache = indexedDbCache(freshName());
  for (let round = 0; round < 2; round++) {
    const runtime = createRuntime({ cache, executor: inline(), display: false });
    expect(await runtime.run(add(add(1, 2), 3))).toBe(6);
    await runtime.close();
  }
  const { history } = cache;
  if (history === undefined) throw new Error('The cache has no history');
  const sessions = await history.sessions();
  expect(sessions).toHaveLength(2);
  const told = await Promise.all(sessions.map((session) => readAll(history, session)));
  const statuses = told.map((entries) => entries.map((entry) => (entry.type === 'job' ? entry.status : entry.type)));
  // Tasks of the language itself are told as well.
  expect(statuses.map((all) => all.filter((status) => status !== 'joined'))).toEqual([
    ['session', 'run', 'done', 'done', 'end'],
    ['session', 'run', 'retrieved', 'end'],
  ]);
  await cache.close?.();
});
