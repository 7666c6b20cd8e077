/** The serialisers of a registry, and how the one for a value is found. */
import { builtInSerializers } from './built-in-serializers.ts';
import type { ClassReference, KnownClass } from './classes.ts';
import { travellingClassOf } from './fail.ts';
import { realm } from './realm.ts';
import { serializerOfReference } from './reference.ts';
import type { Serializer } from './serializer.ts';

/** Chooses a serialiser for a value that no class and no predicate claims. */
export type ChooseSerializer = (value: object) => Serializer | undefined;

/** What one registry adds to those before it. Workers find it by its reference. */
export interface SerializerLayer {
  readonly reference: ClassReference;
  readonly serializers: readonly Serializer[];
  readonly hook: ChooseSerializer | undefined;
  readonly fallback: Serializer | undefined;
}

/** The serialiser of a value, and the class that made it one, where the value is an instance of a known class. */
export interface FoundSerializer {
  readonly serializer: Serializer;
  readonly known: KnownClass | undefined;
}

const TypedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };

/** Layers as one: the right-hand ones win. */
export class Serializers {
  readonly layers: readonly SerializerLayer[];
  /** The layer whose fallback counts. */
  readonly lastResort: SerializerLayer | undefined;
  /** Whether a layer has a class whose instances the encoding itself could write: a typed array or an `ArrayBuffer`. */
  readonly claimsBuffers: boolean;
  readonly #byTag = new Map<string, Serializer>();
  readonly #byPrototype = new Map<object, Serializer>();
  readonly #predicates: readonly Serializer[];
  /** Prototypes that were met, for speed. */
  readonly #found = new WeakMap<object, FoundSerializer>();

  constructor(layers: readonly SerializerLayer[], lastResort: SerializerLayer | undefined) {
    this.layers = layers;
    this.lastResort = lastResort;
    for (const serializer of [
      ...builtInSerializers(),
      ...layers.flatMap((layer) => [...(layer.fallback ? [layer.fallback] : []), ...layer.serializers]),
    ])
      this.#add(serializer);
    this.#predicates = [...this.#byTag.values()]
      .filter((serializer) => serializer.test !== undefined)
      .sort((a, b) => (a.tag < b.tag ? -1 : 1));
    this.claimsBuffers = [...this.#byPrototype.keys()].some(isBufferPrototype);
  }

  #add(serializer: Serializer): void {
    this.#byTag.set(serializer.tag, serializer);
    if (serializer.class !== undefined) this.#byPrototype.set(serializer.class.prototype as object, serializer);
  }

  byTag(tag: string): Serializer | undefined {
    return this.#byTag.get(tag);
  }

  /** By class, then by predicate, hook and fallback. */
  find(value: object): FoundSerializer | undefined {
    const prototype = Object.getPrototypeOf(value) as object | null;
    const known = prototype === null ? undefined : this.#found.get(prototype);
    return known ?? serializerOfReference(value) ?? this.#byClass(value, prototype) ?? this.#byTest(value);
  }

  #byClass(value: object, prototype: object | null): FoundSerializer | undefined {
    const own = prototype === null ? undefined : this.#exact(value, prototype);
    if (own !== undefined && prototype !== null) {
      this.#found.set(prototype, own);
      return own;
    }
    for (let at = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const serializer = this.#byPrototype.get(at);
      if (serializer !== undefined && serializer.exact !== true) return { serializer, known: undefined };
    }
    return undefined;
  }

  #exact(value: object, prototype: object): FoundSerializer | undefined {
    const serializer = this.#byPrototype.get(prototype);
    if (serializer !== undefined) return { serializer, known: undefined };
    const known = travellingClassOf(value);
    return known && { serializer: known.serializer, known };
  }

  #byTest(value: object): FoundSerializer | undefined {
    const serializer =
      this.#predicates.find((each) => each.test?.(value)) ?? this.#byHook(value) ?? this.lastResort?.fallback;
    return serializer && { serializer, known: undefined };
  }

  #byHook(value: object): Serializer | undefined {
    for (const { hook } of this.layers.toReversed()) {
      const serializer = hook?.(value);
      if (serializer !== undefined) return this.#byTag.get(serializer.tag) ?? this.#learn(serializer);
    }
    return undefined;
  }

  /** A hook may choose a serialiser that is in no list: to be read again, its data needs it. */
  #learn(serializer: Serializer): Serializer {
    this.#byTag.set(serializer.tag, serializer);
    return serializer;
  }
}

function isBufferPrototype(prototype: object): boolean {
  return (
    prototype === ArrayBuffer.prototype ||
    prototype === TypedArray.prototype ||
    Object.getPrototypeOf(prototype) === TypedArray.prototype
  );
}

/** What every registry begins with. */
export const BUILT_IN: Serializers = new Serializers([], undefined);

/** Several layers as one table, each layer once, where it stands last. */
export function composeLayers(
  layers: readonly SerializerLayer[],
  lastResort: SerializerLayer | undefined,
): Serializers {
  return new Serializers(
    layers.filter((layer, index) => layers.lastIndexOf(layer) === index),
    lastResort,
  );
}

/** Makes a layer known in this thread, so that a worker finds it by its reference. */
export function registerLayer(layer: SerializerLayer): void {
  const layers = (realm().layers ??= new Map());
  const key = layerKey(layer.reference);
  // With a tool that knows the code, the newer one is what the module holds now.
  const others = layer.reference.slice === undefined ? (layers.get(key) ?? []) : [];
  layers.set(key, [...others, layer]);
}

/** The layers of a reference that this thread knows: more than one where a module gave two the same name. */
export function findLayers(reference: ClassReference): readonly SerializerLayer[] {
  const layers = realm().layers?.get(layerKey(reference)) ?? [];
  const { slice } = reference;
  return slice === undefined ? layers : layers.filter((layer) => layer.reference.slice?.version === slice.version);
}

/** The key of a layer in the realm. */
function layerKey({ name, named, module }: ClassReference): string {
  return named ? name : `${module ?? ''}#${name}`;
}
