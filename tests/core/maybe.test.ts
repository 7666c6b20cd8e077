import { failed, inline, maybe, memoryCache, run, schedule } from 'somen';
import type { Fail } from 'somen';
import { describe, expect, test } from 'vitest';

const reciprocal = maybe(function reciprocal(x: number) {
  if (x === 0) throw new RangeError('Division by zero');
  return 1 / x;
});
const squareRoot = maybe(function squareRoot(x: number) {
  if (x < 0) throw new TypeError('Math domain error');
  return Math.sqrt(x);
});
const tasks = {
  reciprocal: schedule(reciprocal, { name: 'maybe/reciprocal' }),
  squareRoot: schedule(squareRoot, { name: 'maybe/square-root' }),
  add: schedule(
    maybe((a: number, b: number) => a + b),
    { name: 'maybe/add' },
  ),
};

/** The tree without places in the source. */
function tree(value: unknown): string {
  return String(value).replaceAll(/ \([^)]*:\d+:\d+\)/g, ' (here)');
}

describe('maybe', () => {
  test('maybe composes outside of workflows, as in seed 001', () => {
    const plain = [2, 1, 0, -1].map((x) =>
      maybe(function root(y: number) {
        if (y < 0) throw new TypeError('Math domain error');
        return Math.sqrt(y);
      })(reciprocal(x) as number),
    );
    expect(plain.slice(0, 2)).toEqual([Math.SQRT1_2, 1]);
    expect(plain.map(failed)).toEqual([false, false, true, true]);
    expect(String(plain[3])).toMatch(/^Fail: root \(.*:\d+:\d+\)\n\* TypeError: Math domain error$/);
  });

  test('maybe tells the tree of causes of a workflow full of errors', async () => {
    const result = await run(tasks.add(tasks.reciprocal(0), tasks.squareRoot(tasks.add(-1, 0))));
    expect(failed(result)).toBe(true);
    expect(tree(result)).toBe(
      [
        'Fail: maybe/add (here)',
        '* failed arguments:',
        '  0: Fail: maybe/reciprocal (here)',
        '     * RangeError: Division by zero',
        '  1: Fail: maybe/square-root (here)',
        '     * TypeError: Math domain error',
      ].join('\n'),
    );
    expect((result as Fail).errors.map(String)).toEqual([
      'RangeError: Division by zero',
      'TypeError: Math domain error',
    ]);
    expect([(result as Fail).isRootCause, (result as Fail).causes[0]?.fail.isRootCause]).toEqual([false, true]);
  });

  test('maybe does not try a function whose argument failed', async () => {
    let calls = 0;
    const count = schedule(
      maybe((_value: number) => ++calls),
      { name: 'maybe/count' },
    );
    expect(failed(await run(count(tasks.reciprocal(0))))).toBe(true);
    expect(calls).toBe(0);
  });

  test('maybe takes rejections of asynchronous functions', async () => {
    const later = schedule(
      maybe(async (x: number) => {
        await Promise.resolve();
        if (x > 1) throw new RangeError('Too much');
        return x;
      }),
      { name: 'maybe/later' },
    );
    const [good, bad] = await run([later(1), later(2)]);
    expect(good).toBe(1);
    expect(tree(bad)).toBe('Fail: maybe/later (here)\n* RangeError: Too much');
  });

  test('a failure is remembered only by a task with store: true', async () => {
    const cache = memoryCache();
    let calls = 0;
    const fails = () => {
      calls++;
      throw new Error('oh');
    };
    const forgetful = schedule(maybe(fails), { name: 'maybe/forgetful' });
    const mindful = schedule(maybe(fails), { name: 'maybe/mindful', store: true });
    for (const task of [forgetful, mindful]) {
      calls = 0;
      const results = [await run(task(), { cache }), await run(task(), { cache })];
      expect(results.map(tree)).toEqual(new Array(2).fill(`Fail: ${task.name} (here)\n* Error: oh`));
      expect(calls).toBe(task === forgetful ? 2 : 1);
      expect(results.every(failed)).toBe(true);
    }
  });

  test('a failure may be a part of a key', async () => {
    const text = schedule((value: unknown) => String(failed(value)), { name: 'maybe/text' });
    expect(await run(text([tasks.reciprocal(0)]), { cache: memoryCache() })).toBe('false');
    expect(await run(text(tasks.reciprocal(0)), { cache: memoryCache() })).toBe('true');
  });

  test('maybe keeps functions apart by their text', async () => {
    const cache = memoryCache();
    const one = schedule(
      maybe(() => 1),
      { name: 'maybe/version' },
    );
    await run(one(), { cache });
    const again = run(one(), { cache, executor: inline() });
    await again;
    expect(again.summary.retrieved).toBe(1);
    expect(String(maybe(() => 1))).not.toBe(String(maybe(() => 2)));
  });

  test('maybe refuses scheduled functions and other values', () => {
    expect(() => maybe(tasks.add as never)).toThrow('write schedule(maybe(fn))');
    expect(() => maybe(5 as never)).toThrow('it is no function');
  });
});
