/**
 * `@schedule` on methods and classes, applied by hand as compilers do: not every tool that runs these tests compiles
 * decorators. `tests/node/methods.node.test.ts` has them as TypeScript compiles them.
 */
import { construct, inline, isPromised, memoryCache, run, schedule, serialize, type Hints, type Pack } from 'somen';
import { describe, expect, test } from 'vitest';
import { add } from './support/arithmetic.js';
import { eventsOf } from './support/events.js';

type AnyClass = new (...args: never[]) => object;

/** Decorates a method of a class, as `@schedule` or `@schedule(hints)` before it would. */
function decorate(Class: AnyClass, name: string, hints?: Hints, isStatic = false): void {
  const owner = (isStatic ? Class : Class.prototype) as Record<string, unknown>;
  const initializers: ((this: unknown) => void)[] = [];
  const context = {
    kind: 'method',
    name,
    static: isStatic,
    private: false,
    addInitializer: (initializer: (this: unknown) => void) => void initializers.push(initializer),
  };
  const decorated = hints === undefined ? schedule(owner[name], context) : schedule(hints)(owner[name], context);
  Object.defineProperty(owner, name, { value: decorated, configurable: true, writable: true });
  if (isStatic) for (const initializer of initializers) initializer.call(Class);
}

/** As `@schedule` or `@schedule(hints)` before the class. */
function decorateClass(Class: AnyClass, hints?: Hints): void {
  const context = { kind: 'class', name: Class.name, addInitializer: () => undefined };
  if (hints === undefined) schedule(Class, context);
  else schedule(hints)(Class, context);
}

class Scale {
  factor: number;

  constructor(factor: number) {
    this.factor = factor;
  }

  times(n: number): number {
    return this.factor * n;
  }

  static double(n: number): number {
    return new this(2).factor * n;
  }
}
decorate(Scale, 'times');
decorate(Scale, 'double', { version: '2' }, true);
decorateClass(Scale);

class Offset {
  readonly by: number;

  constructor(by: number) {
    this.by = by;
  }

  // The same name as in the other class of this module.
  times(n: number): number {
    return this.by + n;
  }
}
decorate(Offset, 'times');

class Secret {
  readonly #value: number;

  constructor(value: number) {
    this.#value = value;
  }

  plus(n: number): number {
    return this.#value + n;
  }
}
Object.defineProperty(Secret.prototype, serialize, {
  value(this: { plus(n: number): number }, pack: Pack) {
    return pack({ value: Secret.reveal(this) });
  },
});
Object.defineProperty(Secret, construct, { value: ({ value }: { value: number }) => new Secret(value) });
Object.defineProperty(Secret, 'reveal', { value: (self: Secret) => plainPlus.call(self, 0) });
const plainPlus = Object.getOwnPropertyDescriptor(Secret.prototype, 'plus')?.value as (n: number) => number;
decorate(Secret, 'plus', { name: 'methods/secret-plus', version: '1' });
decorateClass(Secret, { name: 'methods/Secret' });
declare namespace Secret {
  function reveal(self: object): number;
}

describe('a scheduled method', () => {
  test('a call of it is a promise, and its task is named after class and method', async () => {
    const call = new Scale(3).times(add(1, 1) as unknown as number);
    expect(isPromised(call)).toBe(true);
    const events = await eventsOf(run(call));
    expect(await run(call)).toBe(6);
    expect(events.map(({ name }) => name)).toContain('Scale.times');
  });

  test('a static one is a scheduled function that has its class', async () => {
    expect(await run(Scale.double(21))).toBe(42);
    expect(Scale.double.name).toBe('Scale.double');
  });

  test('two classes of a module may have methods of one name', async () => {
    expect(await run([new Scale(3).times(2), new Offset(3).times(2)])).toEqual([6, 5]);
  });

  test('an instance of a decorated class is taken by value', async () => {
    const scale = new Scale(3);
    const call = scale.times(2);
    scale.factor = 100;
    expect(await run(call)).toBe(6);
  });

  test('calls of equal instances have one key', async () => {
    const cache = memoryCache();
    await run(new Secret(1).plus(2), { cache });
    const again = run(new Secret(1).plus(2), { cache, executor: inline() });
    expect(await again).toBe(3);
    expect(again.summary.retrieved).toBe(1);
    const other = run(new Secret(2).plus(2), { cache });
    expect(await other).toBe(4);
    expect(other.summary.ran).toBe(1);
  });

  test('getters, fields and private methods are refused', () => {
    const context = { name: 'x', static: false, private: false, addInitializer: () => undefined };
    for (const kind of ['getter', 'setter', 'field', 'accessor'])
      expect(() => schedule(() => 1, { ...context, kind })).toThrow(`Cannot schedule the ${kind} 'x'`);
    expect(() => schedule(() => 1, { ...context, kind: 'method', private: true })).toThrow('the private member');
  });
});
