import { schedule, WorkerLostError } from 'somen';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../dist/core/job.js';
import { nodeIn, Table } from './support/engine-table.js';

const task = schedule((..._args: unknown[]): unknown => undefined, { name: 'engine/task' });

describe('Engine', () => {
  test('an engine executes jobs in depth when one place is free, and resolves with the last result', () => {
    const table = new Table(1);
    table.submit(task('root', task('a', task('a1'), task('a2')), task('b')));
    expect(table.running()).toEqual(['a1']);
    for (const [done, next] of [
      ['a1', 'a2'],
      ['a2', 'a'],
      ['a', 'b'],
      ['b', 'root'],
    ] as const) {
      table.done(done, done.toUpperCase());
      expect(table.running()).toEqual([next]);
    }
    expect(table.job('root').args).toEqual(['root', 'A', 'B']);
    table.done('root', 42);
    expect(table.outcomes).toEqual([{ run: 1, value: 42 }]);
    expect(table.engine.idle).toBe(true);
  });

  test('an engine executes as many jobs as there are slots, and more when they become more', () => {
    const table = new Table(2);
    table.submit(task('root', ...['a', 'b', 'c', 'd', 'e'].map((name) => task(name))));
    expect(table.running()).toEqual(['a', 'b']);
    table.step({ type: 'resized', slots: 4 });
    expect(table.running()).toEqual(['a', 'b', 'c', 'd']);
    table.step({ type: 'resized', slots: 1 });
    table.done('a', 1);
    table.done('b', 1);
    table.done('c', 1);
    expect(table.running()).toEqual(['d']);
    table.done('d', 1);
    expect(table.running()).toEqual(['e']);
  });

  test('an engine makes one job of a node when many calls need it', () => {
    const table = new Table(4);
    const shared = task('shared');
    table.submit(task('root', task('a', shared, shared), shared));
    expect(table.running()).toEqual(['shared']);
    table.done('shared', 's');
    expect(table.running()).toEqual(['a']);
    expect(table.job('a').args).toEqual(['a', 's', 's']);
  });

  test('an engine computes joins itself when their values are there', () => {
    const table = new Table(4);
    table.submit({ list: [task('a'), 1] });
    table.done('a', 'A');
    expect(table.outcomes).toEqual([{ run: 1, value: { list: ['A', 1] } }]);
  });

  test('an engine gives the same commands again when it is told the same events', () => {
    const play = () => {
      const table = new Table(2, { keyed: true });
      table.submit(task('root', task('x'), task('y'), task('x')));
      const log: string[] = [];
      while (table.outcomes.length === 0) log.push(...table.advance());
      return log;
    };
    expect(play()).toEqual(play());
  });
});

describe('lost workers', () => {
  test('an engine executes a job three times when its workers are lost, then fails with WorkerLostError', () => {
    const table = new Table(1);
    table.submit(task('a'));
    const attempts: number[] = [];
    const error = new Error('Exit code 9');
    while (table.outcomes.length === 0) {
      attempts.push(table.job('a').attempts);
      table.step({ type: 'lost', job: table.job('a'), error });
    }
    expect(attempts).toEqual([1, 2, 3]);
    const failure = table.outcomes[0]?.error as WorkerLostError;
    expect(failure).toBeInstanceOf(WorkerLostError);
    expect(failure.cause).toBe(error);
    expect(failure.message).toMatch(/^Cannot run 'engine\/task': its worker was lost 3 times, last: Exit code 9/);
    expect(table.reports('a')).toEqual(['scheduled', 'retrying', 'retrying', 'failed']);
  });

  test('an engine goes on when a job succeeds at its second attempt', () => {
    const table = new Table(1, { keyed: true });
    table.submit(task('a'));
    table.identifyAll();
    table.step({ type: 'lost', job: table.job('a'), error: new Error('Lost') });
    expect(table.running()).toEqual(['a']);
    table.done('a', 1);
    expect(table.outcomes).toEqual([{ run: 1, value: 1 }]);
  });
});

describe('failures and aborts', () => {
  test('an engine rejects once when a job fails, and starts nothing more of that run', () => {
    const table = new Table(2);
    table.submit(task('root', task('a'), task('b'), task('c')));
    table.step({ type: 'failed', job: table.job('a'), error: 'oh' });
    expect(table.outcomes).toEqual([{ run: 1, error: 'oh' }]);
    expect(table.running()).toEqual(['b']);
    table.step({ type: 'started', job: table.job('b'), worker: 'late' });
    table.done('b', 1);
    expect([table.running(), table.outcomes.length, table.engine.idle]).toEqual([[], 1, true]);
    expect(table.reports('b')).toEqual(['scheduled', 'aborted']);
    expect(table.reports('root')).toEqual(['scheduled', 'aborted']);
  });

  test('an engine cancels what runs when a run is aborted', () => {
    const table = new Table(2);
    const run = table.submit(task('root', task('a'), task('b'), task('c')));
    const [a, b] = [table.job('a'), table.job('b')];
    const commands = table.step({ type: 'abort', run, reason: 'enough' });
    expect(
      commands.filter(({ type }) => type === 'cancel').map((command) => (command as Command & { type: 'cancel' }).job),
    ).toEqual([a, b]);
    expect(table.outcomes).toEqual([{ run: 1, error: 'enough' }]);
    expect([table.engine.running, table.engine.idle]).toEqual([0, true]);
    expect(table.step({ type: 'abort', run, reason: 'again' })).toEqual([]);
  });

  test('an engine takes late answers of an aborted run when they come all the same', () => {
    const table = new Table(2, { keyed: true });
    const run = table.submit(task('root', task('a'), task('b')));
    table.identifyAll();
    const [a, b] = [table.job('a'), table.job('b')];
    table.step({ type: 'abort', run, reason: 'enough' });
    table.step({ type: 'done', job: a, value: 1, form: undefined, duration: 0 });
    table.step({ type: 'expanded', job: b, node: nodeIn(task('c')), duration: 0 });
    expect([table.outcomes.length, table.engine.running, table.engine.idle]).toEqual([1, 0, true]);
  });
});

describe('equal calls', () => {
  test('an engine attaches a job when a job of its key is under way, and gives both the result', () => {
    const table = new Table(4, { keyed: true });
    table.submit([task('a', 1), task('a', 1)]);
    table.identifyAll();
    expect(table.running()).toEqual(['a']);
    table.done('a', 'A');
    expect(table.outcomes).toEqual([{ run: 1, value: ['A', 'A'] }]);
  });

  test('an engine gives a finished result without a look-up while it is being stored, and looks it up after', () => {
    const table = new Table(4, { keyed: true });
    table.submit(task('a'));
    table.identifyAll();
    const key = table.job('a').key ?? '';
    table.done('a', 'A');
    table.submit(task('a'));
    expect(table.identifyAll().filter(({ type }) => type === 'look-up')).toEqual([]);
    expect(table.outcomes.at(-1)).toEqual({ run: 2, value: 'A' });
    table.step({ type: 'stored', key });
    table.submit(task('a'));
    expect(table.identifyAll().filter(({ type }) => type === 'look-up')).toHaveLength(1);
  });

  test('an engine looks a result up again when the last one of its key was found', () => {
    const table = new Table(4, { keyed: true });
    for (const run of [1, 2]) {
      table.submit(task('a'));
      expect(table.identify()).toMatchObject([{ type: 'look-up' }]);
      const result = { kind: 'value', key: 'key of a', value: run, form: new Uint8Array(1), basis: undefined } as const;
      table.step({ type: 'found', job: table.job('a'), result });
      expect(table.outcomes.at(-1)).toEqual({ run, value: run });
    }
  });

  test('an engine lets a job run on when its run is aborted and another run is attached to it', () => {
    const table = new Table(4, { keyed: true });
    const first = table.submit(task('root', task('a')));
    table.identifyAll();
    const a = table.job('a');
    table.submit(task('other', task('a')));
    table.identifyAll();
    expect(table.step({ type: 'abort', run: first, reason: 'enough' }).some(({ type }) => type === 'cancel')).toBe(
      false,
    );
    table.step({ type: 'done', job: a, value: 'A', form: undefined, duration: 0 });
    table.identifyAll();
    expect(table.job('other').args).toEqual(['other', 'A']);
  });

  test('an engine goes on in the other run when a job expands whose own run was aborted', () => {
    const table = new Table(4, { keyed: true });
    const first = table.submit(task('a'));
    table.identifyAll();
    const a = table.job('a');
    table.submit([task('a'), task('a')]);
    table.submit(task('a'));
    table.identifyAll();
    table.step({ type: 'abort', run: first, reason: 'enough' });
    table.step({ type: 'expanded', job: a, node: nodeIn(task('b', task('c'))), duration: 0 });
    table.identifyAll();
    table.done('c', 'C');
    table.identifyAll();
    expect(table.job('b').args).toEqual(['b', 'C']);
    table.done('b', 'B');
    expect(table.outcomes).toEqual([
      { run: 1, error: 'enough' },
      { run: 3, value: 'B' },
      { run: 2, value: ['B', 'B'] },
    ]);
    expect(table.engine.idle).toBe(true);
  });

  test('an engine starts an attached job over when what it waits for was part of a run that is aborted', () => {
    const table = new Table(4, { keyed: true });
    const first = table.submit(task('a'));
    table.identifyAll();
    table.expand('a', task('b', task('c')));
    table.submit(task('a'));
    table.identifyAll();
    table.step({ type: 'abort', run: first, reason: 'enough' });
    table.identifyAll();
    expect(table.running()).toEqual(['a']);
    table.done('a', 'A');
    expect(table.outcomes.at(-1)).toEqual({ run: 2, value: 'A' });
  });

  test('an engine fails all runs when the job to which they are attached fails', () => {
    const table = new Table(4, { keyed: true });
    table.submit(task('a'));
    table.submit(task('root', task('a')));
    table.identifyAll();
    table.step({ type: 'failed', job: table.job('a'), error: 'oh' });
    expect(table.outcomes).toEqual([
      { run: 1, error: 'oh' },
      { run: 2, error: 'oh' },
    ]);
    expect(table.engine.idle).toBe(true);
  });
});

describe('expansion', () => {
  test('an engine replaces a job by the workflow that it returned, and numbers new jobs after the old ones', () => {
    const table = new Table(1);
    table.submit(task('root', task('a')));
    table.expand('a', task('b', task('c')));
    expect([table.running(), table.job('c').index]).toEqual([['c'], 2]);
    table.done('c', 'C');
    table.expand('b', task('d'));
    table.done('d', 'D');
    expect(table.job('root').args).toEqual(['root', 'D']);
  });

  test('an engine holds one job at a time when a chain of tail calls goes on', () => {
    const table = new Table(1);
    const run = table.submit(task('step'));
    for (let index = 0; index < 1000; index++) table.expand('step', task('step'));
    expect([run.first?.next, run.others?.size ?? 0, run.nextIndex]).toEqual([undefined, 0, 1001]);
    table.done('step', 1);
    expect(table.outcomes).toEqual([{ run: 1, value: 1 }]);
  });

  test('an engine rejects with a TypeError when nothing can happen any more', () => {
    const table = new Table(1);
    const a = task('a');
    table.submit(a);
    table.expand('a', task('b', a));
    expect(table.outcomes).toEqual([{ run: 1, error: expect.any(TypeError) as unknown }]);
    expect(String(table.outcomes[0]?.error)).toMatch(/^TypeError: Cannot (finish|continue)/);
  });
});
