/** The members' names of an object, in the order in which they are encoded. */
export interface Shape {
  readonly keys: readonly string[];
  readonly encodings: readonly Uint8Array[];
}

/** How many shapes are remembered. */
const SIZE = 256;
/** Objects with more members than this are rather dictionaries, whose names are seldom met again. */
const MAX_NAMES = 64;

/**
 * Remembers the order and the encodings of members' names: most objects have the same names as others, in the same order.
 * Section 4.2.1 of RFC 8949: names stand in the bytewise order of their encodings.
 */
export class ShapeCache {
  readonly #encode: (key: string) => Uint8Array;
  readonly #isSorted: boolean;
  /** Names as they were met, and their shapes; where in the table follows from their number and the first and the last. */
  readonly #names: (readonly string[] | undefined)[] = Array.from({ length: SIZE });
  readonly #shapes: Shape[] = [];

  /** Names that are not sorted stand in the order in which they are given. */
  constructor(encode: (key: string) => Uint8Array, isSorted: boolean) {
    this.#encode = encode;
    this.#isSorted = isSorted;
  }

  /** The shape of an object with these names. */
  of(names: readonly string[]): Shape {
    if (names.length > MAX_NAMES) return this.#make(names);
    const slot = slotOf(names);
    const known = this.#names[slot];
    const shape = this.#shapes[slot];
    if (known !== undefined && shape !== undefined && areEqual(known, names)) return shape;
    const made = this.#make(names);
    this.#names[slot] = names;
    this.#shapes[slot] = made;
    return made;
  }

  #make(names: readonly string[]): Shape {
    if (!this.#isSorted) return { keys: names, encodings: names.map(this.#encode) };
    if (names.every((name) => /^[\0-\x7f]*$/.test(name))) {
      // Shorter encodings come first, and ASCII is encoded as it is.
      const keys = names.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
      return { keys, encodings: keys.map(this.#encode) };
    }
    const members = names.map((key) => ({ key, encoding: this.#encode(key) }));
    members.sort((a, b) => compareBytes(a.encoding, b.encoding));
    return { keys: members.map(({ key }) => key), encodings: members.map(({ encoding }) => encoding) };
  }
}

function slotOf(names: readonly string[]): number {
  const first = names[0];
  const last = names[names.length - 1];
  if (first === undefined || last === undefined) return 0;
  const sum = names.length * 31 + first.charCodeAt(0) * 7 + last.charCodeAt(last.length - 1) + 5 * first.length;
  return (sum + 3 * last.length) % SIZE || 0;
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
