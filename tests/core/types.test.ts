/** Types are checked when this file is compiled (`tsc -b`); that it runs is a bonus. */
import {
  delay,
  gather,
  gatherAll,
  gatherDict,
  run,
  schedule,
  tasks,
  type Computed,
  type Promisable,
  type Promised,
  type Run,
} from 'somen';
import { assertType, describe, expect, expectTypeOf, test } from 'vitest';

interface Point {
  readonly x: number;
  readonly label: string;
  scale(factor: number): Point;
}

const { add, text, pair, point, list, later, next, total, label, bytes } = tasks('types', {
  add: (a: number, b: number) => a + b,
  text: (value: number) => String(value),
  pair: (value: string): [number, string] => [value.length, value],
  point: (x: number): Point => ({ x, label: 'p', scale: () => point as unknown as Point }),
  list: (length: number): readonly number[] => new Array<number>(length).fill(0),
  later: (value: number): Promise<string> => Promise.resolve(String(value)),
  next: (value: number): number | Promised<number> => (value > 0 ? value : add(value, 1)),
  total: (values: readonly number[]) => values.length,
  label: (options: {
    readonly at: Point['x'];
    readonly names?: readonly string[];
    readonly size: { readonly width: number };
  }) => options.at,
  bytes: (data: Uint8Array, when: Date, by: Map<string, number>) => data.length + when.getTime() + by.size,
});

describe('types', () => {
  test('a call has the type of its promised result', () => {
    expectTypeOf(add(1, 2)).toEqualTypeOf<Promised<number>>();
    expectTypeOf(later(1)).toEqualTypeOf<Promised<string>>();
    expectTypeOf(next(1)).toEqualTypeOf<Promised<number>>();
    expectTypeOf(add).parameter(0).toEqualTypeOf<Promisable<number>>();
    expect(add.name).toBe('types/add');
  });

  test('run infers through a graph', () => {
    const result = () => run(gather(text(add(1, 2)), pair(text(1)), 5));
    expectTypeOf(result).returns.toEqualTypeOf<Run<[string, [number, string], number]>>();
    expectTypeOf(() => run([add(1, 2), text(1)])).returns.toEqualTypeOf<Run<(number | string)[]>>();
    expectTypeOf(() => run({ sum: add(1, 2), plain: 'x' })).returns.toEqualTypeOf<
      Run<{ sum: number; plain: string }>
    >();
    expectTypeOf(() => run(5)).returns.resolves.toEqualTypeOf<number>();
  });

  test('a promised number or text is none, and its members are promised as well', () => {
    expectTypeOf(add(1, 2)).not.toExtend<number>();
    expectTypeOf(text(1)).not.toExtend<string>();
    expectTypeOf(text(1).length).toEqualTypeOf<Promised<number>>();
    expectTypeOf(add(1, 2).toFixed(add(1, 1)).toUpperCase()).toEqualTypeOf<Promised<string>>();
  });

  test('members, elements and methods are promised', () => {
    const p = point(1);
    expectTypeOf(p.x).toEqualTypeOf<Promised<number>>();
    expectTypeOf(p.scale(add(1, 2)).label).toEqualTypeOf<Promised<string>>();
    const [length, word] = pair('abc');
    expectTypeOf(length).toEqualTypeOf<Promised<number>>();
    expectTypeOf(word).toEqualTypeOf<Promised<string>>();
    expectTypeOf(add(length, p.x)).toEqualTypeOf<Promised<number>>();
  });

  test('arguments may be promised at any depth', () => {
    assertType<Promised<number>>(total([1, add(1, 2)]));
    assertType<Promised<number>>(total(list(3)));
    assertType<Promised<number>>(total(gatherAll([add(1, 2), add(3, 4)])));
    assertType<Promised<number>>(label({ at: add(1, 2), names: [text(1), 'x'], size: { width: point(1).x } }));
    assertType<Promised<number>>(bytes(new Uint8Array(1), new Date(0), new Map([['a', 1]])));
    assertType<Promised<{ a: number; b: string }>>(gatherDict({ a: add(1, 2), b: 'x' }));
    assertType<Promised<{ x: number }>>(delay({ x: add(1, 2) }));
  });

  test('promises are replaced in what a task returns', () => {
    expectTypeOf<Computed<Promise<Promised<number>>>>().toEqualTypeOf<number>();
    expectTypeOf<Computed<[Promised<number>, string]>>().toEqualTypeOf<[number, string]>();
    expectTypeOf<Computed<{ a: Promised<number>; b: Date }>>().toEqualTypeOf<{ a: number; b: Date }>();
    expectTypeOf<Computed<Point>>().toEqualTypeOf<Point>();
    expectTypeOf<Computed<Map<string, number>>>().toEqualTypeOf<Map<string, number>>();
  });

  test('misuse is a compile error', () => {
    const misuses = [
      // @ts-expect-error a text is no number
      () => add('1', 2),
      // @ts-expect-error an argument is missing
      () => add(1),
      // @ts-expect-error the promise of a text is no number
      () => add(text(1), 2),
      // @ts-expect-error one element is the promise of a text
      () => total([1, text(1)]),
      // @ts-expect-error a deep member is the promise of a text
      () => label({ at: 1, size: { width: text(1) } }),
      // @ts-expect-error there is no such member
      () => point(1).y,
      // @ts-expect-error a promised value is no number
      () => add(1, 2) * 2,
      // @ts-expect-error nor can it be spread
      () => [...text(1)],
      // @ts-expect-error a result cannot be assigned
      () => (point(1).x = add(1, 2)),
      // @ts-expect-error only a function can be a task
      () => schedule(5),
      // @ts-expect-error there is no such hint
      () => schedule(() => 1, { named: 'x' }),
      // @ts-expect-error only functions can be tasks
      () => tasks('types', { value: 5 }),
      // @ts-expect-error the result is a number
      (): Promise<string> => run(add(1, 2)),
    ];
    expect(misuses).toHaveLength(13);
  });
});
