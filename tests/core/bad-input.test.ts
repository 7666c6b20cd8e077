import {
  delay,
  gather,
  keyOf,
  memoryCache,
  run,
  schedule,
  SerializationError,
  tasks,
  toGraph,
  type Promised,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { add } from './support/arithmetic.js';

const identity = schedule((...values: unknown[]) => values, { name: 'bad-input/identity' });

describe('schedule', () => {
  test('schedule throws a TypeError when it is not given a function', () => {
    for (const value of [undefined, null, 5, 'text', Symbol('s')]) {
      expect(() => schedule(value as never)).toThrow(
        /^Cannot schedule .*only a function can be a task\. Write schedule\(/,
      );
      expect(() => tasks('bad-input', { value: value as never })).toThrow(TypeError);
    }
  });

  test('schedule throws a TypeError when it is given a promised value', () => {
    expect(() => schedule(add(1, 2) as never)).toThrow(
      /^Cannot schedule a promised value.*Call a promised function directly/,
    );
    expect(() => tasks('bad-input', { add: add(1, 2) as never })).toThrow(/^Cannot schedule a promised value/);
  });

  test('schedule throws a TypeError when a module has two tasks of one name', () => {
    schedule(function twin() {
      return 1;
    });
    // Not `() => schedule(...)`: WebKit drops the frame of a tail call, and with it the module.
    const again = () => {
      schedule(function twin() {
        return 2;
      });
    };
    expect(again).toThrow(
      /^Cannot schedule 'twin' twice in .*bad-input\.test.*scheduled at .*:\d+:\d+.*Give one of them a name of its own/,
    );
  });

  test('schedule throws a TypeError when two functions are given one name', () => {
    schedule(() => 1, { name: 'bad-input/same' });
    expect(() => schedule(() => 2, { name: 'bad-input/same' })).toThrow(/^Cannot schedule 'bad-input\/same' twice/);
    expect(() => tasks('bad-input', { same: () => 3 })).toThrow(/^Cannot schedule 'bad-input\/same' twice/);
  });

  test('schedule throws a TypeError when a factory makes a second closure at the same place', () => {
    const times = (factor: number) => {
      const scaled = schedule((value: number) => factor * value, { name: 'bad-input/times' });
      return scaled;
    };
    times(2);
    expect(() => times(3)).toThrow(
      /^Cannot schedule 'bad-input\/times' twice in .*a function or a loop that ran twice.*somen\/node\/register or the Vite plugin.*copy that into a const before the task$/,
    );
  });
});

describe('a JavaScript promise', () => {
  test('a call throws a TypeError with the path when an argument holds a JavaScript promise', () => {
    const foreign = Promise.resolve(1);
    expect(() => identity(foreign)).toThrow(
      /^Cannot use an object of class Promise at args\[0\]: it is a JavaScript promise/,
    );
    expect(() => identity(1, { list: [0, foreign] })).toThrow(
      /at args\[1\]\.list\[1\]: it is a JavaScript promise.*Await it first/,
    );
    expect(() => gather(add(1, 2), foreign)).toThrow(TypeError);
    expect(() => run([foreign])).toThrow(/at value\[0\]/);
    expect(() => toGraph({ foreign })).toThrow(/at value\.foreign/);
  });

  test('a run rejects with a TypeError when a task returns a JavaScript promise beside promised values', async () => {
    const mixed = schedule(() => [add(1, 2), Promise.resolve(1)], { name: 'bad-input/mixed' });
    await expect(run(mixed())).rejects.toThrow(/at result\[1\]: it is a JavaScript promise/);
  });
});

describe('a promised value', () => {
  const p = add(1, 2) as unknown as Record<string, number> & Iterable<number>;

  test('a promise throws a TypeError when it is spread or iterated to its end', () => {
    expect(() => [...p]).toThrow(
      /^Cannot iterate or spread it: it is the promise of the result of 'arithmetic\/add'.*await run\(p\)/,
    );
    expect(() => Math.max(...p)).toThrow(TypeError);
    expect(() => new Set(p)).toThrow(TypeError);
    expect(() => Object.assign({}, p)).toThrow(/^Cannot list its members or spread it/);
    expect(() => Object.keys(p)).toThrow(TypeError);
  });

  test('a promise throws a TypeError when it is calculated with, compared or put into text', () => {
    const calculations = [
      () => +p + 1,
      () => (p as unknown as number) < 2,
      () => String(p),
      () => `sum: ${p as unknown as string}`,
      () => (p as unknown as string) + 'x',
      () => Number(p),
    ];
    for (const calculate of calculations)
      expect(calculate).toThrow(
        /^Cannot calculate with it, compare it or put it into text.*Write ops\.add.*or compute it first/,
      );
  });

  test('a promise throws a TypeError when it is written as JSON', () => {
    expect(() => JSON.stringify(p)).toThrow(/^Cannot write it as JSON.*JSON\.stringify\(await run\(p\)\)/);
    expect(() => JSON.stringify({ deep: [p] })).toThrow(TypeError);
  });

  test('a promise throws a TypeError when a member is deleted, defined or asked for, or a symbol assigned', () => {
    const symbol: unique symbol = Symbol('s');
    expect(() => {
      (p as unknown as Record<symbol, unknown>)[symbol] = 1;
    }).toThrow(/^Cannot assign its member 'Symbol\(s\)'.*Return a changed copy from a task/);
    expect(() => delete p['x']).toThrow(/^Cannot delete its member 'x'/);
    expect(() => Object.defineProperty(p, 'x', { value: 1 })).toThrow(/^Cannot define its member 'x'/);
    expect(() => 'x' in p).toThrow(/^Cannot ask whether it has a member 'x'/);
  });

  test('a promise throws a TypeError when it is constructed, sealed or given a prototype', () => {
    expect(() => new (p as unknown as new () => unknown)()).toThrow(TypeError);
    expect(() => Object.freeze(p)).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(p, {}) as unknown).toThrow(TypeError);
  });

  test('a promise throws when it is cloned', () => {
    expect(() => structuredClone(p)).toThrow(/could not be cloned|can not be cloned/i);
  });

  test('a call throws a TypeError when a Map, a Set or a cycle holds promises', () => {
    expect(() => identity(new Map([['k', p]]))).toThrow(
      /^Cannot use the Map at args\[0\]: it holds a promised value\. Pass lift\(value\)/,
    );
    expect(() => identity({ set: new Set([p]) })).toThrow(/^Cannot use the Set at args\[0\]\.set/);
    const cycle: unknown[] = [p];
    cycle.push(cycle);
    expect(() => identity(cycle)).toThrow(/^Cannot use the value at args\[0\]: it holds promises and contains itself/);
  });

  test('keyOf throws a TypeError when it is not given a promised value', () => {
    for (const value of [1, null, undefined, {}, 'x', add])
      expect(() => keyOf(value)).toThrow(/^Cannot key .*only a promised value/);
  });
});

describe('an argument that cannot be keyed', () => {
  class Point {
    readonly x = 1;
  }

  test('keyOf throws a SerializationError with the path when an argument has no encoding', () => {
    const cases: [unknown, string, RegExp][] = [
      [{ callback: () => 1 }, 'args[1].callback', /a function can only be passed by reference to a task/],
      [[0, [Symbol('s')]], 'args[1][1][0]', /a symbol that is not in the global registry/],
      [{ 'a b': new Point() }, 'args[1]["a b"]', /an object of class Point, whose instances have no encoding/],
      [new Map([['k', new WeakMap()]]), 'args[1].values()[0]', /WeakMap/],
      [new Map([[Symbol('k'), 1]]), 'args[1].keys()[0]', /a symbol/],
      [new Set([1, new WeakSet()]), 'args[1].values()[1]', /WeakSet/],
      [Object.assign(new Error('e'), { handler: () => 0 }), 'args[1].handler', /a function/],
      [new (class Sub extends Uint8Array {})(2), 'args[1]', /an object of class Sub/],
      [new (class Bag extends Map {})(), 'args[1]', /classes: \{ Bag \}/],
    ];
    for (const [value, path, message] of cases) {
      const error = caught(() => keyOf(identity('x', value)));
      expect(error).toBeInstanceOf(SerializationError);
      expect(error).toMatchObject({ code: 'ERR_SERIALIZATION', path });
      expect((error as Error).message).toContain(`Cannot encode ${path}: `);
      expect((error as Error).message).toMatch(message);
    }
  });

  test('keyOf refuses what is nested too deep, and takes what contains itself', () => {
    const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);
    expect((caught(() => keyOf(identity(nested(600)))) as Error).message).toMatch(/nested deeper than 512 levels/);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = { again: cycle };
    expect(keyOf(identity(cycle))).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a run rejects with the path and the task when it has a cache, and computes without one', async () => {
    const call = identity(1, { point: new Point() });
    await expect(run(call, { cache: memoryCache() })).rejects.toMatchObject({
      code: 'ERR_SERIALIZATION',
      path: 'args[1].point',
      message: expect.stringMatching(
        /^Cannot key the call of 'bad-input\/identity': args\[1\]\.point: .*store: false/,
      ) as string,
      job: { task: 'bad-input/identity' },
    });
    expect(await run(call)).toEqual([1, { point: new Point() }]);
  });

  test('a run computes what cannot be keyed when its task is scheduled with store: false', async () => {
    const plain = schedule((value: unknown) => value instanceof Point, { name: 'bad-input/plain', store: false });
    expect(await run(plain(new Point()), { cache: memoryCache() })).toBe(true);
  });
});

describe('a workflow that needs itself', () => {
  const own: { promise?: unknown } = {};
  const returnsOwn = schedule(() => own.promise, { name: 'bad-input/returns-own' });
  const needsOwn = schedule(() => add(own.promise as number, 1), { name: 'bad-input/needs-own' });
  const again = schedule((n: number): unknown => again(n), { name: 'bad-input/again' });
  const ping = schedule((n: number): unknown => pong(n), { name: 'bad-input/ping' });
  const pong = schedule((n: number): unknown => ping(n), { name: 'bad-input/pong' });
  const more = schedule((n: number): unknown => add(more(n) as Promised<number>, 1), { name: 'bad-input/more' });

  test('a run rejects with a TypeError when a task returns the promise of its own result', async () => {
    own.promise = returnsOwn();
    await expect(run(own.promise)).rejects.toThrow(
      "Cannot continue 'bad-input/returns-own': it returned the promise of its own result",
    );
  });

  test('a run rejects with a TypeError when a task returns a workflow that needs its own result', async () => {
    own.promise = needsOwn();
    await expect(run(own.promise)).rejects.toThrow(
      /^Cannot finish: a task returned a workflow that needs the task's own result\. Waiting: /,
    );
  });

  test('a run rejects with a TypeError when it has a cache and a call returns itself', async () => {
    await expect(run(again(1), { cache: memoryCache() })).rejects.toThrow(
      /^Cannot compute 'bad-input\/again': it returned a call of itself/,
    );
    await expect(run(ping(1), { cache: memoryCache() })).rejects.toThrow(
      /^Cannot compute 'bad-input\/ping': it returned a call of itself/,
    );
    await expect(run(more(1), { cache: memoryCache() })).rejects.toThrow(
      /^Cannot finish: a task returned a workflow that needs/,
    );
  });
});

describe('inline, delay and run', () => {
  test('run throws a RangeError when concurrency is not a whole number from 1', () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN])
      expect(() => run(delay(1), { concurrency })).toThrow(RangeError);
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
