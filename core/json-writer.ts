/** Writes JSON for people; see `json-format.ts`. */
import { toBase64 } from './base64.ts';
import { MAX_DEPTH } from './decode-limits.ts';
import type { Namer } from './encode.ts';
import { ContentNotRead, SerializationError } from './errors.ts';
import { MARK, VERSION, type TypedJson } from './json-format.ts';
import { toPortable } from './portable-workflow.ts';
import { isQuoted, type Quoted } from './quoted.ts';
import { capturedOf, taskOf } from './scheduled.ts';
import { asPacked, canAllocate, NotPrepared, pack } from './serializer.ts';
import type { FoundSerializer, Serializers } from './serializers.ts';
import { describe } from './task.ts';
import { findShared, stepText } from './walk.ts';
import { quotedHints } from './wire-task.ts';
import { isPromised } from './workflow.ts';

/**
 * The JSON text of a value.
 * @throws SerializationError where a part of it has none, with its path
 */
export function writeJson(value: unknown, serializers: Serializers, namer: Namer, indent?: number | string): string {
  return JSON.stringify(new JsonWriter(value, serializers, namer).write(), undefined, indent);
}

class JsonWriter {
  readonly #root: unknown;
  readonly #serializers: Serializers;
  readonly #namer: Namer;
  /** Numbers of shared objects; -1 before they were met. */
  readonly #shared: Map<object, number>;
  #next = 0;
  /** Those being written which cannot be made before their data, and so cannot contain themselves. */
  readonly #closed = new Set<object>();
  readonly #path: string[] = ['value'];

  constructor(root: unknown, serializers: Serializers, namer: Namer) {
    this.#root = root;
    this.#serializers = serializers;
    this.#namer = namer;
    const shared = typeof root === 'object' && root !== null ? findShared(root, serializers) : [];
    this.#shared = new Map([...shared].map((object) => [object, -1]));
  }

  write(): unknown {
    try {
      return this.#value(this.#root);
    } catch (error) {
      if (error instanceof NotPrepared)
        throw new ContentNotRead(`Cannot write ${this.#at}: ${error.message}`, this.#at, { cause: error });
      throw error;
    }
  }

  get #at(): string {
    return this.#path.join('');
  }

  #refuse(what: string): never {
    throw new SerializationError(`Cannot write ${this.#at} as JSON: ${what}`, this.#at);
  }

  #step(step: string, value: unknown): unknown {
    if (this.#path.length > MAX_DEPTH) this.#refuse(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.#path.push(step);
    const written = this.#value(value);
    this.#path.pop();
    return written;
  }

  #value(value: unknown): unknown {
    switch (typeof value) {
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : typed('number', Object.is(value, -0) ? '-0' : String(value));
      case 'undefined':
        return typed('undefined');
      case 'bigint':
        return typed('bigint', String(value));
      case 'symbol':
        return typed(
          'symbol',
          Symbol.keyFor(value) ?? this.#refuse('it is a symbol that is not in the global registry'),
        );
      case 'function':
        return this.#function(value);
      case 'object':
        return value === null ? null : this.#object(value);
      default:
        return value;
    }
  }

  #function(value: object): unknown {
    if (isPromised(value)) this.#refuse('it is a promised value; compute it first: await run(p)');
    const task = taskOf(value) ?? this.#refuse('it is a plain function. Schedule it at the top level of a module');
    const captured = capturedOf(value)?.();
    const reference = this.#namer.task(task);
    return typed('task', captured === undefined ? reference : [...reference, this.#step('[2]', captured)]);
  }

  #object(value: object): unknown {
    const id = this.#shared.get(value);
    if (id === undefined) return this.#content(value);
    if (id >= 0 && this.#closed.has(value)) return this.#content(value);
    if (id >= 0) return { [MARK]: VERSION, type: 'reference', id };
    const next = this.#next++;
    this.#shared.set(value, next);
    return { [MARK]: VERSION, type: 'shared', id: next, data: this.#content(value) };
  }

  #content(value: object): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#array(value as readonly unknown[]);
    if (prototype === Object.prototype || prototype === null) return this.#plain(value as Record<string, unknown>);
    const found = this.#serializers.find(value);
    if (found !== undefined) return this.#packed(value, found);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof ArrayBuffer) return typed('ArrayBuffer', toBase64(new Uint8Array(value)));
    if (isQuoted(value)) return this.#quote(value);
    if (Array.isArray(value)) return this.#array(value);
    return this.#refuse(
      `it is ${describe(value)}. Register the class: createRegistry({ classes: { ${value.constructor?.name ?? ''} } })`,
    );
  }

  #array(value: readonly unknown[]): unknown[] {
    return Array.from(value, (item, index) => (index in value ? this.#step(`[${index}]`, item) : typed('hole')));
  }

  #plain(value: Readonly<Record<string, unknown>>): unknown {
    if (Object.getOwnPropertySymbols(value).length > 0) this.#refuse('it has members named by symbols');
    if (Object.hasOwn(value, '__proto__')) this.#refuse("it has a member named '__proto__', which is never stored");
    const entries = Object.entries(value).map(([key, item]) => [key, this.#step(stepText(key, 'member'), item)]);
    return MARK in value ? typed('object', entries) : Object.fromEntries(entries);
  }

  #packed(value: object, { serializer, known }: FoundSerializer): unknown {
    if (this.#closed.has(value))
      this.#refuse(`it is ${describe(value)}, contains itself, and its serialiser has no allocate() and assign()`);
    if (!canAllocate(serializer)) this.#closed.add(value);
    const { data, handling } = asPacked(serializer.serialize(value, pack));
    const type = known === undefined ? { type: serializer.tag } : { type: 'instance', class: this.#namer.class(known) };
    const written = this.#step('', data);
    this.#closed.delete(value);
    return { [MARK]: VERSION, ...type, ...handling, data: written };
  }

  #view(view: ArrayBufferView): unknown {
    const name = Object.prototype.toString.call(view).slice(8, -1);
    if (Object.getPrototypeOf(view) !== (globalThis as unknown as Record<string, AnyPrototype>)[name]?.prototype)
      this.#refuse(`it is ${describe(view)}, a class that is not registered`);
    return typed(name, toBase64(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
  }

  #quote(quoted: Quoted<unknown>): unknown {
    const { tasks, nodes } = toPortable(quoted.node, (task) => {
      const reference = this.#namer.task(task);
      const hints = quotedHints(task);
      return hints === undefined ? reference : [...reference, hints];
    });
    return typed('quote', this.#step('', [tasks, nodes]));
  }
}

interface AnyPrototype {
  readonly prototype: unknown;
}

function typed(type: string, data?: unknown): TypedJson {
  return { [MARK]: VERSION, type, ...(data !== undefined && { data }) };
}
