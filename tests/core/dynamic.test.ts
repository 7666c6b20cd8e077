import { gather, memoryCache, run, schedule, type Promised } from 'somen';
import { describe, expect, test } from 'vitest';
import { accumulate, add, mul } from './support/arithmetic.js';

const factorial = schedule(
  (n: number, product: bigint = 1n): unknown => (n === 0 ? product : factorial(n - 1, product * BigInt(n))),
  { name: 'dynamic/factorial' },
);
const even = schedule((n: number): unknown => (n === 0 ? true : odd(n - 1)), { name: 'dynamic/even' });
const odd = schedule((n: number): unknown => (n === 0 ? false : even(n - 1)), { name: 'dynamic/odd' });
const fib = schedule((n: number): number | Promised<number> => (n < 2 ? n : add(fib(n - 1), fib(n - 2))), {
  name: 'dynamic/fib',
});

describe('a task that returns a workflow', () => {
  test('a workflow goes on with a promise when a task returns one', async () => {
    const square = schedule((n: number) => mul(n, n), { name: 'dynamic/square' });
    expect(await run(add(square(3), square(add(2, 2))))).toBe(25);
  });

  test('a workflow goes on with promises when a task returns them inside arrays and objects', async () => {
    const both = schedule(
      (a: number, b: number) => ({ sum: add(a, b), list: [mul(a, b), 'x'], nested: { deep: [[add(a, a)]] } }),
      {
        name: 'dynamic/both',
      },
    );
    const result = both(3, 4);
    expect(await run([result, result.sum, result.list[0]])).toEqual([
      { sum: 7, list: [12, 'x'], nested: { deep: [[6]] } },
      7,
      12,
    ]);
  });

  test('a workflow goes on with a promise when an async task returns one', async () => {
    const later = schedule(
      async (a: number) => {
        await Promise.resolve();
        return { value: add(a, 1) };
      },
      { name: 'dynamic/async' },
    );
    expect(await run(mul(later(20).value, 2))).toBe(42);
  });

  test('a workflow computes 20! when the factorial calls itself', async () => {
    expect(await run(factorial(20))).toBe(2_432_902_008_176_640_000n);
  });

  test('a workflow computes 100,000 steps when a task calls itself in tail position', async () => {
    const count = schedule((n: number, acc: number): unknown => (n === 0 ? acc : count(n - 1, acc + n)), {
      name: 'dynamic/count',
    });
    expect(await run(count(100_000, 0))).toBe(5_000_050_000);
  });

  test('a workflow computes 10,001 steps when two tasks call each other', async () => {
    expect(await run([even(10_001), odd(10_001)])).toEqual([false, true]);
  });

  test('a workflow computes steps of a loop whose arguments are promised', async () => {
    const sum = schedule((n: number, acc: number): unknown => (n === 0 ? acc : sum(n - 1, add(acc, n))), {
      name: 'dynamic/promised-sum',
    });
    expect(await run(sum(1000, 0))).toBe(500_500);
  });

  test('a workflow computes fib(25) with 26 jobs of fib and 24 of add when it has a cache', async () => {
    const ran = new Map<string, number>();
    const running = run(fib(25), { cache: memoryCache() });
    const watching = (async () => {
      for await (const { type, name } of running.events) if (type === 'done') ran.set(name, (ran.get(name) ?? 0) + 1);
    })();
    expect(await running).toBe(75_025);
    await watching;
    expect(ran.get('dynamic/fib')).toBe(26);
    expect(running.summary.ran + running.summary.attached + running.summary.retrieved).toBe(running.summary.scheduled);
    expect(ran.get('arithmetic/add')).toBeLessThanOrEqual(24);
  });

  test('a workflow maps and reduces when a task makes a call for each element', async () => {
    const each = schedule(
      (values: readonly number[]) => accumulate(gather(...values.map((value) => mul(value, value)))),
      {
        name: 'dynamic/each',
      },
    );
    expect(await run(each([1, 2, 3, add(2, 2)]))).toBe(30);
  });

  test('a workflow goes on with a call of its own when it was part of the graph already', async () => {
    const shared = add(20, 1);
    const give = schedule(() => shared, { name: 'dynamic/give' });
    expect(await run(add(give(), shared))).toBe(42);
  });
});
