import { digest, jobDatabase, memoryCache, memoryHistory, SomenError, type HistoryEntry, type JobEntry } from 'somen';
import { describe, expect, test } from 'vitest';
import {
  base64Of,
  BEGIN,
  collect,
  jobEntry,
  joinEntry,
  keyOfCall,
  sessionEntries,
  sessionId,
  write,
  type Call,
} from './support/written-history.js';

const HOUR = 3_600_000;

async function databaseOf(...sessions: readonly (readonly HistoryEntry[])[]) {
  const history = memoryHistory();
  await write(history, ...sessions);
  return jobDatabase(history);
}

const size = (word: string, version = '1'): Call => ['poem/size', version, [word]];

describe('sessions', () => {
  test('sessions tells how each session went, the newest first', async () => {
    const jobs = [
      jobEntry(1, size('Oote')),
      jobEntry(2, size('oote')),
      jobEntry(3, size('oote'), { status: 'attached' }),
    ];
    const failed = [jobEntry(1, size('Boe'), { status: 'failed' }), joinEntry(2, [1])];
    const database = await databaseOf(
      sessionEntries(jobs, { cache: 'memory' }),
      sessionEntries(failed, {}, 'failed'),
      sessionEntries([], {}, 'aborted'),
      sessionEntries([jobEntry(1, size('x'))], {}, 'open'),
    );
    const sessions = await collect(database.sessions());
    expect(sessions.map(({ session, status }) => [session, status])).toEqual([
      [sessionId(3), 'crashed or running'],
      [sessionId(2), 'aborted'],
      [sessionId(1), 'failed'],
      [sessionId(0), 'done'],
    ]);
    expect(sessions.at(-1)).toMatchObject({
      program: 'poem.mjs',
      cache: 'memory',
      runs: [{ run: 1, status: 'done', summary: { scheduled: 3 } }],
      jobs: { done: 2, attached: 1, failed: 0 },
    });
    expect(sessions[2]?.jobs).toMatchObject({ failed: 1, joined: 1 });
    expect(await collect(database.sessions({ limit: 1 }))).toHaveLength(1);
  });

  test('sessions tells of a session whose first entries are lost', async () => {
    const database = await databaseOf(sessionEntries([jobEntry(1, size('a'))]).slice(2));
    expect(await collect(database.sessions())).toMatchObject([{ status: 'done', runs: [{ run: 1 }] }]);
  });
});

describe('jobs', () => {
  const first = sessionEntries([
    jobEntry(1, size('Oote'), { duration: 50, result: base64Of(4) }),
    jobEntry(2, ['other#size', '1', [new Set([1])]], { duration: 900 }),
    joinEntry(3, [1, 2]),
  ]);
  const second = sessionEntries(
    [
      jobEntry(1, size('Boe'), { status: 'failed', error: { name: 'RangeError', message: 'too short' }, attempts: 3 }),
      jobEntry(2, ['poem/sum', '1', [[4, 3]]], { duration: 200 }),
    ],
    {},
    'failed',
  );

  test('jobs gives all jobs of users, the newest first, with arguments and results', async () => {
    const jobs = await collect((await databaseOf(first, second)).jobs());
    expect(jobs.map(({ task, arguments: args }) => [task, args])).toEqual([
      ['poem/sum', ['[4, 3]']],
      ['poem/size', ["'Boe'"]],
      ['other#size', ['Set']],
      ['poem/size', ["'Oote'"]],
    ]);
    expect(jobs.at(-1)).toMatchObject({ session: sessionId(0), run: 1, job: 1, status: 'done', result: '4' });
    expect(jobs[1]).toMatchObject({ error: { name: 'RangeError', message: 'too short' }, attempts: 3 });
    expect(Object.keys(jobs.at(-1) ?? {})).not.toContain('call');
  });

  test('jobs gives those that a filter asks for', async () => {
    const { jobs } = await databaseOf(first, second);
    const tasks = async (filter: Parameters<typeof jobs>[0]): Promise<string[]> =>
      (await collect(jobs(filter))).map(({ task, session }) => `${task} ${session.at(-1)}`);
    expect(await tasks({ failed: true })).toEqual(['poem/size 1']);
    expect(await tasks({ slow: 2 })).toEqual(['other#size 0', 'poem/sum 1']);
    expect(await tasks({ slow: 2, session: 'latest' })).toEqual(['poem/sum 1', 'poem/size 1']);
    expect(await tasks({ task: 'size' })).toEqual(['poem/size 1', 'other#size 0', 'poem/size 0']);
    expect(await tasks({ task: 'poem/size', session: sessionId(0) })).toEqual(['poem/size 0']);
    expect(await tasks({ status: 'joined' })).toEqual(['somen/array 0']);
    expect(await tasks({ limit: 3 })).toHaveLength(3);
    expect(await tasks({ limit: 1 })).toEqual(['poem/sum 1']);
  });

  test('jobs takes the part of a session id that means one session only', async () => {
    const { jobs } = await databaseOf(first, second);
    expect(await collect(jobs({ session: sessionId(1).split('-').at(-1) ?? '' }))).toHaveLength(2);
    await expect(collect(jobs({ session: '2026' }))).rejects.toThrow('Cannot tell which session');
    await expect(collect(jobs({ session: 'x' }))).rejects.toThrow('Cannot find the session');
  });

  test('jobs gives the last ones of a long session when few are wanted', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => jobEntry(index + 1, size('a')));
    const jobs = await collect((await databaseOf(sessionEntries(many))).jobs({ limit: 3 }));
    expect(jobs.map(({ job }) => job)).toEqual([5000, 4999, 4998]);
  });

  test('jobs shows arguments of every kind, without what made them', async () => {
    const long = 'x'.repeat(2000);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const args = [1n, undefined, loop, loop, [null, true], new Date(0)];
    const entry = jobEntry(1, ['kinds', '1', args]);
    // 27(["content", [2003, digest]]), 27(["instance", ["my-app/Star", {...}]]), 27(["task", [id, version]]), 27(["my/type", 5])
    const hex = [
      'd81b82',
      '67636f6e74656e74',
      '821907d3',
      `5820${digest(long)}`,
      'd81b82',
      '68696e7374616e6365',
      '826b6d792d6170702f53746172a1617801',
      'd81b82',
      '647461736b',
      '8269706f656d2f73697a656131',
      'd81b82',
      '676d792f7479706505',
    ].join('');
    const bytes = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
    const head = [0x84, 0x67, ...new TextEncoder().encode('somen/1'), 0x61, 0x6b, 0x61, 0x31, 0x84];
    const stored = jobEntry(2, ['k', '1', []], { call: btoa(String.fromCharCode(...head, ...bytes)) });
    const cut = jobEntry(3, ['k', '1', []], { call: (stored.call ?? '').slice(0, 40) });
    const [third, second2, first1] = await collect((await databaseOf(sessionEntries([entry, stored, cut]))).jobs());
    expect(first1?.arguments).toEqual([
      '1n',
      'undefined',
      '{ self: { self: Object } }',
      '{ self: { self: Object } }',
      '[null, true]',
      'Date',
    ]);
    expect(second2?.arguments).toEqual([
      `[2003 bytes, ${digest(long).slice(0, 12)}]`,
      '[my-app/Star]',
      '[function poem/size]',
      '[my/type]',
    ]);
    expect(third).not.toHaveProperty('arguments');
  });
});

describe('keys', () => {
  const call = size('Oote');
  const key = keyOfCall(call);

  test('a key may be abbreviated as long as it means one key', async () => {
    const twin = jobEntry(2, size('x'), { key: `${key.slice(0, 10)}${key[10] === '0' ? '1' : '0'}${key.slice(11)}` });
    const database = await databaseOf(sessionEntries([jobEntry(1, call), twin]));
    expect((await database.show(key.slice(0, 11))).key).toBe(key);
    expect((await database.show(key.toUpperCase())).key).toBe(key);
    await expect(database.show(key.slice(0, 10))).rejects.toMatchObject({ code: 'ERR_AMBIGUOUS_KEY' });
    await expect(database.why('0000')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_KEY' });
    await expect(database.trace('0'.repeat(64))).rejects.toThrow(SomenError);
    for (const bad of ['abc', 'xyzw', '', `${key}0`]) await expect(database.show(bad)).rejects.toThrow(RangeError);
  });

  test('show tells the call and its jobs over time', async () => {
    const database = await databaseOf(
      sessionEntries([jobEntry(1, call, { result: base64Of(4), stored: true })]),
      sessionEntries([jobEntry(1, call, { status: 'retrieved', time: BEGIN + HOUR })]),
    );
    const shown = await database.show(key);
    expect(shown).toMatchObject({ key, task: 'poem/size', version: '1', arguments: ["'Oote'"] });
    expect(shown.jobs.map(({ status }) => status)).toEqual(['done', 'retrieved']);
    expect(shown).not.toHaveProperty('record');
  });

  test('jobDatabase refuses to answer without a history', () => {
    expect(() => jobDatabase(memoryCache().history)).toThrow(TypeError);
  });
});

describe('why', () => {
  const now = BEGIN + HOUR;
  const why = async (call: Call, ...sessions: readonly (readonly JobEntry[])[]) =>
    (await databaseOf(...sessions.map((jobs) => sessionEntries(jobs)))).why(keyOfCall(call));

  test('why says new task when no earlier run had one', async () => {
    const siblings = [jobEntry(1, size('a')), jobEntry(2, ['poem/other', '1', []])];
    const answer = await why(size('b'), [jobEntry(9, ['poem/sum', '1', []])], [...siblings, jobEntry(3, size('b'))]);
    expect(answer).toMatchObject({ reason: 'new task', job: { job: 3 } });
    expect(answer).not.toHaveProperty('before');
  });

  test('why says version changed when only that differs', async () => {
    const earlier = [jobEntry(1, size('Oote')), jobEntry(2, size('Boe', '2')), jobEntry(3, size('oote'))];
    const answer = await why(size('Oote', '2'), earlier, [jobEntry(1, size('Oote', '2'), { time: now })]);
    expect(answer).toMatchObject({
      reason: 'version changed',
      version: { before: '1', now: '2' },
      before: { job: 1 },
      text: "Its version changed from '1' to '2'",
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['that changed', { 'app/poem.js#size': '1', 'app/units.js#ZERO': '3' }, 'app/units.js#ZERO changed'],
    [
      'of all kinds, some of them by name',
      { 'app/poem.js#size': '9', 'app/a.js#a': '1', 'app/b.js#b': '1', 'app/c.js#c': '1' },
      'app/poem.js#size changed, app/a.js#a is new, app/b.js#b is new and 2 more',
    ],
  ])('why names the pieces of the code %s', async (_which, pieces, text) => {
    const old = { 'app/poem.js#size': '1', 'app/units.js#ZERO': '2' };
    const code = (version: string, of: Record<string, string>): HistoryEntry[] => [
      { type: 'code', time: now, task: 'poem/size', version, pieces: of },
    ];
    const answer = await (
      await databaseOf(
        [...code('1', old), ...sessionEntries([jobEntry(1, size('a'))])],
        [...code('2', pieces), ...sessionEntries([jobEntry(1, size('a', '2'), { time: now })])],
      )
    ).why(keyOfCall(size('a', '2')));
    expect(answer).toMatchObject({ reason: 'version changed', version: { before: '1', now: '2' } });
    expect(answer.text).toBe(`Its code changed: ${text} (its version from '1' to '2')`);
  });

  test('why says which arguments changed against the call that is most alike', async () => {
    const pair = (...args: unknown[]): Call => ['poem/pair', '1', args];
    const earlier = [
      jobEntry(1, pair(1, 'b', true)),
      jobEntry(2, pair(2, 'c', true)),
      jobEntry(3, pair(2, 'x', false)),
      jobEntry(4, pair(9, 9, 9)),
    ];
    const answer = await why(pair(2, 'b', true), earlier, [jobEntry(1, pair(2, 'b', true), { time: now })]);
    expect(answer).toMatchObject({
      reason: 'argument changed',
      before: { job: 2 },
      changes: [{ index: 1, before: "'c'", now: "'b'" }],
      text: "Argument 1 changed from 'c' to 'b'",
    });
    expect(answer).not.toHaveProperty('version');
    const fewer = await why(pair(7), [jobEntry(1, pair(7, 8))], [jobEntry(1, pair(7), { time: now })]);
    expect(fewer.changes).toEqual([{ index: 1, before: '8', now: undefined }]);
  });

  test('why says both when version and arguments changed', async () => {
    const answer = await why(size('b', '2'), [jobEntry(1, size('a'))], [jobEntry(1, size('b', '2'), { time: now })]);
    expect(answer).toMatchObject({
      reason: 'argument changed',
      version: { before: '1', now: '2' },
      changes: [{ index: 0 }],
    });
  });

  test('why says that arguments changed when they are too long to be written down', async () => {
    const { call: _, ...long } = jobEntry(1, size('b'), { time: now });
    const answer = await why(size('b'), [jobEntry(1, size('a'))], [long]);
    expect(answer).toMatchObject({ reason: 'argument changed', changes: [] });
    expect(answer.text).toContain('too long');
  });

  test('why says evicted when the result had been stored', async () => {
    const call = size('Oote');
    const again = [jobEntry(1, call, { time: now })];
    expect(await why(call, [jobEntry(1, call, { stored: true })], again)).toMatchObject({
      reason: 'evicted',
      before: { job: 1, stored: true },
    });
    expect((await why(call, [jobEntry(1, call, { status: 'retrieved' })], again)).reason).toBe('evicted');
  });

  test('why says never stored when an earlier result was not kept here', async () => {
    const call = size('Oote');
    const again = [jobEntry(1, call, { time: now })];
    expect((await why(call, [jobEntry(1, call)], again)).reason).toBe('never stored');
    const error = { name: 'RangeError', message: 'no' };
    const failed = await why(call, [jobEntry(1, call, { status: 'failed', error })], again);
    expect(failed).toMatchObject({ reason: 'never stored', text: expect.stringContaining('failed (RangeError)') });
    const elsewhere = await databaseOf(
      sessionEntries([jobEntry(1, call, { stored: true })], { cache: 'file:/a' }),
      sessionEntries(again, { cache: 'file:/b' }),
    );
    expect(await elsewhere.why(keyOfCall(call))).toMatchObject({
      reason: 'never stored',
      text: expect.stringContaining('file:/a'),
    });
  });

  test('why is about the newest computation, and takes others that were under way for none before it', async () => {
    const call = size('Oote');
    const answer = await why(
      call,
      [jobEntry(1, call, { stored: true, start: BEGIN, time: BEGIN + 100 })],
      [jobEntry(1, call, { stored: true, start: BEGIN + 50, time: BEGIN + 150 })],
      [jobEntry(1, call, { status: 'retrieved', time: now })],
    );
    expect(answer).toMatchObject({ reason: 'new task', job: { session: sessionId(1) } });
  });

  test('why says not computed when a key was only ever retrieved', async () => {
    const call = size('Oote');
    expect(await why(call, [jobEntry(1, call, { status: 'retrieved' })])).toMatchObject({ reason: 'not computed' });
  });
});

describe('trace', () => {
  const now = BEGIN + HOUR;
  const add = (a: number, b: number): Call => ['sums/add', '1', [a, b]];
  const traceOf = async (call: Call, ...sessions: readonly (readonly JobEntry[])[]) =>
    (await databaseOf(...sessions.map((jobs) => sessionEntries(jobs)))).trace(keyOfCall(call));
  const named = (trace: Awaited<ReturnType<typeof traceOf>>): string[] =>
    trace.jobs.map(
      ({ job, inputs, next, origin }) =>
        `${job.status} ${job.arguments?.join('+')} <- ${inputs.join()}${next === undefined ? '' : ` next ${next}`}${origin === undefined ? '' : ` origin ${origin}`}`,
    );

  test('trace leads through joined jobs to plain inputs, each shared part once', async () => {
    const trace = await traceOf(add(9, 9), [
      jobEntry(1, add(1, 2)),
      jobEntry(2, add(3, 3), { inputs: [1] }),
      joinEntry(3, [1, 2]),
      joinEntry(4, [3, 2]),
      jobEntry(5, add(9, 9), { inputs: [4, 1] }),
      jobEntry(6, add(0, 0), { inputs: [5] }),
    ]);
    expect(named(trace)).toEqual(['done 9+9 <- 1,2', 'done 1+2 <- ', 'done 3+3 <- 1']);
    expect(trace.truncated).toBe(false);
  });

  test('trace follows attached jobs within the run, and the next job of expanded ones', async () => {
    const trace = await traceOf(add(5, 5), [
      jobEntry(1, add(1, 1), { status: 'expanded', next: 4 }),
      jobEntry(2, add(1, 1), { status: 'attached' }),
      jobEntry(3, add(0, 2)),
      jobEntry(4, add(2, 3), { inputs: [3] }),
      jobEntry(5, add(5, 5), { inputs: [1, 2] }),
    ]);
    expect(named(trace)).toEqual([
      'done 5+5 <- 1,2',
      'expanded 1+1 <-  next 3',
      'attached 1+1 <-  origin 1',
      'done 2+3 <- 4',
      'done 0+2 <- ',
    ]);
  });

  test('trace follows retrieved jobs to the session that computed them', async () => {
    const trace = await traceOf(
      add(3, 4),
      [jobEntry(1, add(1, 2), { time: BEGIN - 20 }), jobEntry(2, add(3, 4), { inputs: [1], time: BEGIN - 10 })],
      [jobEntry(1, add(3, 4), { time: BEGIN + 100, inputs: [] }), jobEntry(2, add(7, 7), { time: BEGIN + 120 })],
      [jobEntry(1, add(3, 4), { status: 'retrieved', time: now })],
    );
    expect(named(trace)).toEqual(['retrieved 3+4 <-  origin 1', 'done 3+4 <- ']);
    expect(trace.jobs[1]?.job.session).toBe(sessionId(1));
  });

  test('trace goes on through several sessions', async () => {
    const trace = await traceOf(
      add(7, 7),
      [jobEntry(1, add(1, 2), { time: BEGIN - 20 }), jobEntry(2, add(3, 4), { inputs: [1], time: BEGIN - 10 })],
      [
        jobEntry(1, add(3, 4), { status: 'retrieved', time: BEGIN + 10 }),
        jobEntry(2, add(7, 7), { inputs: [1], time: BEGIN + 20 }),
      ],
      [jobEntry(1, add(7, 7), { status: 'retrieved', time: now })],
    );
    expect(named(trace)).toEqual([
      'retrieved 7+7 <-  origin 1',
      'done 7+7 <- 2',
      'retrieved 3+4 <-  origin 3',
      'done 3+4 <- 4',
      'done 1+2 <- ',
    ]);
  });

  test('trace ends at what was computed before the history begins', async () => {
    const retrieved = jobEntry(1, add(3, 4), { status: 'retrieved', inputs: [2], next: 3 });
    const trace = await traceOf(add(3, 4), [jobEntry(2, add(1, 1)), jobEntry(3, add(2, 2)), retrieved]);
    expect(named(trace)).toEqual(['retrieved 3+4 <- 2 next 1', 'done 2+2 <- ', 'done 1+1 <- ']);
  });

  test('trace ends where a damaged history goes in circles, and at its bound', async () => {
    const circle = [jobEntry(1, add(1, 1), { inputs: [2] }), joinEntry(2, [2, 1, 9])];
    expect(named(await traceOf(add(1, 1), circle))).toEqual(['done 1+1 <- 0']);
    const chain = Array.from({ length: 3000 }, (_, index) => jobEntry(index, add(index, 0), { inputs: [index - 1] }));
    const database = await databaseOf(sessionEntries(chain));
    const trace = await database.trace(keyOfCall(add(2999, 0)), { maxJobs: 100 });
    expect(trace).toMatchObject({ truncated: true, jobs: { length: 100 } });
    expect((await database.trace(keyOfCall(add(2999, 0)))).jobs).toHaveLength(3000);
  });
});
