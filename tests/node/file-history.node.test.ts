/** Histories in files: of several processes, of killed ones, and of files that are damaged. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileHistory, SomenError, type FollowedEntry, type HistoryEntry, type JobEntry } from 'somen/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BEGIN, collect, jobEntry, sessionEntries, sessionId } from '../core/support/written-history.js';

const WRITER = fileURLToPath(new URL('./fixtures/file-history/writer.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-file-history-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const fileOf = (session: string): string => join(folder, 'history', `${session}.jsonl`);
const entry = (run: number): HistoryEntry => ({ type: 'run', time: BEGIN, run });
const runsOf = async (session: string): Promise<number[]> =>
  (await collect(fileHistory(folder).read(session))).map((each) => ('run' in each ? each.run : 0));

function startWriter(session: string, count?: number): ChildProcess {
  return fork(WRITER, [folder, session, ...(count === undefined ? [] : [String(count)])], { execArgv: [] });
}

describe('fileHistory', () => {
  test('keeps what was appended as one line each, for other handles and processes', async () => {
    const entries = sessionEntries([jobEntry(1, ['t', '1', ['ü\n']])]);
    const history = fileHistory(folder);
    expect(history.name).toBe(`file:${join(folder, 'history')}`);
    await history.append(sessionId(1), entries);
    await history.append(sessionId(0), [entry(1)]);
    expect(await fileHistory(folder).sessions()).toEqual([sessionId(0), sessionId(1)]);
    expect(await collect(fileHistory(folder).read(sessionId(1)))).toEqual(entries);
    expect((await readFile(fileOf(sessionId(1)), 'utf8')).split('\n')).toHaveLength(entries.length + 1);
    await history.remove(sessionId(1));
    expect(await collect(history.read(sessionId(1)))).toEqual([]);
    expect(await history.sessions()).toEqual([sessionId(0)]);
  });

  test('reads its own entries, and close waits for them, when nobody waited for append', async () => {
    const history = fileHistory(folder);
    for (let run = 0; run < 5000; run++) void history.append('a', [entry(run)]);
    expect(await collect(history.read('a'))).toHaveLength(5000);
    for (let run = 0; run < 10; run++) void history.append('b', [entry(run)]);
    await history.close?.();
    expect(await runsOf('b')).toEqual(Array.from({ length: 10 }, (_, index) => index));
    void history.append('b', [entry(10)]);
    await history.close?.();
    expect(await runsOf('b')).toHaveLength(11);
  });

  test('leaves out half a last line and damaged lines', async () => {
    await mkdir(join(folder, 'history'));
    const lines = [entry(1), entry(2), entry(3)].map((each) => JSON.stringify(each));
    await writeFile(
      fileOf('a'),
      `${lines[0]}\n{"type":"run"\n\n17\nnull\n${lines[1]}\n\0\0\0\n${lines[2]}\n${lines[2]?.slice(0, 12)}`,
    );
    expect(await runsOf('a')).toEqual([1, 2, 3]);
  });

  test('removes the oldest sessions when a new one begins', async () => {
    const history = fileHistory(folder, { maxSessions: 3 });
    for (let index = 0; index < 5; index++) await fileHistory(folder).append(sessionId(index), [entry(index)]);
    await history.append(sessionId(7), [entry(7)]);
    expect(await history.sessions()).toEqual([sessionId(3), sessionId(4), sessionId(7)]);
    expect(() => fileHistory(folder, { maxSessions: 0 })).toThrow(RangeError);
  });

  test('has no sessions where there is no folder, and takes none for one', async () => {
    const history = fileHistory(join(folder, 'none'));
    expect(await history.sessions()).toEqual([]);
    expect(await collect(history.read(sessionId(1)))).toEqual([]);
    for (const bad of ['../a', '', 'a/b', '.'])
      await expect((async () => history.append(bad, [entry(1)]))()).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual([]);
  });

  test('rejects append where it cannot be written, without an unhandled rejection, until it can', async () => {
    await writeFile(join(folder, 'history'), 'a file');
    const history = fileHistory(folder);
    void history.append('a', [entry(1)]);
    await history.close?.();
    const error = await (async () => history.append('a', [entry(2)]))().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SomenError);
    expect(error).toMatchObject({ code: 'ERR_HISTORY', message: expect.stringContaining(join(folder, 'history')) });
    await rm(join(folder, 'history'));
    await history.append('a', [entry(3)]);
    expect(await runsOf('a')).toEqual([3]);
  });

  test('goes on when its folder is removed meanwhile', async () => {
    const history = fileHistory(folder);
    await history.append('a', [entry(1)]);
    await rm(join(folder, 'history'), { recursive: true });
    await history.append('a', [entry(2)]);
    expect(await runsOf('a')).toEqual([2]);
  });
});

describe('fileHistory of several processes', () => {
  test('keeps every entry of each', async () => {
    const writers = [0, 1, 2].map((index) => startWriter(sessionId(index), 3000));
    for (const outcome of await Promise.all(writers.map((writer) => once(writer, 'exit'))))
      expect(outcome).toEqual([0, null]);
    const history = fileHistory(folder);
    expect(await history.sessions()).toHaveLength(3);
    for (const session of await history.sessions()) {
      const jobs = (await collect(history.read(session))) as JobEntry[];
      expect(jobs.map(({ job }) => job)).toEqual(Array.from({ length: 3000 }, (_, index) => index));
    }
  });

  test('keeps everything that append had promised when processes are killed while they write', async () => {
    for (let round = 0; round < 4; round++) {
      const session = sessionId(round);
      const writer = startWriter(session);
      let promised = 0;
      writer.on('message', () => promised++);
      for (let batch = 0; batch < 20 * (round + 1); batch++) await once(writer, 'message');
      const ended = once(writer, 'exit');
      writer.kill('SIGKILL');
      await ended;
      const jobs = (await collect(fileHistory(folder).read(session))) as JobEntry[];
      expect(jobs.length).toBeGreaterThanOrEqual(100 * promised);
      expect(jobs.map(({ job }) => job)).toEqual(Array.from({ length: jobs.length }, (_, index) => index));
    }
  });
});

describe('fileHistory follows', () => {
  test('sessions of all processes from now on, until it is aborted', { timeout: 30_000 }, async () => {
    const history = fileHistory(folder);
    await history.append('old', [entry(1)]);
    const stop = new AbortController();
    const following = history.follow(stop.signal);
    const writer = startWriter(sessionId(1), 300);
    const ended = once(writer, 'exit');
    await history.append('old', [entry(2)]);
    const seen: FollowedEntry[] = [];
    for await (const followed of following) {
      seen.push(followed);
      if (seen.length === 301) stop.abort();
    }
    expect(await ended).toEqual([0, null]);
    expect(seen.filter(({ session }) => session === 'old').map((each) => each.entry)).toEqual([entry(2)]);
    const jobs = seen.filter(({ session }) => session === sessionId(1)).map((each) => each.entry as JobEntry);
    expect(jobs.map(({ job }) => job)).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test('a folder that is not there yet, and lines that come in pieces', async () => {
    const stop = new AbortController();
    const following = fileHistory(folder).follow(stop.signal)[Symbol.asyncIterator]();
    const first = following.next();
    await mkdir(join(folder, 'history'));
    const line = `${JSON.stringify(entry(1))}\n`;
    await writeFile(fileOf('a'), `${line}${line.slice(0, 9)}`);
    expect((await first).value).toEqual({ session: 'a', entry: entry(1) });
    const second = following.next();
    await appendFile(fileOf('a'), line.slice(9));
    expect((await second).value).toEqual({ session: 'a', entry: entry(1) });
    const third = following.next();
    stop.abort();
    expect(await third).toEqual({ done: true, value: undefined });
    expect(await collect(fileHistory(folder).follow(AbortSignal.abort()))).toEqual([]);
  });
});
