/**
 * Stored values as text, for people: also where the tasks, classes and serialisers that they name are not here. Nothing
 * of a user's is called for that.
 */
import type { KnownClass } from './classes.ts';
import { decodeValue, type DecodeContext } from './decode.ts';
import { toHex } from './hasher.ts';
import type { Serializer } from './serializer.ts';
import { Serializers } from './serializers.ts';
import { StandIn } from './stand-in.ts';
import { summarize } from './summarize.ts';
import type { Task } from './task.ts';

/** How much of a digest is shown. */
const SHORT_DIGEST = 12;

/** Types that the encoding itself reads, without a serialiser. */
const OWN_TYPES: ReadonlySet<string> = new Set([
  'utf16',
  'DataView',
  'bigint',
  'instance',
  'hole',
  'symbol',
  'task',
  'quote',
]);

/** Serialisers for everything: what is not built in is shown by its name. */
class AnySerializers extends Serializers {
  override byTag(tag: string): Serializer | undefined {
    if (OWN_TYPES.has(tag)) return undefined;
    return FORMS.get(tag) ?? super.byTag(tag) ?? namedOnly(tag);
  }
}

/** How long arguments and promised ones stand in keys; see `core/README.md`. */
const FORMS: ReadonlyMap<string, Serializer> = new Map([
  [
    'content',
    shownAs('content', (data) => {
      const [length, digest] = data as readonly [number, ArrayBuffer];
      return `[${length} bytes, ${toHex(new Uint8Array(digest)).slice(0, SHORT_DIGEST)}]`;
    }),
  ],
  ['key', shownAs('key', (data) => `[result of ${toHex(new Uint8Array(data as ArrayBuffer)).slice(0, SHORT_DIGEST)}]`)],
]);

function namedOnly(tag: string): Serializer {
  return shownAs(tag, () => `[${tag}]`);
}

function shownAs(tag: string, text: (data: unknown) => string): Serializer {
  return {
    tag,
    serialize: (value) => value,
    deserialize: (data) => new StandIn(text(data)),
    // A value that contains itself is there before its data.
    allocate: () => new StandIn(`[${tag}]`),
    assign: () => undefined,
  };
}

function unknownTask(id: string): Task {
  const fn = undefined;
  return { name: id, module: undefined, position: undefined, named: true, fn, hints: {}, version: undefined };
}

function unknownClass(id: string): KnownClass {
  return { name: id, named: true, module: undefined, Class: StandIn, serializer: namedOnly(id) };
}

const CONTEXT: DecodeContext = {
  taskById: unknownTask,
  classById: unknownClass,
  serializers: new AnySerializers([], undefined),
  deref: true,
};

/** The value of an encoding, shortened for reading; `'...'` where it cannot be read. */
export function showEncoded(bytes: Uint8Array): string {
  try {
    return summarize([decodeValue(bytes, CONTEXT)]);
  } catch {
    return '...';
  }
}
