import * as fc from 'fast-check';
import { digest, encode, registry, SerializationError, type Task } from 'somen';
import { describe, expect, test } from 'vitest';
import { decodeValue, type DecodeContext } from '../../dist/core/decode.js';
import { values } from './support/values.js';
import { EQUAL, LARGE, VALUES } from './vectors.js';

/** What this thread's copies of the package share. */
interface Realm {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly classes?: { readonly byName: ReadonlyMap<string, ReturnType<DecodeContext['classById']>> };
}

function realm(): Realm {
  return (globalThis as unknown as Record<symbol, Realm>)[Symbol.for('somen.realm/1')] ?? { tasks: new Map() };
}

const context: DecodeContext = {
  taskById: (id) => realm().tasks.get(id),
  classById: (id) => realm().classes?.byName.get(id),
};

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function decode(bytes: Uint8Array): unknown {
  return decodeValue(bytes, context);
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('encode', () => {
  test.each(VALUES)('encode writes $name as specified', ({ value, encoding }) => {
    expect(hex(encode(value()))).toBe(encoding);
  });

  test('encode writes distinct values differently', () => {
    const names = new Map<string, string>();
    const equal = new Set(EQUAL.map((pair) => pair.toSorted().join()));
    for (const { name, encoding } of VALUES) {
      const other = names.get(encoding);
      if (other === undefined) names.set(encoding, name);
      else expect(equal).toContain([name, other].toSorted().join());
    }
    expect(names.size).toBeGreaterThan(110);
  });

  test('encode writes objects the same whatever the order of their members, Maps and Sets not', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          values,
          { minKeys: 2 },
        ),
        fc.infiniteStream(fc.nat()),
        (object, random) => {
          const entries = Object.entries(object);
          const shuffled = entries.map((entry) => ({ entry, at: random.next().value })).sort((a, b) => a.at - b.at);
          expect(hex(encode(Object.fromEntries(shuffled.map(({ entry }) => entry))))).toBe(hex(encode(object)));
          const reversed = entries.toReversed();
          expect(hex(encode(new Map(reversed)))).not.toBe(hex(encode(new Map(entries))));
          expect(hex(encode(new Set(Object.keys(object).toReversed())))).not.toBe(
            hex(encode(new Set(Object.keys(object)))),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test('encode writes a Float16Array with tag 84 where the engine has that class', () => {
    const Class = (globalThis as { Float16Array?: new (values: number[]) => ArrayBufferView }).Float16Array;
    const written = Class === undefined ? 'd85444003c00c0' : hex(encode(new Class([1, -2])));
    expect(written).toBe('d85444003c00c0');
    if (Class !== undefined) expect(decode(fromHex(written))).toEqual(new Class([1, -2]));
    else expect(() => decode(fromHex(written))).toThrow(/a Float16Array, which this runtime does not have/);
  });

  test('encode writes large binary data and long text with all their bytes', () => {
    for (const length of [255, 256, 1023, 1024, 1025, 65_535, 65_536, 200_000]) {
      const bytes = new Uint8Array(length).map((_, index) => index * 7);
      expect(decode(encode([bytes, 1, bytes]))).toEqual([bytes, 1, bytes]);
      const text = 'sōmen '.repeat(Math.ceil(length / 6)).slice(0, length);
      expect(decode(encode([text, 'x'.repeat(length)]))).toEqual([text, 'x'.repeat(length)]);
    }
  });

  test('encode throws a SerializationError when a member is named __proto__ or by a symbol', () => {
    expect(() => encode(JSON.parse('{"a": {"__proto__": 1}}'))).toThrow(
      /^Cannot encode value\.a: it has a member named '__proto__'/,
    );
    expect(() => encode({ [Symbol('s')]: 1 })).toThrow(SerializationError);
  });

  test('encode throws a SerializationError when values are nested deeper than 512 levels, and decodes those that are not', () => {
    const nest = (levels: number, wrap: (inner: unknown) => unknown) => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = wrap(value);
      return value;
    };
    const wraps: ((inner: unknown) => unknown)[] = [
      (inner) => [inner],
      (a) => ({ a }),
      (inner) => new Set([inner]),
      (inner) => new Map([[1, inner]]),
      (cause) => new Error('e', { cause }),
    ];
    for (const wrap of wraps) {
      const deepest = encode(nest(256, wrap));
      expect(hex(encode(decode(deepest)))).toBe(hex(deepest));
      expect(() => encode(nest(600, wrap))).toThrow(SerializationError);
    }
    expect(hex(encode(decode(encode(nest(513, (inner) => new Set([inner]))))))).toBe(
      hex(encode(nest(513, (inner) => new Set([inner])))),
    );
    expect(hex(encode(decode(encode(nest(513, (inner) => [inner])))))).toBe(hex(encode(nest(513, (inner) => [inner]))));
    expect(() => encode(nest(514, (inner) => [inner]))).toThrow(/nested deeper than 512 levels/);
  });
});

describe('digest', () => {
  test.each(VALUES)('digest gives the SHA-256 of the encoding of $name', ({ value, digest: expected }) => {
    expect(digest(value())).toBe(expected);
  });

  test('digest gives the digest of the digests of the chunks when the encoding is above 4 MiB', () => {
    expect(digest(LARGE.value())).toBe(LARGE.digest);
  });
});

describe('decodeValue', () => {
  test.each(VALUES)('decodeValue reads $name, which is encoded the same again', ({ name, value, encoding }) => {
    const decoded = decode(fromHex(encoding));
    expect(hex(encode(decoded))).toBe(encoding);
    if (name !== 'a task') expect(registry.deref(decoded)).toEqual(value());
  });

  test('decodeValue gives a typed array its class and bytes wherever it begins', () => {
    for (let offset = 0; offset < 9; offset++) {
      const value = ['x'.repeat(offset), new Float64Array([1, 2])];
      expect(decode(encode(value))).toEqual(value);
    }
  });

  test('decodeValue reads random values, which are encoded the same again', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        const decoded = decode(bytes);
        expect(hex(encode(decoded))).toBe(hex(bytes));
        expect(decoded).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('decodeValue gives a value or throws a SerializationError when bytes are changed, cut off or made up', () => {
    let errors = 0;
    const attempt = (bytes: Uint8Array) => {
      try {
        const value = decode(bytes);
        // The reader's own marks stay inside.
        if (typeof value === 'symbol') expect(Symbol.keyFor(value)).toBeDefined();
      } catch (error) {
        expect(error).toBeInstanceOf(SerializationError);
        errors++;
      }
    };
    const seeds = fc.oneof(
      values.map((value) => encode(value)),
      fc.constantFrom(...VALUES.map(({ encoding }) => fromHex(encoding))),
    );
    const edits = fc.array(fc.record({ at: fc.nat(400), byte: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(seeds, edits, fc.nat(400), (bytes, changes, end) => {
        const changed = bytes.slice();
        for (const { at, byte } of changes) if (changed.length > 0) changed[at % changed.length] = byte;
        attempt(changed);
        attempt(bytes.subarray(0, end % (bytes.length + 1)));
      }),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), attempt), { numRuns: 3000 });
    expect(errors).toBeGreaterThan(1000);
  });

  test('decodeValue throws a SerializationError when the bytes are no value', () => {
    const broken: readonly (readonly [string, RegExp])[] = [
      ['', /damaged/],
      ['0000', /more bytes follow/],
      ['1f', /indefinite/],
      ['9f01ff', /indefinite|announced/],
      ['9bffffffffffffffff', /above 2\^53/],
      ['9a7fffffff01', /items announced/],
      ['5a7fffffff01', /bytes announced/],
      ['c001', /the unknown tag 0/],
      ['a10101', /a member whose name is no string/],
      ['e0', /unknown simple value/],
      ['62c328', /damaged/],
      ['d81b8264686f6c6580', /a hole outside an array/],
      ['d81b8263466f6f80', /an object of the unknown type 'Foo'/],
      ['d81b82647461736b8261616131', /the task 'a', which no module here has scheduled/],
      ['d85643000000', /a Float64Array of 3 bytes/],
      ['d81b826652656745787082612860', /damaged|RegExp/],
    ];
    for (const [bytes, message] of broken) {
      expect(() => decode(fromHex(bytes))).toThrow(SerializationError);
      expect(() => decode(fromHex(bytes))).toThrow(message);
    }
    expect(() => decode(new Uint8Array(2000).fill(0x81))).toThrow(/nested deeper than 512 levels/);
    expect(() => decode(fromHex('d81b82'.repeat(20_000)))).toThrow(SerializationError);
  });

  test('decodeValue ignores a member named __proto__, and builds errors of the standard classes only', () => {
    const object = decode(fromHex('a2695f5f70726f746f5f5fa1616101616202')) as Record<string, unknown>;
    expect([Object.getPrototypeOf(object), object['a'], object['b']]).toEqual([Object.prototype, undefined, 2]);
    for (const name of ['constructor', 'toString', '__proto__', 'Array', 'SomenError']) {
      const error = decode(encode(Object.assign(new Error('x'), { name }))) as Error;
      expect(error).toBeInstanceOf(Error);
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
      expect([error.name, error.message]).toEqual([name, 'x']);
    }
    expect(decode(encode(new RangeError('x')))).toBeInstanceOf(RangeError);
  });
});
