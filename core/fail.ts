import {
  classOf,
  classSerializer,
  construct,
  findClass,
  serialize,
  type ClassReference,
  type KnownClass,
} from './classes.ts';
import type { Pack, Serializer } from './serializer.ts';

/** Marks failures, in every copy of this package. */
const FAIL: unique symbol = Symbol.for('somen.fail/1') as never;
/** Node's and Deno's hook for `console.log`. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** An argument that was a failure. */
export interface FailedArgument {
  /** Its position, from 0. */
  readonly argument: number;
  readonly fail: Fail;
}

/** What a {@link Fail} is made of. */
export interface FailData {
  /** The function that failed, or was not tried. */
  readonly task: string;
  /** Where `maybe` was called: `url:line:column`. */
  readonly at: string | undefined;
  /** What it threw. */
  readonly error: unknown;
  /** Which of its arguments had failed before: then it was not tried. */
  readonly causes: readonly FailedArgument[];
}

/**
 * A failure as a value: what a function that was wrapped by `maybe` gives where it throws, or where an argument is a
 * failure already. As text it is the tree of what failed, with names and places in the source. Test with `failed(x)`.
 */
export class Fail implements FailData {
  readonly task: string;
  readonly at: string | undefined;
  readonly error: unknown;
  readonly causes: readonly FailedArgument[];

  constructor({ task, at, error, causes }: FailData) {
    this.task = task;
    this.at = at;
    this.error = error;
    this.causes = causes;
  }

  static {
    Object.defineProperty(this.prototype, FAIL, { value: true });
    Object.defineProperty(this.prototype, serialize, {
      value(this: Fail, pack: Pack) {
        const { task, at, error, causes } = this;
        return pack({ task, at, error, causes });
      },
    });
    Object.defineProperty(this, construct, { value: (data: FailData) => new Fail(data) });
    Object.defineProperty(this.prototype, INSPECT, {
      value(this: Fail) {
        return String(this);
      },
    });
  }

  /** Whether it was this function that threw, and not one whose result it needed. */
  get isRootCause(): boolean {
    return this.causes.length === 0;
  }

  /** The errors at the leaves of the tree, from left to right. */
  get errors(): readonly unknown[] {
    return this.isRootCause ? [this.error] : this.causes.flatMap(({ fail }) => fail.errors);
  }

  toString(): string {
    const head = `Fail: ${this.task}${this.at === undefined ? '' : ` (${this.at})`}`;
    if (this.isRootCause) return `${head}\n* ${textOf(this.error)}`;
    const causes = this.causes.map(({ argument, fail }) => `  ${argument}: ${indented(String(fail))}`);
    return [head, '* failed arguments:', ...causes].join('\n');
  }
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n     ');
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * Whether a value is a {@link Fail}.
 *
 * @example
 * const results = await run(map(schedule(maybe(parse)), texts));
 * const good = results.filter((value) => !failed(value));
 */
export function failed(value: unknown): value is Fail {
  return typeof value === 'object' && value !== null && (value as { [FAIL]?: unknown })[FAIL] === true;
}

const REFERENCE: ClassReference = { name: 'somen/Fail', named: true, module: undefined };

function knownFail(): KnownClass {
  const serializer: Serializer = classSerializer(REFERENCE.name, Fail);
  return { ...REFERENCE, Class: Fail, serializer };
}

/** The known class of an instance; see `classOf`. `Fail` is one without being registered. */
export function travellingClassOf(instance: object): KnownClass | undefined {
  return failed(instance) ? knownFail() : classOf(instance);
}

/** The class of a reference, if this thread knows it; see `findClass`. */
export function findTravellingClass(reference: ClassReference): KnownClass | undefined {
  return reference.named && reference.name === REFERENCE.name ? knownFail() : findClass(reference);
}
