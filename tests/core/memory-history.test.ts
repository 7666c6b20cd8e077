import { memoryHistory, type FollowedEntry, type HistoryEntry } from 'somen';
import { expect, test } from 'vitest';
import { BEGIN, collect, jobEntry, sessionEntries, sessionId } from './support/written-history.js';

const runEntry = (run: number): HistoryEntry => ({ type: 'run', time: BEGIN, run });

test('memoryHistory keeps the entries of each session in their order', async () => {
  const history = memoryHistory();
  const entries = sessionEntries([jobEntry(1, ['t', '1', [1]]), jobEntry(2, ['t', '1', [2]])]);
  await history.append('b', entries.slice(0, 2));
  await history.append('a', [runEntry(1)]);
  await history.append('b', entries.slice(2));
  expect(await history.sessions()).toEqual(['a', 'b']);
  expect(await collect(history.read('b'))).toEqual(entries);
  expect(await collect(history.read('none'))).toEqual([]);
  await history.remove('b');
  expect(await history.sessions()).toEqual(['a']);
});

test('memoryHistory drops the oldest sessions when there are too many', async () => {
  const history = memoryHistory({ maxSessions: 2 });
  for (const index of [0, 1, 2, 3]) await history.append(sessionId(index), [runEntry(index)]);
  expect(await history.sessions()).toEqual([sessionId(2), sessionId(3)]);
});

test('memoryHistory drops old entries of a long session, but for its first', async () => {
  const history = memoryHistory({ maxEntries: 100 });
  await history.append('a', [runEntry(1)]);
  for (let index = 0; index < 1000; index++) await history.append('b', [runEntry(index)]);
  const entries = await collect(history.read('b'));
  expect(await history.sessions()).toEqual(['b']);
  expect(entries.length).toBeLessThanOrEqual(100);
  expect(entries[0]).toEqual(runEntry(0));
  expect(entries.at(-1)).toEqual(runEntry(999));
});

test('memoryHistory tells followers of what is added from now on, until they are aborted', async () => {
  const history = memoryHistory();
  await history.append('a', [runEntry(1)]);
  const stop = new AbortController();
  const followed: FollowedEntry[] = [];
  const followers = [history.follow(stop.signal), history.follow(stop.signal)];
  await history.append('a', [runEntry(2), runEntry(3)]);
  await history.append('b', [runEntry(4)]);
  const reading = followers.map(async (follower) => {
    for await (const entry of follower) {
      followed.push(entry);
      if (followed.length === 6) stop.abort();
    }
  });
  await Promise.all(reading);
  expect(followed.filter(({ session }) => session === 'a').map(({ entry }) => entry)).toEqual(
    expect.arrayContaining([runEntry(2), runEntry(3)]),
  );
  expect(followed).toHaveLength(6);
  expect(await collect(history.follow(AbortSignal.abort()))).toEqual([]);
});

test('memoryHistory refuses bounds that are not whole numbers from 1', () => {
  expect(() => memoryHistory({ maxSessions: 0 })).toThrow(RangeError);
  expect(() => memoryHistory({ maxEntries: 1.5 })).toThrow(RangeError);
});
