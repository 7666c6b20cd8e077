/** `@schedule` on methods and classes: standard decorators (TC39 stage 3), as TypeScript 5, esbuild and Babel compile them. */
import type { CallSite } from './call-site.ts';
import { METHOD, registerClass } from './classes.ts';
import type { Hints } from './hints.ts';
import { scheduled } from './scheduled.ts';
import type { AnyClass } from './serializer.ts';
import { CODE, codeOf, sliceOf } from './task-code.ts';
import { makeTask, renameTask, type AnyFunction, type Task } from './task.ts';
import { makeCall, promise } from './workflow.ts';

/** What a decorator is told; `addInitializer` calls back with the class, for static members. */
export interface MemberContext {
  readonly kind: string;
  readonly name: string | symbol | undefined;
  readonly static?: boolean;
  readonly private?: boolean;
  addInitializer?(initializer: (this: unknown) => void): void;
}

/** Whether the second argument of `schedule` says that it is used as a decorator. */
export function isMemberContext(value: unknown): value is MemberContext {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value && 'addInitializer' in value;
}

/**
 * Schedules a method, or makes a class known whose methods are scheduled.
 * @throws TypeError for what can be no task: getters, setters, fields, accessors and private methods
 */
export function decorate(value: unknown, context: MemberContext, hints: Hints, site: CallSite | undefined): unknown {
  if (context.kind === 'class') {
    knowClass(value as AnyClass, hints.name, site);
    return undefined;
  }
  const name = String(context.name);
  if (context.kind !== 'method' || typeof value !== 'function' || context.private === true) {
    const what = context.private === true ? 'private member' : context.kind;
    throw new TypeError(
      `Cannot schedule the ${what} '${name}': only classes and public methods can be. Schedule a method that does the same`,
    );
  }
  const method = value as AnyFunction;
  return context.static === true
    ? staticMethod(method, name, context, hints, site)
    : ownMethod(method, name, hints, site);
}

/** The instance is the first argument of the task. */
function ownMethod(method: AnyFunction, name: string, hints: Hints, site: CallSite | undefined): AnyFunction {
  const fn = (self: unknown, ...args: unknown[]): unknown => method.apply(self, args as never[]);
  const task = makeTask(named(fn, name, method), hints, site, 'own');
  const record = function (this: unknown, ...args: unknown[]): unknown {
    return promise(makeCall(task, [this, ...args]));
  };
  Object.defineProperty(record, METHOD, { value: task });
  return named(record, name, method);
}

/** A static method is a scheduled function like any other, and calls the plain one with its class. */
function staticMethod(
  method: AnyFunction,
  name: string,
  context: MemberContext,
  hints: Hints,
  site: CallSite | undefined,
): AnyFunction {
  const owner: { Class?: unknown } = {};
  const fn = (...args: unknown[]): unknown => method.apply(owner.Class, args as never[]);
  const task = makeTask(named(fn, name, method), hints, site, 'static');
  const record = scheduled(task);
  context.addInitializer?.(function (this: unknown) {
    owner.Class = this;
    if (hasOwnName(task)) renameTask(task, `${(this as AnyClass).name}.${name}`);
    Object.defineProperty(record, 'name', { value: task.name, configurable: true });
  });
  return record;
}

/** What wraps a method has its text, which may be its version, and what a tool knows of its code. */
function named<F extends object>(fn: F, name: string, method: AnyFunction): F {
  Object.defineProperties(fn, {
    name: { value: name, configurable: true },
    toString: { value: () => String(method), configurable: true },
    [CODE]: { value: codeOf(method) },
  });
  return fn;
}

/** Whether a method has the name that it has in its class: neither hints nor a tool gave another one. */
function hasOwnName({ named: isNamed, code }: Task): boolean {
  return !isNamed && code === undefined;
}

function knowClass(Class: AnyClass, name: string | undefined, site: CallSite | undefined): void {
  const code = codeOf(Class);
  // A class has no version: values of it count by what they hold.
  const slice = code && sliceOf({ ...code, version: code.version ?? '' });
  const module = code?.module ?? site?.module;
  registerClass(Class, {
    name: name ?? code?.name ?? Class.name,
    named: name !== undefined,
    module,
    ...(slice && { slice }),
  });
  const members = Object.entries(Object.getOwnPropertyDescriptors(Class.prototype as object));
  for (const [member, { value }] of members) {
    const task = typeof value === 'function' ? (value as { [METHOD]?: Task })[METHOD] : undefined;
    if (task !== undefined && hasOwnName(task)) renameTask(task, `${name ?? Class.name}.${member}`);
  }
}
