import { delay, gather, gatherAll, gatherDict, isPromised, run, schedule, tasks, toGraph } from 'somen';
import { describe, expect, test } from 'vitest';
import { accumulate, add, mul, sub } from './support/arithmetic.js';

const identity = schedule(<T>(value: T) => value, { name: 'language/identity' });
const point = schedule((x: number, y: number) => ({ x, y, list: [x, y], norm: { squared: x * x + y * y } }), {
  name: 'language/point',
});

describe('schedule', () => {
  test('schedule computes nothing when a call is made', async () => {
    const calls: number[] = [];
    const noted = schedule((value: number) => void calls.push(value), { name: 'language/noted' });
    const promise = noted(1);
    expect(calls).toEqual([]);
    await run(promise);
    expect(calls).toEqual([1]);
  });

  test('schedule names a task after its function, its hint or its text when asked for its name', () => {
    expect(schedule(function named() {}).name).toBe('named');
    expect(schedule(() => 0, { name: 'language/arrow' }).name).toBe('language/arrow');
    expect(schedule(() => 12345).name).toMatch(/^anonymous-[0-9a-f]{8}$/);
  });

  test('schedule returns the same when it is given a scheduled function', () => {
    expect(schedule(add)).toBe(add);
  });

  test('schedule takes an async function as it takes any other', async () => {
    const later = schedule(
      async (value: number) => {
        await Promise.resolve();
        return value + 1;
      },
      { name: 'language/later' },
    );
    expect(await run(add(later(1), later(2)))).toBe(5);
  });

  test('schedule passes scheduled functions as arguments when a task takes a function', async () => {
    const apply = schedule((fn: (a: number, b: number) => unknown, a: number, b: number) => fn(a, b), {
      name: 'language/apply',
    });
    expect(await run(apply(mul, 6, 7))).toBe(42);
  });
});

describe('tasks', () => {
  test('tasks names each function namespace/key when it makes them', async () => {
    const { twice, halve } = tasks('language/tasks', { twice: (a: number) => 2 * a, halve: (a: number) => a / 2 });
    expect([twice.name, halve.name]).toEqual(['language/tasks/twice', 'language/tasks/halve']);
    expect(await run(halve(twice(21)))).toBe(21);
  });
});

describe('run', () => {
  test('run gives 42 when it computes the diamond workflow of seed 001', async () => {
    const u = add(5, 4);
    const v = sub(u, 3);
    const w = sub(u, 2);
    expect(await run(mul(v, w))).toBe(42);
  });

  test('run gives 42 again when it computes the second example of seed 001', async () => {
    const myFunc = (a: number, b: ReturnType<typeof add>, c: ReturnType<typeof add>) => mul(add(a, b), c);
    const u = add(1, 1);
    const v = sub(3, u);
    const w = Array.from({ length: 6 }, (_, i) => myFunc(i, v, u));
    expect(await run(accumulate(gather(...w)))).toBe(42);
  });

  test('run takes arrays and objects that hold promises, and plain values', async () => {
    expect(await run([add(1, 2), { sum: add(3, 4), plain: 5 }])).toEqual([3, { sum: 7, plain: 5 }]);
    expect(await run(5)).toBe(5);
    expect(await run(undefined)).toBeUndefined();
    expect(await run({ a: [1] })).toEqual({ a: [1] });
  });

  test('run computes a call once when it is used twice', async () => {
    let calls = 0;
    const count = schedule(() => ++calls, { name: 'language/count' });
    const once = count();
    expect(await run([once, add(once, once), once])).toEqual([1, 2, 1]);
  });

  test('run computes a promise again when it is run again without a cache', async () => {
    let calls = 0;
    const count = schedule(() => ++calls, { name: 'language/count-again' });
    const promise = count();
    expect([await run(promise), await run(promise)]).toEqual([1, 2]);
  });

  test('run computes two runs at once when they share promises', async () => {
    const shared = add(1, 2);
    expect(await Promise.all([run(mul(shared, 2)), run(mul(shared, 3))])).toEqual([6, 9]);
  });

  test('run computes 10,000 calls in a chain without using up the stack', async () => {
    let chain = delay(0);
    for (let index = 0; index < 10_000; index++) chain = add(chain, 1);
    expect(await run(chain)).toBe(10_000);
  });
});

describe('gather', () => {
  test('gather gives the promise of an array when it is given promises and plain values', async () => {
    expect(await run(gather(add(1, 2), add(3, 4), 5))).toEqual([3, 7, 5]);
    expect(await run(gather())).toEqual([]);
  });

  test('gatherAll takes 100,000 promises from any iterable', async () => {
    function* squares() {
      for (let index = 0; index < 100_000; index++) yield mul(index, index);
    }
    const result = await run(gatherAll(squares()));
    expect(result).toHaveLength(100_000);
    expect(result[99_999]).toBe(99_999 ** 2);
  });

  test('gatherDict gives the promise of an object with the same keys', async () => {
    expect(await run(gatherDict({ sum: add(1, 2), product: mul(1, 2), plain: 'x' }))).toEqual({
      sum: 3,
      product: 2,
      plain: 'x',
    });
  });
});

describe('delay', () => {
  test('delay gives the promise of a value that is there already', async () => {
    const start = delay({ x: 1, list: [add(1, 1)] });
    expect(isPromised(start)).toBe(true);
    expect(await run(add(start.x, start.list[0] ?? 0))).toBe(3);
  });
});

describe('isPromised', () => {
  test('isPromised tells a promised value from everything else', () => {
    expect(isPromised(add(1, 2))).toBe(true);
    for (const value of [add, Promise.resolve(1), () => 1, null, undefined, 1, {}, []])
      expect(isPromised(value)).toBe(false);
  });
});

describe('a promised value', () => {
  test('a promise gives promises of members when they are read, at any depth', async () => {
    const p = point(3, 4);
    expect(await run([p.x, p.list[1], p.norm.squared, p.list.length])).toEqual([3, 4, 25, 2]);
  });

  test('a promise calls methods when the workflow runs', async () => {
    const title = schedule(() => 'sōmen noodles', { name: 'language/title' });
    expect(await run(title().toUpperCase().slice(0, add(2, 3)))).toBe('SŌMEN');
  });

  test('a promise leaves its value as it is when a method changes its object', async () => {
    const numbers = schedule(() => [3, 1, 2], { name: 'language/numbers' });
    const list = numbers() as unknown as Record<'sort' | 'concat' | 'reverse', (...args: unknown[]) => number[]>;
    expect(await run([list.sort(), list, list.concat(add(1, 3)), list.reverse()])).toEqual([
      [1, 2, 3],
      [3, 1, 2],
      [3, 1, 2, 4],
      [2, 1, 3],
    ]);
  });

  test('a promise can be called when it is the promise of a function', async () => {
    const choose = schedule((name: string) => (name === 'add' ? add : mul), { name: 'language/choose' });
    const chosen = choose('mul') as unknown as (a: number, b: unknown) => number;
    expect(await run(chosen(6, add(3, 4)))).toBe(42);
  });

  test('a promise can be destructured when it is the promise of a tuple', async () => {
    const divide = schedule((a: number, b: number): [number, number] => [Math.floor(a / b), a % b], {
      name: 'language/divide',
    });
    const [quotient, remainder] = divide(17, 5);
    expect(await run(add(mul(quotient, 5), remainder))).toBe(17);
    const { x, list } = point(1, 2);
    const [first, ...rest] = [list[0], x];
    expect(await run([first, rest])).toEqual([1, [1]]);
  });

  test('a promise is itself when it is awaited or returned from an async function', async () => {
    const promise = add(1, 2);
    expect(isPromised(await (promise as unknown))).toBe(true);
    expect('then' in Object(true)).toBe(false);
    expect((promise as unknown as { then: unknown }).then).toBeUndefined();
  });

  test('a promise names its task when it is written to the console', () => {
    const inspect = (add(1, 2) as unknown as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')];
    expect(inspect?.()).toBe('Promised(arithmetic/add)');
    expect(Object.prototype.toString.call(add(1, 2))).toBe('[object Promised]');
  });
});

describe('arguments', () => {
  test('arguments may hold promises at any depth in arrays and plain objects', async () => {
    const argument = {
      a: [1, { b: add(1, 1) }],
      c: Object.assign(Object.create(null) as object, { d: [[add(1, 2)]] }),
    };
    expect(await run(identity(argument))).toEqual({ a: [1, { b: 2 }], c: { d: [[3]] } });
  });

  test('arguments keep holes, undefined and a member named __proto__ when they hold promises', async () => {
    // oxlint-disable-next-line no-sparse-arrays
    const result = await run(identity([add(1, 1), , undefined]));
    expect(result).toEqual([2, undefined, undefined]);
    const odd = JSON.parse('{"__proto__": 1}') as object;
    const computed = await run(identity({ odd, p: add(1, 1) }));
    expect(Object.getOwnPropertyNames((computed as { odd: object }).odd)).toEqual(['__proto__']);
  });
});

describe('toGraph', () => {
  test('toGraph lists calls after those that they need when it draws the diamond', () => {
    const u = add(5, 4);
    const graph = toGraph(mul(sub(u, 3), sub(u, 2)));
    expect(graph.nodes.map(({ name, id }) => `${id} ${name}`)).toEqual([
      '0 arithmetic/add',
      '1 arithmetic/sub',
      '2 arithmetic/sub',
      '3 arithmetic/mul',
    ]);
    expect(graph.edges).toEqual([
      { from: 0, to: 1, argument: 0 },
      { from: 0, to: 2, argument: 0 },
      { from: 1, to: 3, argument: 0 },
      { from: 2, to: 3, argument: 1 },
    ]);
    expect(graph.nodes[2]?.args).toEqual([undefined, 2]);
  });

  test('toGraph marks what is part of the language, and takes arrays, objects and plain values', () => {
    expect(toGraph([add(1, 2), 3]).nodes.map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['arithmetic/add', false],
      ['somen/array', true],
    ]);
    expect(toGraph({ a: add(1, 2).toFixed(1) }).nodes.map(({ name }) => name)).toEqual([
      'arithmetic/add',
      'somen/invoke',
      'somen/object',
    ]);
    expect(toGraph(5).nodes.map(({ args }) => args)).toEqual([[5]]);
  });
});
