/** Which home of workers is kept for jobs that may take it down. */
import { expect, test } from 'vitest';
import { PoolQueue } from '../../../dist/core/pool-queue.js';
import { Quarantine } from '../../../dist/core/quarantine.js';

interface Housed {
  readonly home: string;
  load: number;
  room: number;
}

const worker = (home: string, load = 0): Housed => ({ home, load, room: 1 });

function quarantineOf(jobs: number) {
  const queue = new PoolQueue();
  for (let id = 0; id < jobs; id++) queue.push({ id } as never);
  return { queue, quarantine: new Quarantine<Housed>(queue) };
}

test('a quarantine is the least busy home, which gets no other jobs, and a job once it has nothing to do', () => {
  const { quarantine } = quarantineOf(1);
  const [a, b, busy] = [worker('x', 1), worker('x'), worker('y', 5)];
  const all = new Set([busy, a, b]);
  expect(quarantine.next(all)).toBeUndefined();
  expect([a, b, busy].map((each) => quarantine.isOpen(each))).toEqual([false, false, true]);
  a.load = 0;
  const chosen = quarantine.next(all);
  expect(chosen?.home).toBe('x');
  expect(chosen !== undefined && quarantine.isAlone(chosen)).toBe(true);
});

test('a quarantine is kept while its job runs, and given up when there is no other one', () => {
  const { queue, quarantine } = quarantineOf(1);
  const [a, b] = [worker('x'), worker('x')];
  const all = new Set([a, b]);
  const chosen = quarantine.next(all);
  queue.take(1);
  if (chosen !== undefined) chosen.load = 1;
  expect(quarantine.next(all)).toBeUndefined();
  expect(quarantine.isOpen(a)).toBe(false);
  if (chosen !== undefined) chosen.load = 0;
  expect(quarantine.next(all)).toBeUndefined();
  expect(quarantine.isKept).toBe(false);
  expect([a, b].every((each) => quarantine.isOpen(each))).toBe(true);
});

test('a quarantine that is lost with its job is followed by another one, for the next job', () => {
  const { queue, quarantine } = quarantineOf(2);
  const [first, second] = [worker('x'), worker('y')];
  const all = new Set([first, second]);
  const chosen = quarantine.next(all);
  queue.take(1);
  if (chosen !== undefined) {
    chosen.load = 1;
    all.delete(chosen);
  }
  const [left] = all;
  expect(quarantine.next(all)).toBe(left);
});

test('a quarantine without workers waits for some', () => {
  const { quarantine } = quarantineOf(1);
  expect(quarantine.next(new Set())).toBeUndefined();
  const loading = { home: 'x', load: 0, room: 0 };
  expect(quarantine.next(new Set([loading]))).toBeUndefined();
  loading.room = 1;
  expect(quarantine.next(new Set([loading]))).toBe(loading);
});
