/** Inference through every construct. What must not compile stands in functions that are never called. */
import {
  all,
  any,
  conditional,
  delay,
  expr,
  failed,
  filter,
  findFirst,
  fold,
  hybrid,
  inline,
  lift,
  map,
  mapStream,
  maybe,
  ops,
  pipe,
  quote,
  ref,
  result,
  run,
  schedule,
  unpack,
  unquote,
  unwrap,
  updateHints,
  zipWith,
  type Fail,
  type Promised,
  type Quoted,
  type Run,
} from 'somen';
import { describe, expectTypeOf, test } from 'vitest';

const add = schedule((a: number, b: number) => a + b, { name: 'types-constructs/add' });
const text = schedule((n: number) => `${n}`, { name: 'types-constructs/text' });
const range = schedule((to: number) => Array.from({ length: to }, (_, index) => index), {
  name: 'types-constructs/range',
});
const pair = schedule((a: number) => [a, 'x'] as [number, string], { name: 'types-constructs/pair' });
const point = schedule((x: number) => ({ x, list: [x] }), { name: 'types-constructs/point' });

/** For expressions whose types alone matter. */
function never(..._checks: (() => unknown)[]): void {
  // They are compiled, and not called.
}

describe('types', () => {
  test('collections carry the types of elements and results', () => {
    expectTypeOf(map(text, [1, add(1, 2)])).toExtend<Promised<string[]>>();
    expectTypeOf(map(text, range(3))).toExtend<Promised<string[]>>();
    expectTypeOf(map((n: number) => ({ twice: add(n, n) }), [1])).toExtend<Promised<{ twice: number }[]>>();
    expectTypeOf(map(async (n: number) => Promise.resolve(n), [1])).toExtend<Promised<number[]>>();
    expectTypeOf(filter((n: number) => n > 1, [1, add(1, 2)])).toExtend<Promised<number[]>>();
    expectTypeOf(zipWith((a: number, b: string) => a + b.length, [1], ['a'])).toExtend<Promised<number[]>>();
    expectTypeOf(fold((state: string, n: number) => state + text(n).length, '', [1])).toExtend<Promised<string>>();
    expectTypeOf(fold(add, 0, [1, 2])).toExtend<Promised<number>>();
    expectTypeOf(all((n: number) => n > 1, [1])).toExtend<Promised<boolean>>();
    expectTypeOf(any((n: number) => n > 1, range(2))).toExtend<Promised<boolean>>();
    expectTypeOf(findFirst((n: number) => n > 1, range(2))).toExtend<Promised<number | undefined>>();
    expectTypeOf(run(map(text, [1]))).toEqualTypeOf<Run<string[]>>();
    never(
      // @ts-expect-error -- texts are no numbers
      () => map(text, ['a']),
      // @ts-expect-error -- a number is no collection
      () => map(text, 5),
      // @ts-expect-error -- chunks have a number
      () => map(text, [1], { chunk: 'large' }),
      // @ts-expect-error -- the second collection has texts, and add takes numbers
      () => zipWith(add, [1], ['a']),
      // @ts-expect-error -- the state is a number
      () => fold(add, 'x', [1]),
    );
  });

  test('branches, quotes and pipes carry types', () => {
    expectTypeOf(conditional(delay(true), 1, text(1))).toExtend<Promised<number | string>>();
    expectTypeOf(conditional(true, add(1, 2))).toExtend<Promised<number | undefined>>();
    expectTypeOf(quote(add(1, 2))).toEqualTypeOf<Quoted<number>>();
    expectTypeOf(unquote(quote(text(1)))).toExtend<Promised<string>>();
    expectTypeOf(pipe(1, text, (t) => t.length)).toExtend<Promised<number>>();
    expectTypeOf(unpack(pair(1), 2)).toExtend<readonly [Promised<number>, Promised<string>]>();
    expectTypeOf(unpack(range(5), 2)).toExtend<readonly [Promised<number>, Promised<number>]>();
    never(
      // @ts-expect-error -- a plain value is no quote
      () => unquote(5),
      // @ts-expect-error -- text takes a number
      () => pipe('x', text),
    );
  });

  test('operators and formulas carry types', () => {
    expectTypeOf(ops.add(add(1, 2), 3)).toExtend<Promised<number>>();
    expectTypeOf(ops.add(text(1), 'x')).toExtend<Promised<string>>();
    expectTypeOf(ops.mul(1n, 2n)).toExtend<Promised<bigint>>();
    expectTypeOf(ops.lt(add(1, 2), 3)).toExtend<Promised<boolean>>();
    expectTypeOf(ops.or(add(1, 2), text(1))).toExtend<Promised<number | string>>();
    expectTypeOf(expr((a: number, b: string) => b.length + a)(add(1, 2), text(1))).toExtend<Promised<number>>();
    never(
      // @ts-expect-error -- numbers and bigints do not mix
      () => ops.add(1, 2n),
      // @ts-expect-error -- texts are not multiplied
      () => ops.mul('a', 'b'),
      // @ts-expect-error -- the formula takes a number first
      () => expr((a: number) => a)(text(1)),
    );
  });

  test('values carry types through lift, ref, hints and results', () => {
    expectTypeOf(lift(new Map([['a', add(1, 2)]]))).toExtend<Promised<Map<string, number>>>();
    expectTypeOf(lift(new Set([add(1, 2)]))).toExtend<Promised<Set<number>>>();
    expectTypeOf(lift({ a: [text(1)] })).toExtend<Promised<{ a: string[] }>>();
    expectTypeOf(ref([1, 2])).toEqualTypeOf<number[]>();
    expectTypeOf(updateHints(text(1), { retries: 2 })).toExtend<Promised<string>>();
    expectTypeOf(unwrap(text)).toEqualTypeOf<(n: number) => string>();
    never(() => expectTypeOf(result(text(1))).toEqualTypeOf<string>());
    never(
      // @ts-expect-error -- hints have no such member
      () => updateHints(text(1), { retry: 2 }),
      // @ts-expect-error -- only promises have results
      () => result(5),
      // @ts-expect-error -- a priority is a number
      () => schedule(() => 1, { priority: 'high' }),
      // @ts-expect-error -- limits are labels or amounts
      () => schedule(() => 1, { limits: 3 }),
    );
  });

  test('members may be assigned promises of their type', () => {
    never(
      () => {
        const p = point(1);
        p.x = add(1, 2);
        p.x = delay(5);
      },
      () => {
        const p = point(1);
        // @ts-expect-error -- a text is no number
        p.x = text(1);
      },
      () => {
        const p = point(1);
        // @ts-expect-error -- there is no such member
        p.z = add(1, 2);
      },
    );
  });

  test('failures are part of the types', async () => {
    const half = schedule(
      maybe((n: number) => n / 2),
      { name: 'types-constructs/half' },
    );
    expectTypeOf(run(half(half(2)))).toEqualTypeOf<Run<number | Fail>>();
    const value = await run(half(2));
    if (failed(value)) expectTypeOf(value).toEqualTypeOf<Fail>();
    else expectTypeOf(value).toEqualTypeOf<number>();
    const later = maybe(async (n: number) => Promise.resolve(`${n}`));
    expectTypeOf(later).returns.toEqualTypeOf<Promise<string | Fail>>();
    // @ts-expect-error -- half takes a number or a failure
    never(() => half('x'));
  });

  test('streams carry types', () => {
    expectTypeOf(mapStream(text, [1, 2])).toExtend<AsyncIterable<string>>();
    expectTypeOf(mapStream((n: number) => [add(n, 1)], new Set([1]))).toExtend<AsyncIterable<number[]>>();
    never(
      // @ts-expect-error -- texts are no numbers
      () => mapStream(text, ['a']),
      // @ts-expect-error -- the order is a choice of two
      () => mapStream(text, [1], { ordered: 'yes' }),
    );
  });

  test('hybrid takes what hints say', () => {
    hybrid((job) => job.task.hints.executor ?? 'a', { a: inline(), b: inline() });
    never(
      // @ts-expect-error -- a label is a text
      () => hybrid(() => 5, { a: inline() }),
    );
  });
});
