/** Reads JSON for people; see `json-format.ts`. */
import { fromBase64 } from './base64.ts';
import { DEFAULT_LIMITS, type DecodeLimits } from './decode-limits.ts';
import type { DecodeContext } from './decode.ts';
import { define } from './define.ts';
import { TYPED_ARRAY_TAGS } from './encode.ts';
import { DeserializationError } from './errors.ts';
import { MARK, VERSION, type TypedJson } from './json-format.ts';
import { fromPortable, type PortableNode } from './portable-workflow.ts';
import { Quoted } from './quoted.ts';
import { Reference } from './reference.ts';
import { scheduled } from './scheduled.ts';
import { canAllocate, Packed } from './serializer.ts';
import { BUILT_IN, type FoundSerializer, type Serializers } from './serializers.ts';
import { deriveTask } from './task.ts';
import { stepText } from './walk.ts';

/**
 * The value of a JSON text.
 * @throws DeserializationError where it is no such text, or names types that nobody registered, with the path
 */
export function readJson(text: string, context: DecodeContext): unknown {
  const reader = new JsonReader(context);
  return reader.read(text);
}

class JsonReader {
  readonly #context: DecodeContext;
  readonly #serializers: Serializers;
  readonly #limits: Required<DecodeLimits>;
  #left: number;
  readonly #path: string[] = ['value'];
  readonly #shared = new Map<unknown, unknown>();
  /** The number of the value that is read next, where it is shared. */
  #id: unknown;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#serializers = context.serializers ?? BUILT_IN;
    this.#limits = { ...DEFAULT_LIMITS, ...context.limits };
    this.#left = this.#limits.items;
  }

  read(text: string): unknown {
    if (text.length > this.#limits.bytes)
      this.#fail(`${text.length} characters, more than the limit of ${this.#limits.bytes}`);
    try {
      return this.#value(JSON.parse(text));
    } catch (error) {
      if (error instanceof DeserializationError) throw error;
      return this.#fail(error instanceof Error ? error.message : String(error), error);
    }
  }

  #fail(what: string, cause?: unknown): never {
    const at = this.#path.join('');
    throw new DeserializationError(`Cannot read ${at} from JSON: ${what}`, at, cause === undefined ? {} : { cause });
  }

  #step(step: string, json: unknown): unknown {
    if (this.#path.length > this.#limits.depth) this.#fail(`nested deeper than ${this.#limits.depth} levels`);
    this.#path.push(step);
    const value = this.#value(json);
    this.#path.pop();
    return value;
  }

  #value(json: unknown): unknown {
    if (--this.#left < 0) this.#fail(`more than ${this.#limits.items} values`);
    if (typeof json !== 'object' || json === null) return json;
    if (Array.isArray(json)) return this.#array(json);
    if (!Object.hasOwn(json, MARK)) return this.#members(Object.entries(json));
    const marked = json as TypedJson;
    if (marked[MARK] !== VERSION) this.#fail(`the unknown version ${JSON.stringify(marked[MARK])} of the format`);
    return this.#typed(marked);
  }

  #keep<T>(value: T): T {
    if (this.#id !== undefined) this.#shared.set(this.#id, value);
    this.#id = undefined;
    return value;
  }

  #array(json: readonly unknown[]): unknown[] {
    const items: unknown[] = this.#keep(new Array<unknown>(json.length));
    json.forEach((item, index) => {
      if ((item as TypedJson | null)?.[MARK] !== VERSION || (item as TypedJson).type !== 'hole')
        items[index] = this.#step(`[${index}]`, item);
    });
    return items;
  }

  #members(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    const object: Record<string, unknown> = this.#keep({});
    for (const [key, item] of entries)
      if (key !== '__proto__') define(object, key, this.#step(stepText(key, 'member'), item));
    return object;
  }

  #typed(json: TypedJson): unknown {
    const { type, data, id } = json;
    if (typeof type !== 'string') return this.#fail('a typed value without a type');
    if (type === 'shared') return this.#sharedValue(id, data);
    if (type === 'reference')
      return this.#shared.has(id) ? this.#shared.get(id) : this.#fail(`a reference to value ${id}, which is not there`);
    if (type === 'instance' || this.#serializers.byTag(type) !== undefined) return this.#packed(json);
    return this.#keep(this.#native(type, data));
  }

  #sharedValue(id: unknown, data: unknown): unknown {
    if (typeof id !== 'number' || this.#shared.has(id)) return this.#fail('a shared value without a number of its own');
    this.#id = id;
    const value = this.#value(data);
    this.#id = undefined;
    this.#shared.set(id, value);
    return value;
  }

  #native(type: string, data: unknown): unknown {
    switch (type) {
      case 'undefined':
        return undefined;
      case 'number':
        return NUMBERS.get(data) ?? this.#fail('a number that JSON should have written itself');
      case 'bigint':
        return BigInt(this.#text(data, /^-?\d+$/));
      case 'symbol':
        return Symbol.for(this.#text(data));
      case 'object':
        return this.#members(this.#entries(data));
      case 'task':
        return this.#scheduled(Array.isArray(data) ? data : []);
      case 'quote':
        return this.#quote(this.#step('', data));
      default:
        return this.#buffer(type, data);
    }
  }

  #text(data: unknown, pattern: RegExp = /(?:)/): string {
    return typeof data === 'string' && pattern.test(data) ? data : this.#fail('no text of the right form as data');
  }

  #entries(data: unknown): readonly (readonly [string, unknown])[] {
    const isValid =
      Array.isArray(data) &&
      data.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string' && entry.length === 2);
    return isValid ? (data as [string, unknown][]) : this.#fail('an object without members');
  }

  #scheduled([id, version, captured]: readonly unknown[]): unknown {
    const task = this.#task(id, version);
    if (captured === undefined) return scheduled(task);
    const values = this.#step('[2]', captured);
    return Array.isArray(values)
      ? scheduled(task, () => values)
      : this.#fail('a task whose captured values are no list');
  }

  #task(id: unknown, version: unknown): NonNullable<ReturnType<DecodeContext['taskById']>> {
    return (
      (typeof id === 'string'
        ? this.#context.taskById(id, typeof version === 'string' ? version : undefined)
        : undefined) ?? this.#fail(`the task '${String(id)}', which no module here has scheduled`)
    );
  }

  #quote(data: unknown): Quoted<unknown> {
    const [tasks, nodes] = Array.isArray(data) ? (data as unknown[]) : [];
    if (!Array.isArray(tasks) || !Array.isArray(nodes)) return this.#fail('a quote that is no workflow');
    const node = fromPortable(
      { tasks: tasks as [string, string, object?][], nodes: nodes as PortableNode[] },
      ([id, version, hints]) => {
        const task = this.#task(id, version);
        return hints === undefined ? task : deriveTask(task, hints);
      },
    );
    return new Quoted(node);
  }

  #buffer(type: string, data: unknown): unknown {
    const isBuffer = type === 'ArrayBuffer' || type === 'DataView' || TYPED_ARRAY_TAGS[type] !== undefined;
    if (!isBuffer)
      return this.#fail(
        `the unknown type '${type.slice(0, 80)}'. Register its serialiser: createRegistry({ serializers: [...] })`,
      );
    const { buffer } = fromBase64(this.#text(data));
    if (type === 'ArrayBuffer') return buffer;
    const Class = (globalThis as unknown as Record<string, (new (buffer: ArrayBufferLike) => unknown) | undefined>)[
      type
    ];
    return Class === undefined ? this.#fail(`a ${type}, which this runtime does not have`) : new Class(buffer);
  }

  #packed(json: TypedJson): unknown {
    const found = this.#found(json);
    const { serializer } = found;
    const files = this.#files(json.files);
    if (this.#id !== undefined && canAllocate(serializer) && json.ref !== true) {
      const value = this.#keep(serializer.allocate());
      serializer.assign(value, this.#listed(json, this.#step('', json.data)));
      return value;
    }
    const id = this.#id;
    this.#id = undefined;
    const data = this.#listed(json, this.#step('', json.data));
    this.#id = id;
    if (json.ref === true && this.#context.deref !== true)
      return new Reference(found, new Packed(data, { ref: true, files }));
    return serializer.deserialize(data, { files });
  }

  /** The built-in types take a list apart without asking. */
  #listed({ type }: TypedJson, data: unknown): unknown {
    const isList = Array.isArray(data) || type === 'Buffer' || type === 'instance';
    return isList || BUILT_IN.byTag(type) !== this.#serializers.byTag(type)
      ? data
      : this.#fail(`no list as data of a ${type}`);
  }

  #found({ type, class: id }: TypedJson): FoundSerializer {
    const own = this.#serializers.byTag(type);
    if (type !== 'instance' && own !== undefined) return { serializer: own, known: undefined };
    const known = typeof id === 'string' ? this.#context.classById(id) : undefined;
    return known === undefined
      ? this.#fail(`an instance of the unknown class '${String(id)}'. Put @schedule on it, and import its module`)
      : { serializer: known.serializer, known };
  }

  #files(files: unknown): readonly string[] {
    if (files === undefined) return [];
    const isValid = Array.isArray(files) && files.every((file) => typeof file === 'string');
    return isValid ? files : this.#fail('files that are no list of names');
  }
}

const NUMBERS: ReadonlyMap<unknown, number> = new Map(
  [-0, NaN, Infinity, -Infinity].map((number) => [Object.is(number, -0) ? '-0' : String(number), number]),
);
