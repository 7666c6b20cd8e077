/** The hints `display` and `confirm`: what displays are told of a call, and what it leaves alone. */
import {
  createRuntime,
  inline,
  keyOf,
  map,
  maybe,
  memoryCache,
  quote,
  run,
  schedule,
  toGraph,
  updateHints,
  type Display,
  type Hints,
  type JobCall,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { parametersOf } from '../../dist/core/parameters.js';

/** The parameters of a text, as `name: index.path`. */
function parameters(text: string): Record<string, string> | undefined {
  const found = parametersOf(text);
  return (
    found &&
    Object.fromEntries(
      [...found].map(([name, { index, path, isRest }]) => [name, (isRest ? '...' : '') + [index, ...path].join('.')]),
    )
  );
}

describe('parametersOf', () => {
  test.each([
    ['function add(a, b) { return a + b }', { a: '0', b: '1' }],
    ['function () {}', {}],
    ['async function* walk ( path /* , no */ , // nor this, either\n depth ) {}', { path: '0', depth: '1' }],
    ['x => x * 2', { x: '0' }],
    ['async x=>x', { x: '0' }],
    ['async(x,y)=>x', { x: '0', y: '1' }],
    ['async => async', { async: '0' }],
    ['($_1, größe, \u{20bb7}) => 0', { $_1: '0', größe: '1', '\u{20bb7}': '2' }],
    ['compile(source, target,) { }', { source: '0', target: '1' }],
    ['async *[Symbol.iterator](from) {}', { from: '0' }],
    ["'a name'(x) {}", { x: '0' }],
    ['#hidden(x) {}', { x: '0' }],
    ['(first, ...rest) => 0', { first: '0', rest: '...1' }],
    [
      '({ a, b: c, d: { e }, ...others }, [f, , [g] = [], ...h]) => 0',
      { a: '0.a', c: '0.b', e: '0.d.e', f: '1.0', g: '1.2.0' },
    ],
    [
      "({ 'a key': k, 3: three, [computed]: lost, last = 1 } = {}) => 0",
      { k: '0.a key', three: '0.3', last: '0.last' },
    ],
    ['(...[a, b]) => 0', { a: '0.0', b: '0.1' }],
    ['(a = (1, 2), b = [",)", \')\', `)${`,${")"}`}`], c = { d: ")" }, e) => 0', { a: '0', b: '1', c: '2', e: '3' }],
    [
      '(a = /[)/]\\/,/g, b = 4 / 2 / 1, c = x => { return /,)/ }, d = function (z, y) { }) => 0',
      { a: '0', b: '1', c: '2', d: '3' },
    ],
    ['(a = class { m(x, y) { } }, b = typeof /,/, c = !0 && "x") => 0', { a: '0', b: '1', c: '2' }],
  ])('parametersOf reads %s', (text, expected) => {
    expect(parameters(text)).toEqual(expected);
  });

  test.each([
    'function () { [native code] }',
    '',
    'square of abc123',
    'function broken(a, b',
    '(a = `${) => 0',
    '({ a b }) => 0',
    '(1) => 0',
    'class { }',
  ])('parametersOf says nothing of %s', (text) => {
    expect(parameters(text)).toBeUndefined();
  });
});

/** The calls that a display is told of, with their texts. */
async function calls(value: unknown, options: object = {}): Promise<JobCall[]> {
  const told: JobCall[] = [];
  const display: Display = { call: (call) => told.push(call), log: () => undefined, warning: () => undefined };
  await run(value, { executor: inline(), display, ...options });
  return told;
}

async function textOf(value: unknown): Promise<string | undefined> {
  return (await calls(value)).at(-1)?.display;
}

const named = <F extends (...args: never[]) => unknown>(
  fn: F,
  display: Hints['display'],
): ReturnType<typeof schedule<F>> =>
  schedule(fn, { name: `display-hint/${Math.random()}`, display: display as string });

describe('the hint display', () => {
  test('display fills the arguments in by name, by position, by path and by pattern', async () => {
    const compile = (
      source: string,
      { level, flags: [first] }: { level: number; flags: string[] },
      ...more: number[]
    ): string => `${source}${level}${first}${more.length}`;
    const hinted = named(compile, '{{{source}}} at {level} {first} {1.flags.0} {more} {more.1} {0} {9}');
    expect(await textOf(hinted('a.c', { level: 2, flags: ['-g'] }, 7, 8))).toBe(
      '{a.c} at 2 -g -g [7, 8] 8 a.c undefined',
    );
  });

  test('display shows values as people write them, and long ones shortened', async () => {
    const show = named((value: unknown) => typeof value, '{value}');
    expect(await textOf(show('plain text'))).toBe('plain text');
    expect(await textOf(show(new Date(0)))).toBe('1970-01-01T00:00:00.000Z');
    expect(await textOf(show({ a: ['x'], b: null }))).toBe("{ a: ['x'], b: null }");
    expect(await textOf(show('x'.repeat(1000)))).toBe(`${'x'.repeat(200)}…`);
  });

  test('display takes a function, and goes on where that throws', async () => {
    expect(
      await textOf(
        named(
          (a: number, b: number) => a + b,
          (a: number, b: number) => `${a} plus ${b}`,
        )(1, 2),
      ),
    ).toBe('1 plus 2');
    const broken = named(
      (a: number) => a,
      () => {
        throw new Error('no text');
      },
    );
    const told = await calls(broken(1));
    expect(told).toHaveLength(1);
    expect(told[0]?.display).toBeUndefined();
  });

  test('display knows the instance and the arguments of a method, and what maybe wraps', async () => {
    class Shop {
      readonly town = 'Utrecht';
      sell(item: string): string {
        return item;
      }
    }
    const context = { kind: 'method', name: 'sell', addInitializer: () => undefined };
    const sell = schedule({ display: 'Selling {item} ({0}) in {this.town}' })(Shop.prototype.sell, context as never);
    schedule(Shop, { kind: 'class', name: 'Shop', addInitializer: () => undefined } as never);
    expect(await textOf(sell.call(new Shop(), 'tea'))).toBe('Selling tea (tea) in Utrecht');
    expect(
      await textOf(
        named(
          maybe((source: string) => source),
          'Reading {source}',
        )('x'),
      ),
    ).toBe('Reading x');
  });

  test('display tells at schedule what is wrong with a template', () => {
    const give = (display: unknown) => (): unknown =>
      schedule((source: string, ...flags: string[]) => source + flags.length, {
        name: 'display-hint/bad',
        display: display as string,
      });
    expect(give('Compiling {sauce}')).toThrow(
      "Cannot give 'display-hint/bad' the display 'Compiling {sauce}': its function has no argument 'sauce', it has source, ...flags",
    );
    expect(give('{}')).toThrow('{} names no argument');
    expect(give('{source')).toThrow('a brace has no partner');
    expect(give(7)).toThrow('it must be a text or a function');
    expect(() => updateHints(named((x: number) => x, 'x')(1), { display: '{longer}' })).not.toThrow();
    expect(() => updateHints(named((value: number) => value, 'x')(1), { display: '{other}' })).toThrow(
      "no argument 'other'",
    );
  });

  test('display leaves a minified or native function alone, whose names nobody knows', async () => {
    const minified = named((a: string, b2: string) => a + b2, 'Compiling {source} to {1}');
    expect(await textOf(minified('x', 'y'))).toBe('Compiling … to y');
    expect(await textOf(named(Math.abs, 'Size of {x}: {0}')(-1))).toBe('Size of …: -1');
  });

  test('display is no part of keys, nor of quoted workflows', async () => {
    const plain = schedule((x: number) => x, { name: 'display-hint/keyed', version: '1' });
    const shown = updateHints(plain(1), { display: 'Taking {x}', confirm: true });
    expect(keyOf(shown)).toBe(keyOf(plain(1)));
    const holds = schedule((w: unknown) => typeof w, { name: 'display-hint/holds', version: '1' });
    expect(keyOf(holds(quote(shown)))).toBe(keyOf(holds(quote(plain(1)))));
    expect(keyOf(holds(quote(updateHints(plain(1), { priority: 1 }))))).not.toBe(keyOf(holds(quote(plain(1)))));
  });

  test('display stands in graphs, with … for what is not known, and in calls that are found ahead', async () => {
    const size = schedule((word: string) => word.length, { name: 'display-hint/size', version: '1' });
    const add = schedule((left: number, right: number) => left + right, {
      name: 'display-hint/add',
      version: '1',
      display: 'Adding {left} and {right}',
      confirm: true,
    });
    const total = add(size('ab'), 3);
    expect(toGraph(total).nodes.map(({ display }) => display)).toEqual([undefined, 'Adding … and 3']);
    const cache = memoryCache();
    const runtime = createRuntime({ executor: inline(), cache });
    await runtime.run(total, { display: false });
    const told: JobCall[] = [];
    await runtime.run(total, {
      display: { call: (call: JobCall) => told.push(call), log: () => undefined, warning: () => undefined },
    });
    expect(told.map(({ display, confirm }) => [display, confirm])).toEqual([['Adding … and 3', true]]);
    await runtime.close();
  });

  test('display does not speak of the calls of a chunk', async () => {
    const double = named((x: number) => 2 * x, 'Doubling {x}');
    const told = await calls(map(double, [1, 2, 3], { chunk: 2 }));
    expect(told.filter(({ name }) => name === 'somen/chunk').map((call) => 'display' in call)).toEqual([false, false]);
  });
});
