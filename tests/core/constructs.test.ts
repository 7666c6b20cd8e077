import {
  all,
  any,
  conditional,
  delay,
  expr,
  filter,
  findFirst,
  fold,
  gather,
  lift,
  liftAs,
  map,
  memoryCache,
  ops,
  pipe,
  quote,
  ref,
  run,
  schedule,
  toGraph,
  unpack,
  unquote,
  unwrap,
  updateHints,
  zipWith,
  type Quoted,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { add, mul } from './support/arithmetic.js';
import { eventsOf } from './support/events.js';

const square = schedule((n: number) => n * n, { name: 'constructs/square' });
const isEven = schedule((n: number) => n % 2 === 0, { name: 'constructs/is-even' });
const divides = schedule((n: number, x: number) => n % x === 0, { name: 'constructs/divides' });
const range = schedule((from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i), {
  name: 'constructs/range',
});
const identity = schedule(<T>(value: T) => value, { name: 'constructs/identity' });

/** The names of the jobs that ran. */
async function ranIn(value: unknown): Promise<string[]> {
  const events = await eventsOf(run(value));
  return events.flatMap((event) => (event.type === 'done' ? [event.name.replace('constructs/', '')] : []));
}

describe('map', () => {
  test('map gives what a scheduled or a plain function gives for each element', async () => {
    expect(await run(map(square, [1, add(1, 1), 3]))).toEqual([1, 4, 9]);
    expect(await run(map((n: number) => n + 1, [1, add(1, 1), 3]))).toEqual([2, 3, 4]);
    expect(await run(map((n: number) => add(n, 1), new Set([1, 2])))).toEqual([2, 3]);
    expect(await run(map(square, []))).toEqual([]);
  });

  test('map takes the promise of an array', async () => {
    expect(await run(map(square, range(0, 4)))).toEqual([0, 1, 4, 9]);
    expect(await run(map(square, gather(1, add(1, 1))))).toEqual([1, 4]);
  });

  test('map awaits plain asynchronous functions', async () => {
    expect(await run(map(async (n: number) => Promise.resolve(2 * n), [1, 2]))).toEqual([2, 4]);
  });

  test('map runs one job for each chunk when it is given a size', async () => {
    expect(await run(map(square, range(0, 10), { chunk: 4 }))).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(await ranIn(map(square, [1, 2, add(1, 2)], { chunk: 2 }))).toEqual([
      'somen/chunk',
      'arithmetic/add',
      'somen/chunk',
    ]);
    expect(await run(map(square, [1], { chunk: 100 }))).toEqual([1]);
    expect(await run(map(square, [], { chunk: 100 }))).toEqual([]);
    expect(await run(map((n: number) => n + 1, [1, 2, 3], { chunk: 2 }))).toEqual([2, 3, 4]);
    const calling = schedule((n: number) => mul(n, 2), { name: 'constructs/calling' });
    expect(await run(map(calling, [1, 2, 3], { chunk: 2 }))).toEqual([2, 4, 6]);
    const waiting = schedule(async (n: number) => Promise.resolve(n), { name: 'constructs/waiting', store: true });
    expect(await run(map(waiting, [1, 2, 3], { chunk: 2 }))).toEqual([1, 2, 3]);
  });

  test('map remembers chunks in a cache', async () => {
    const cache = memoryCache();
    await run(map(square, [1, 2, 3, 4], { chunk: 2 }), { cache });
    const again = run(map(square, [1, 2, 3, 5], { chunk: 2 }), { cache });
    expect(await again).toEqual([1, 4, 9, 25]);
    expect([again.summary.retrieved, again.summary.ran]).toEqual([1, 1]);
  });

  test('map refuses chunks of no size, and what is no function or no collection', async () => {
    expect(() => map(square, [1], { chunk: 0 })).toThrow(RangeError);
    expect(() => map(square, [1], { chunk: 1.5 })).toThrow('chunk must be a whole number from 1');
    expect(() => map(5 as never, [1])).toThrow('Cannot map: its first argument must be a function');
    expect(() => map(square, 5 as never)).toThrow('Cannot map over number 5');
    await expect(run(map(square, identity(5) as never))).rejects.toThrow('Cannot map over number 5');
  });
});

describe('filter, all and any', () => {
  test('filter keeps the elements that pass, in order', async () => {
    expect(await run(filter(isEven, [1, 2, add(1, 3), 5]))).toEqual([2, 4]);
    expect(await run(filter((n: number) => n > 1, range(0, 4)))).toEqual([2, 3]);
  });

  test('filter finds the factors of seed 001', async () => {
    const factors = (n: number) => filter((x: number) => divides(n, x), range(2, n));
    expect(await run(map(factors, range(2, 10)))).toEqual([[], [], [2], [], [2, 3], [], [2, 4], [3]]);
  });

  test('all and any ask every element', async () => {
    expect(await run([all(isEven, [2, 4]), all(isEven, [2, 3]), all(isEven, [])])).toEqual([true, false, true]);
    expect(await run([any(isEven, [1, 4]), any(isEven, range(1, 2)), any(isEven, [])])).toEqual([true, false, false]);
  });
});

describe('zipWith', () => {
  test('zipWith goes up to the shorter collection', async () => {
    expect(await run(zipWith(add, [1, 2, 3], [10, 20]))).toEqual([11, 22]);
    expect(await run(zipWith(add, range(0, 3), [10, add(10, 10)]))).toEqual([10, 21]);
    expect(await run(zipWith((a: number, b: string) => `${a}${b}`, [1, 2], ['a', 'b']))).toEqual(['1a', '2b']);
  });
});

describe('fold', () => {
  test('fold goes from the left', async () => {
    expect(await run(fold(add, 0, [1, 2, 3, 4]))).toBe(10);
    expect(await run(fold((text: string, n: number) => `${text}${n}`, '', range(1, 5)))).toBe('1234');
    expect(await run(fold(add, add(1, 1), []))).toBe(2);
  });

  test('fold takes 100,000 elements', async () => {
    expect(await run(fold(add, 0, range(0, 100_000)))).toBe(4_999_950_000);
  });
});

describe('findFirst', () => {
  test('findFirst gives the first match and never runs what comes later', async () => {
    expect(await run(findFirst((n: number) => divides(77, n), range(2, 63)))).toBe(7);
    expect(await ranIn(findFirst(isEven, [square(3), square(2), square(5)]))).toEqual([
      'square',
      'is-even',
      'square',
      'is-even',
    ]);
  });

  test('findFirst gives undefined when nothing matches', async () => {
    expect(await run(findFirst(isEven, [1, square(3)]))).toBeUndefined();
    expect(await run(findFirst(isEven, []))).toBeUndefined();
  });

  test('findFirst takes 100,000 elements', async () => {
    expect(await run(findFirst((n: number) => n > 99_998, range(0, 100_000)))).toBe(99_999);
  });
});

describe('conditional', () => {
  test('conditional never runs the branch that is not taken', async () => {
    expect(await ranIn(conditional(isEven(2), square(2), add(1, 1)))).toEqual(['is-even', 'square']);
    expect(await ranIn(conditional(isEven(3), square(2), add(1, 1)))).toEqual(['is-even', 'arithmetic/add']);
  });

  test('conditional takes plain values and nests', async () => {
    expect(await run(conditional(true, 1, 2))).toBe(1);
    expect(await run(conditional(isEven(3), 1))).toBeUndefined();
    expect(await run(conditional(isEven(3), 1, conditional(isEven(4), [square(3)], 0)))).toEqual([9]);
  });
});

describe('quote', () => {
  test('quote keeps a workflow from being computed until a task unquotes it', async () => {
    const either = schedule((first: boolean, a: Quoted<number>, b: Quoted<number>) => unquote(first ? a : b), {
      name: 'constructs/either',
    });
    expect(await ranIn(either(false, quote(square(2)), quote(add(1, 2))))).toEqual(['either', 'arithmetic/add']);
    expect(await run(unquote(quote(add(1, 2))))).toBe(3);
    expect(await run(unquote(identity(quote(add(1, 2))) as never))).toBe(3);
    await expect(run(unquote(identity(5) as never))).rejects.toThrow('Cannot unquote');
  });
});

describe('pipe', () => {
  test('pipe applies functions from left to right', async () => {
    expect(await run(pipe(4, square, (n) => n + 1, isEven))).toBe(false);
    expect(await run(pipe(add(1, 2), square))).toBe(9);
    expect(await run(pipe(5))).toBe(5);
    expect(() => pipe(1, 2 as never)).toThrow('Cannot pipe');
  });
});

describe('unpack', () => {
  test('unpack gives the promises of the first elements', async () => {
    const [a, b] = unpack(range(5, 9), 2);
    expect(await run(add(a ?? 0, b ?? 0))).toBe(11);
    const count: number = 'abc'.length;
    expect(unpack(range(0, 300), 100 * count)).toHaveLength(300);
    expect(() => unpack(range(0, 1), -1)).toThrow(RangeError);
  });
});

class Point {
  x: unknown;
  y: unknown;

  constructor(x: unknown, y: unknown) {
    this.x = x;
    this.y = y;
  }

  get sum(): unknown {
    return (this.x as number) + (this.y as number);
  }
}

describe('lift', () => {
  test('lift computes promises in maps, sets, arrays, objects and instances, at any depth', async () => {
    const computed = await run(
      lift(
        new Map<unknown, unknown>([
          [add(1, 1), { list: [add(1, 2)] }],
          ['k', new Set([add(2, 2), 5])],
        ]),
      ),
    );
    expect(computed).toEqual(
      new Map<unknown, unknown>([
        [2, { list: [3] }],
        ['k', new Set([4, 5])],
      ]),
    );
    const point = await run(lift(new Point(add(1, 2), [new Point(1, mul(2, 2))])));
    expect(point).toBeInstanceOf(Point);
    expect(point).toEqual(new Point(3, [new Point(1, 4)]));
    expect((await run(lift(new Point(add(1, 2), 4)))).sum).toBe(7);
  });

  test('lift keeps the class of a subclass of Map', async () => {
    class Bag extends Map<string, unknown> {
      label: unknown = add(1, 1);
    }
    const bag = await run(lift(new Bag([['a', add(1, 2)]])));
    expect(bag).toBeInstanceOf(Bag);
    expect([...bag]).toEqual([['a', 3]]);
    expect((bag as unknown as Bag).label).toBe(2);
  });

  test('lift keeps shared references shared', async () => {
    const shared = { n: add(1, 1) };
    const { a, b } = await run(lift({ a: shared, b: [shared] }));
    expect(a).toBe(b[0]);
    expect(a).toEqual({ n: 2 });
  });

  test('lift asks a class that has its own way', async () => {
    class Lazy {
      [liftAs]() {
        return { value: add(20, 22) };
      }
    }
    expect(await run(lift([new Lazy()]))).toEqual([{ value: 42 }]);
  });

  test('lift gives values without promises as they are, by value', async () => {
    const list = [1];
    const lifted = lift(list);
    list.push(2);
    expect(await run(lifted)).toEqual([1]);
    expect(await run(lift(new Map([[1, 2]])))).toEqual(new Map([[1, 2]]));
  });

  test('lift refuses a cycle that holds promises', () => {
    const cycle: Record<string, unknown> = { p: add(1, 2) };
    cycle['self'] = cycle;
    expect(() => lift(cycle)).toThrow('holds promises and contains itself');
    const point = new Point(add(1, 2), undefined);
    point.y = point;
    expect(() => lift(point)).toThrow('holds promises and contains itself');
  });

  test('an argument that is a map with promises is refused with the way out', () => {
    expect(() => identity(new Map([['a', add(1, 2)]]))).toThrow('Pass lift(value)');
  });
});

describe('assignment', () => {
  test('an assignment makes a promise that of a changed copy', async () => {
    const p = delay({ x: 1, list: [1, 2] });
    const before = identity(p);
    p.x = add(1, 1);
    expect(await run([p, before, p.x])).toEqual([{ x: 2, list: [1, 2] }, { x: 1, list: [1, 2] }, 2]);
  });

  test('an assignment changes arrays, typed arrays, maps by their members, and instances', async () => {
    const list = range(0, 3);
    list[1] = delay(10);
    (list as unknown as Record<string, unknown>)['3'] = 4;
    expect(await run(list)).toEqual([0, 10, 2, 4]);
    const floats = identity(new Float64Array([1, 2]));
    (floats as unknown as Record<number, unknown>)[0] = 5;
    expect(await run(floats)).toEqual(new Float64Array([5, 2]));
    const point = identity(new Point(1, 2)) as unknown as Record<string, unknown>;
    point['x'] = 40;
    expect(await run(point)).toEqual(new Point(40, 2));
    expect(await run((point as unknown as { sum: number }).sum)).toBe(42);
  });

  test('an assignment to what has no members fails', async () => {
    const p = add(1, 2) as unknown as Record<string, unknown>;
    p['x'] = 1;
    await expect(run(p)).rejects.toThrow("Cannot assign the member 'x' of number 3");
    const when = identity(new Map()) as unknown as Record<string, unknown>;
    when['x'] = 1;
    await expect(run(when)).rejects.toThrow("Cannot assign the member 'x' of an object of class Map");
  });

  test('an assignment is part of the graph', () => {
    const p = delay({ x: 1 });
    p.x = add(1, 1);
    expect(toGraph(p).nodes.map(({ name }) => name)).toEqual(['somen/value', 'arithmetic/add', 'somen/assign']);
  });
});

describe('ops', () => {
  test('ops computes as the operators do', async () => {
    const p = add(5, 2);
    expect(
      await run([ops.add(p, 1), ops.sub(p, 1), ops.mul(p, 2), ops.div(p, 2), ops.mod(p, 4), ops.pow(p, 2), ops.neg(p)]),
    ).toEqual([8, 6, 14, 3.5, 3, 49, -7]);
    expect(
      await run([ops.eq(p, 7), ops.ne(p, 7), ops.lt(p, 8), ops.le(p, 7), ops.gt(p, 7), ops.ge(p, 8), ops.not(p)]),
    ).toEqual([true, false, true, true, false, false, false]);
    expect(await run([ops.and(p, 'x'), ops.or(p, 'x'), ops.add(delay('a'), 'b'), ops.add(1n, 2n)])).toEqual([
      'x',
      7,
      'ab',
      3n,
    ]);
  });

  test('expr computes a formula from promises', async () => {
    expect(await run(expr((a: number, b: number) => a * b + 1)(add(1, 2), 4))).toBe(13);
    expect(() => expr(5 as never)).toThrow('Cannot make an expression');
  });
});

describe('ref', () => {
  test('ref passes an object itself to a task on the same thread', async () => {
    const given = { list: [1, 2, 3] };
    const same = schedule((value: unknown) => value === given, { name: 'constructs/same' });
    expect(await run([same(ref(given)), same(given)])).toEqual([true, false]);
    const sameByHint = schedule((value: unknown) => value === given, { name: 'constructs/same-hint', byRef: true });
    const sameSecond = schedule((_: unknown, value: unknown) => value === given, {
      name: 'constructs/same-second',
      byRef: [1],
    });
    expect(await run([sameByHint(given), sameSecond(0, given)])).toEqual([true, true]);
    expect(await run(gather(ref(given)))).toEqual([given]);
    expect(await run(identity([ref(given)]))).toEqual([given]);
  });

  test('ref changes no key', async () => {
    const cache = memoryCache();
    await run(identity([1, 2]), { cache });
    const again = run(identity(ref([1, 2])), { cache });
    await again;
    expect(again.summary.retrieved).toBe(1);
  });
});

describe('updateHints', () => {
  test('updateHints changes the hints of one call', async () => {
    const cache = memoryCache();
    const hinted = updateHints(square(3), { store: false });
    await run(hinted, { cache });
    const again = run(square(3), { cache });
    expect(await again).toBe(9);
    expect(again.summary.ran).toBe(1);
    const newer = run(updateHints(square(3), { version: '2' }), { cache });
    await newer;
    expect(newer.summary.ran).toBe(1);
  });

  test('updateHints refuses other values, names and parts of the language', () => {
    expect(() => updateHints(5 as never, {})).toThrow('it is no promised value');
    expect(() => updateHints(gather(1), {})).toThrow("'somen/array' is part of the language");
    expect(() => updateHints(square(1), { name: 'other' })).toThrow("Cannot rename 'constructs/square'");
  });
});

describe('unwrap', () => {
  test('unwrap gives the plain function', () => {
    expect(unwrap(square)(3)).toBe(9);
    const plain = () => 1;
    expect(unwrap(plain)).toBe(plain);
  });
});
