import { callSite } from './call-site.ts';
import type { Hints } from './hints.ts';
import { decorate, isMemberContext, type MemberContext } from './methods.ts';
import { capturedOf, scheduled, taskOf, type Scheduled } from './scheduled.ts';
import { codeOf } from './task-code.ts';
import { defineTask, type AnyFunction } from './task.ts';
import { isPromised } from './workflow.ts';

/** What `@schedule` is: a decorator of methods, static ones too, and of classes. It leaves types as they are. */
export interface MethodDecorator {
  <T>(value: T, context: MemberContext): T;
}

/**
 * Makes a task of a function. Calls of the result record a workflow; `run` computes it.
 *
 * The function's module is noted from the call site, so that workers can import it: schedule functions at the top
 * level of a module. Arguments may be promised values, or arrays and plain objects that hold some at any depth;
 * the function receives their values. It may be `async`, and it may return a promised value: the workflow goes on
 * with that.
 *
 * @example
 * const add = schedule(function add(a: number, b: number) { return a + b; });
 * const total = await run(add(add(1, 2), 3)); // 6
 *
 * As a standard decorator it schedules methods: `@schedule word(text) {}`, `@schedule({ version: '2' }) static f() {}`.
 * The instance travels as the task's first argument. On the class itself it makes the class known to workers and
 * caches (so does exporting it from its module). TypeScript lets no decorator change the type of a method: write
 * `delay(translator.word('x'))` for a promise that is typed as one.
 *
 * @throws TypeError where `fn` is not a function, or another task of its module has its name
 */
export function schedule<T>(value: T, context: MemberContext): T;
export function schedule(hints: Hints): MethodDecorator;
export function schedule<F extends AnyFunction>(fn: F, hints?: Hints<Awaited<ReturnType<F>>>): Scheduled<F>;
export function schedule(first: unknown, second: Hints | MemberContext = {}): unknown {
  if (isMemberContext(second)) return decorate(first, second, {}, callSite(schedule));
  if (typeof first === 'object' && first !== null) {
    const site = callSite(schedule);
    return (value: unknown, context: unknown) => {
      if (isMemberContext(context)) return decorate(value, context, first, site);
      throw new TypeError(
        'Cannot schedule with hints alone: schedule(hints) is a decorator, @schedule(hints). Write schedule(fn, hints)',
      );
    };
  }
  if (taskOf(first) !== undefined) return first;
  refusePromised(first);
  const task = defineTask(first as AnyFunction, second, schedule);
  return scheduled(task, codeOf(first as AnyFunction)?.captured);
}

/** Functions by name, as `tasks` takes them. */
export type Functions = Readonly<Record<string, AnyFunction>>;

/**
 * Makes tasks of several functions, named `namespace/key`. Such names hold without the module, so they survive
 * bundlers and minifiers and are equal in every runtime.
 *
 * @example
 * const { add, mul } = tasks('calculator', { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b });
 *
 * @throws TypeError where a member is not a function, or another task has its name
 */
export function tasks<T extends Functions>(
  namespace: string,
  functions: T,
  hints: Omit<Hints, 'name'> = {},
): { readonly [K in keyof T]: Scheduled<T[K]> } {
  const entries = Object.entries(functions).map(([key, fn]) => {
    refusePromised(fn);
    const task = defineTask(fn, { ...hints, name: `${namespace}/${key}` }, tasks);
    return [key, scheduled(task, codeOf(fn)?.captured)] as const;
  });
  return Object.fromEntries(entries) as unknown as { readonly [K in keyof T]: Scheduled<T[K]> };
}

function refusePromised(fn: unknown): void {
  if (isPromised(fn))
    throw new TypeError(
      'Cannot schedule a promised value: only a function can be a task. Call a promised function directly: p(args)',
    );
}

/**
 * The plain function of a scheduled one; any other function as it is.
 *
 * @example
 * unwrap(add)(1, 2); // 3, at once
 *
 * @throws TypeError for a task that only workers have
 */
export function unwrap<F extends AnyFunction>(fn: Scheduled<F> | F): F {
  const task = taskOf(fn);
  if (task === undefined) return fn as F;
  if (task.fn === undefined) throw new TypeError(`Cannot unwrap '${task.name}' on this thread: only workers have it`);
  const captured = capturedOf(fn);
  if (captured === undefined) return task.fn as F;
  const call = task.fn as (...args: unknown[]) => unknown;
  return ((...args: unknown[]) => call(captured(), ...args)) as unknown as F;
}
