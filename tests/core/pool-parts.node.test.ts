/** The parts by which a pool finds jobs and workers at once do what plain lists would. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenWorkers } from '../../dist/core/open-workers.js';
import { PoolQueue } from '../../dist/core/pool-queue.js';
import type { PoolJob } from '../../dist/core/worker-batch.js';

interface Worker {
  readonly id: number;
  load: number;
  room: number;
}

/** What a scheduler may do: a worker's jobs or room change, or it goes. */
const changes = fc.array(
  fc.record({
    worker: fc.nat(7),
    load: fc.nat(5),
    room: fc.nat(2),
    goes: fc.boolean(),
  }),
  { maxLength: 60 },
);

describe('OpenWorkers', () => {
  test('OpenWorkers gives those with room by their load, each once', () => {
    fc.assert(
      fc.property(changes, fc.nat(9), (steps, count) => {
        const open = new OpenWorkers<Worker>();
        const workers = Array.from({ length: 8 }, (_, id): Worker => ({ id, load: 0, room: 0 }));
        const gone = new Set(workers);
        for (const { worker: id, load, room, goes } of steps) {
          const worker = workers[id] as Worker;
          Object.assign(worker, { load, room });
          if (goes) open.delete(worker);
          else open.place(worker);
          if (goes) gone.add(worker);
          else gone.delete(worker);
        }
        const wanted = workers.filter((worker) => worker.room > 0 && !gone.has(worker));
        const first = open.first(count);
        expect(open.size).toBe(wanted.length);
        expect(open.idle).toBe(wanted.filter(({ load }) => load === 0).length);
        expect(new Set(open.first(Infinity))).toEqual(new Set(wanted));
        expect(first.map(({ load }) => load)).toEqual(
          wanted
            .map(({ load }) => load)
            .toSorted((a, b) => a - b)
            .slice(0, count),
        );
        expect(new Set(first).size).toBe(first.length);
        open.clear();
        expect([open.size, open.idle, open.first(9)]).toEqual([0, 0, []]);
      }),
    );
  });
});

/** What a pool does with its queue. */
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('push' as const), count: fc.nat(3000) }),
    fc.record({ type: fc.constant('first' as const), count: fc.nat(3) }),
    fc.record({ type: fc.constant('take' as const), count: fc.nat(2000) }),
    fc.record({ type: fc.constant('take-even' as const), count: fc.nat(5) }),
    fc.record({ type: fc.constant('remove' as const), count: fc.integer({ min: 2, max: 9 }) }),
  ),
  { maxLength: 20 },
);

describe('PoolQueue', () => {
  test('PoolQueue gives jobs in order, whatever is put first, taken out or left', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new PoolQueue();
        let list: number[] = [];
        let next = 0;
        const jobs = (count: number): PoolJob[] =>
          Array.from({ length: count }, () => ({ id: next++ }) as unknown as PoolJob);
        const ids = (some: readonly PoolJob[]): number[] => some.map(({ id }) => id);
        const takeOut = (count: number, isTaken: (id: number) => boolean): number[] => {
          const taken = list.filter(isTaken).slice(0, count);
          list = list.filter((id) => !taken.includes(id));
          return taken;
        };
        for (const { type, count } of all) {
          const fresh = type === 'push' || type === 'first' ? jobs(count) : [];
          if (type === 'push') {
            queue.push(...fresh);
            list.push(...ids(fresh));
          } else if (type === 'first') {
            queue.putFirst(fresh);
            list.unshift(...ids(fresh));
          } else if (type === 'take') expect(ids(queue.take(count))).toEqual(list.splice(0, count));
          else if (type === 'take-even')
            expect(ids(queue.take(count, ({ id }) => id % 2 === 0))).toEqual(takeOut(count, (id) => id % 2 === 0));
          else {
            queue.remove(({ id }) => id % count === 0);
            list = list.filter((id) => id % count !== 0);
          }
          expect(queue.length).toBe(list.length);
        }
        expect(ids(queue.take(Infinity))).toEqual(list);
      }),
      { numRuns: 60 },
    );
  });
});
