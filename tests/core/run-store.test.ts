import {
  conditional,
  createRunStore,
  createRuntime,
  delay,
  gather,
  memoryCache,
  run,
  schedule,
  toGraph,
  type RunSnapshot,
  type WorkflowPart,
} from 'somen';
import { describe, expect, test } from 'vitest';

const add = schedule((a: number, b: number) => a + b, { name: 'store/add' });
const fail = schedule(
  (text: string) => {
    throw new RangeError(text);
  },
  { name: 'store/fail' },
);
const sumTo = schedule((n: number): unknown => (n === 0 ? 0 : add(n, sumTo(n - 1) as never)), { name: 'store/sumTo' });

/** What a store shows after a run, whatever becomes of that. */
async function shown(value: unknown, options: Parameters<typeof run>[1] = {}): Promise<RunSnapshot> {
  const store = createRunStore();
  await run(value, { ...options, display: store }).catch(() => undefined);
  return store.getSnapshot();
}

const states = ({ jobs }: RunSnapshot): readonly string[] => jobs.map(({ name, state }) => `${name} ${state}`);

describe('createRunStore', () => {
  test('createRunStore shows quoted workflows by their tasks', async () => {
    const { jobs } = await shown(conditional(delay(true), add(1, 2), fail('never')));
    expect(jobs.find(({ name }) => name.endsWith('conditional'))?.args.slice(1)).toEqual([
      'quote(store/add)',
      'quote(store/fail)',
    ]);
  });

  test('createRunStore shows the jobs with the numbers, names and inputs of toGraph, and what became of them', async () => {
    const u = add(5, 4);
    const x = add(add(u, 3), add(u, 2));
    const snapshot = await shown(x);
    const graph = toGraph(x);
    expect(snapshot.jobs.map(({ job, name }) => ({ id: job, name }))).toEqual(
      graph.nodes.map(({ id, name }) => ({ id, name })),
    );
    expect(snapshot.parts).toEqual([{ root: 3, parent: undefined, jobs: [0, 1, 2, 3] }]);
    expect(snapshot).toMatchObject({ status: 'done', summary: { scheduled: 4, ran: 4 }, workers: ['inline'] });
    expect(snapshot.jobs[3]).toMatchObject({
      inputs: [
        { job: 1, argument: 0 },
        { job: 2, argument: 1 },
      ],
      args: [undefined, undefined],
      state: 'done',
      value: '23',
      worker: 'inline',
      attempts: 1,
    });
    expect(snapshot.jobs[1]?.args).toEqual([undefined, '3']);
    for (const { startedAt = 0, endedAt = 0, scheduledAt = 0 } of snapshot.jobs) {
      expect(scheduledAt).toBeGreaterThan(0);
      expect(startedAt).toBeGreaterThanOrEqual(snapshot.startedAt ?? Infinity);
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
      expect(endedAt).toBeLessThanOrEqual(snapshot.endedAt ?? 0);
    }
  });

  test('createRunStore nests the workflows that jobs return, and shows jobs of the language as done when they are', async () => {
    const snapshot = await shown(gather(sumTo(2), conditional(delay(true), add(1, 1))));
    expect(snapshot.status).toBe('done');
    const [first, ...nested] = snapshot.parts;
    expect(first?.parent).toBeUndefined();
    expect(nested.length).toBeGreaterThanOrEqual(3);
    for (const [index, { parent = -1, root }] of nested.entries()) {
      expect(snapshot.jobs[parent]).toMatchObject({ state: 'expanded', into: index + 1 });
      expect(snapshot.jobs[root]?.part).toBe(index + 1);
    }
    expect(snapshot.jobs.filter(({ state }) => state === 'waiting' || state === 'running')).toEqual([]);
    expect(snapshot.jobs[first?.root ?? -1]).toMatchObject({ builtIn: true, state: 'done' });
  });

  test('createRunStore shows what was retrieved, and what need not run for that', async () => {
    const cache = memoryCache();
    const twice = add(add(1, 2), 3);
    const first = await shown(twice, { cache });
    expect(states(first)).toEqual(['store/add done', 'store/add done']);
    expect(first.jobs[0]?.key).toMatch(/^[0-9a-f]{64}$/);
    const again = await shown(add(add(add(1, 2), 3), 10), { cache });
    expect(states(again)).toEqual(['store/add skipped', 'store/add retrieved', 'store/add done']);
    expect(again.jobs[1]?.value).toBe('6');
    const gathered = add(gather(add(1, 2), add(3, 4))[0], 1);
    await shown(gathered, { cache });
    expect(states(await shown(gathered, { cache })).filter((state) => state.endsWith('waiting'))).toEqual([]);
    const changed = await shown(twice, { cache });
    expect(states(changed)).toEqual(['store/add skipped', 'store/add retrieved']);
    expect(changed.summary).toMatchObject({ scheduled: 1, retrieved: 1 });
  });

  test('createRunStore shows a workflow whose jobs are under way already as a part without jobs of its own', async () => {
    const cache = memoryCache();
    await run(add(add(1, 2), 3), { cache });
    let share: (value: number) => void = () => undefined;
    const given = new Promise<number>((resolve) => (share = resolve));
    const slow = schedule((value: number) => given.then((more) => value + more), { name: 'store/slow', main: true });
    const shared = slow(add(add(1, 2), 3));
    const sharing = schedule(() => shared as never, { name: 'store/sharing', main: true, store: false });
    const after = schedule(() => given.then(() => add(add(7, 8), 9) as never), {
      name: 'store/after',
      main: true,
      store: false,
    });
    const store = createRunStore();
    const none = (): void => undefined;
    const goOn = { workflow: ({ parent }: WorkflowPart) => void (parent !== undefined && share(1)) };
    await run(gather(shared, sharing(), after()), { cache, display: [store, { ...goOn, log: none, warning: none }] });
    const { jobs, parts } = store.getSnapshot();
    expect(parts.map(({ jobs: own }) => own.length)).toEqual([6, 0, 2]);
    const numbers = parts.flatMap(({ jobs: own }) => own);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(jobs.filter(({ part }) => part === -1).every(({ state }) => state === 'skipped')).toBe(true);
  });

  test('createRunStore shows an error that cannot be read as one that cannot', async () => {
    const unreadable = new Error('x');
    Object.defineProperty(unreadable, 'message', {
      get() {
        throw new RangeError('unreadable');
      },
    });
    const throwing = schedule(
      () => {
        throw unreadable;
      },
      { name: 'store/unreadable', main: true },
    );
    const snapshot = await shown(throwing());
    const message = 'What was thrown cannot be read: RangeError: unreadable';
    expect(snapshot).toMatchObject({ status: 'failed', error: { message }, jobs: [{ state: 'failed' }] });
  });

  test('createRunStore shows failures, with their job and cause, and what they left undone', async () => {
    const snapshot = await shown(add(fail('too much'), add(1, 2)));
    expect(snapshot.status).toBe('failed');
    expect(snapshot.error).toMatchObject({ name: 'RangeError', message: 'too much', job: { task: 'store/fail' } });
    expect(snapshot.jobs.find(({ name }) => name === 'store/fail')).toMatchObject({
      state: 'failed',
      error: { message: 'too much' },
      args: [`'too much'`],
    });
    expect(snapshot.jobs.at(-1)?.state).toBe('aborted');
    // Jobs of the language, too; what ran beside the failure may go on, and is told of no more.
    const beside = await shown([fail('no'), add(1, 2), fail('never')]);
    expect(beside.status).toBe('failed');
    expect(beside.jobs.map(({ state }) => state)).not.toContain('running');
    expect(beside.jobs.at(-1)).toMatchObject({ builtIn: true, state: 'aborted' });
  });

  test('createRunStore shows an abort, and begins anew with the next run', async () => {
    const store = createRunStore();
    const begun = run(add(1, 2), { display: store });
    begun.abort();
    await begun.catch(() => undefined);
    expect(store.getSnapshot().status).not.toBe('failed');
    const controller = new AbortController();
    const stuck = schedule(() => controller.abort(), { name: 'store/stuck' });
    await run(add(stuck() as never, 1), { display: store, signal: controller.signal }).catch(() => undefined);
    expect(store.getSnapshot().status).toBe('aborted');
    await run(add(1, 2), { display: store });
    expect(store.getSnapshot()).toMatchObject({ status: 'done', error: undefined, jobs: [{ value: '3' }] });
  });

  test('createRunStore gives the same snapshot until something changes, and tells listeners after the last change', async () => {
    const store = createRunStore();
    const empty = store.getSnapshot();
    expect(store.getSnapshot()).toBe(empty);
    expect(empty).toMatchObject({ status: 'idle', jobs: [], startedAt: undefined });
    const seen: RunSnapshot[] = [];
    const { subscribe, getSnapshot } = store;
    const unsubscribe = subscribe(() => seen.push(getSnapshot()));
    await run(add(add(1, 2), 3), { display: store });
    expect(seen.at(-1)?.status).toBe('done');
    expect(seen.at(-1)).toBe(store.getSnapshot());
    expect(empty.jobs).toEqual([]);
    unsubscribe();
    const told = seen.length;
    await run(add(1, 2), { display: store });
    expect(seen.length).toBe(told);
  });

  test('createRunStore replaces only the views of jobs that changed', async () => {
    const store = createRunStore();
    const before: RunSnapshot[] = [];
    const runtime = createRuntime({ display: store });
    const watch = schedule(
      (value: number) => {
        before.push(store.getSnapshot());
        return value;
      },
      { name: 'store/watch' },
    );
    await runtime.run(watch(add(1, 2)));
    expect(before[0]?.jobs[0]).toBe(store.getSnapshot().jobs[0]);
    expect(before[0]?.jobs[1]).not.toBe(store.getSnapshot().jobs[1]);
    await runtime.close();
  });

  test('createRunStore keeps the last lines of a log, and no values if told so', () => {
    const store = createRunStore({ maxLog: 2, values: false });
    store.start?.({ scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      store.log({ type: 'log', level: 'info', values: [text, { n: 1 }], job: 3, name: 'f', key: undefined, time: 5 });
    }
    store.warning('careful');
    expect(store.getSnapshot().log).toMatchObject([
      { job: 3, name: 'f', level: 'info', text: 'e { n: 1 }', time: 5 },
      { job: undefined, level: 'warning', text: 'careful' },
    ]);
    expect(() => createRunStore({ maxLog: -1 })).toThrow(/maxLog -1: it must be a number from 0 up/);
  });

  test('createRunStore puts the jobs of one message after each other on their worker', () => {
    const store = createRunStore();
    store.start?.({ scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 });
    const nodes = [0, 1, 2].map((id) => ({ id, name: 'f', args: [], builtIn: false }));
    store.workflow?.({ root: 2, parent: undefined, nodes, edges: [] });
    const tell = (job: number, time: number, what: object): void =>
      store.event?.({ job, name: 'f', key: undefined, time, ...what } as never);
    tell(0, 100, { type: 'started', worker: 'w1' });
    tell(0, 130, { type: 'done', duration: 10 });
    tell(1, 130, { type: 'started', worker: 'w1' });
    tell(1, 130, { type: 'done', duration: 12 });
    tell(2, 140, { type: 'started', worker: 'w1' });
    tell(2, 145, { type: 'done', duration: 5 });
    expect(store.getSnapshot().jobs.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
      [100, 110],
      [110, 122],
      [140, 145],
    ]);
  });
});

test('createRunStore shows the run that began last, of two at once', async () => {
  const store = createRunStore();
  const wait = schedule((_n: number, until: Promise<unknown>) => until, { name: 'store/wait', byRef: [1] });
  let finish = (_value: unknown): void => undefined;
  const first = run(wait(1, new Promise((resolve) => (finish = resolve))), { display: store });
  await expect.poll(() => store.getSnapshot().jobs[0]?.state).toBe('running');
  await run(add(1, 2), { display: store });
  const last = store.getSnapshot();
  finish(7);
  await first;
  expect(store.getSnapshot()).toBe(last);
  expect(last).toMatchObject({ status: 'done', summary: { scheduled: 1, ran: 1 }, jobs: [{ name: 'store/add' }] });
});

describe('display', () => {
  test('display takes several displays, and functions that make one for each run', async () => {
    const stores = [createRunStore()];
    const made = (): (typeof stores)[number] => {
      const store = createRunStore();
      stores.push(store);
      return store;
    };
    const runtime = createRuntime({ display: [stores[0] ?? made(), made] });
    await Promise.all([runtime.run(add(1, 2)), runtime.run(add(3, 4))]);
    expect(stores.length).toBe(3);
    expect(stores.slice(1).map((store) => store.getSnapshot().jobs[0]?.value)).toEqual(['3', '7']);
    await runtime.close();
  });

  test('display refuses what is none, by its name', async () => {
    await expect(run(add(1, 2), { display: { show: true } as never })).rejects.toThrow(
      /^Cannot use .* as a display: it must have log and warning/,
    );
  });
});
