import {
  construct,
  createRegistry,
  createRunStore,
  DeserializationError,
  inline,
  memoryCache,
  Reference,
  Registry,
  registry,
  run,
  schedule,
  SerializationError,
  serialize,
  type Pack,
  type Serializer,
} from 'somen';
import { describe, expect, test } from 'vitest';

class Shape {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

class Circle extends Shape {
  readonly radius: number;

  constructor(radius: number) {
    super('circle');
    this.radius = radius;
  }
}

const shapes: Serializer<Shape, string> = {
  tag: 'test/Shape',
  class: Shape,
  serialize: (shape, pack) => pack(shape.name),
  deserialize: (name) => new Shape(name),
};

const circles: Serializer<Circle, number> = {
  tag: 'test/Circle',
  class: Circle,
  serialize: (circle, pack) => pack(circle.radius),
  deserialize: (radius) => new Circle(radius),
};

function roundTrips(own: Registry, value: unknown): unknown[] {
  return [
    own.decode(own.encode(value)),
    own.fromJSON(own.toJSON(value)),
    own.fromBinary(own.toBinary(value)),
    own.fromBinary(own.toBinaryFile(value)),
  ];
}

const WRITERS: readonly ((value: unknown) => unknown)[] = [
  (value) => registry.encode(value),
  (value) => registry.toJSON(value),
  (value) => registry.toBinary(value),
];

function thrown(action: () => unknown): SerializationError {
  try {
    action();
  } catch (error) {
    return error as SerializationError;
  }
  throw new Error('Cannot tell what was thrown: nothing was');
}

function typeOf(own: Registry, value: unknown): unknown {
  return (JSON.parse(own.toJSON(value)) as { type: unknown }).type;
}

describe('a registry finds the serialiser', () => {
  test('of the nearest class when several apply', () => {
    const both = createRegistry({ serializers: [shapes, circles] });
    expect(typeOf(both, new Circle(1))).toBe('test/Circle');
    expect(typeOf(both, new Shape('square'))).toBe('test/Shape');
    expect(typeOf(createRegistry({ serializers: [shapes] }), new Circle(1))).toBe('test/Shape');
    const exact = createRegistry({ serializers: [{ ...shapes, exact: true }] });
    expect(thrown(() => exact.encode(new Circle(1))).message).toContain('Circle');
  });

  test('by predicate when no class applies, in the order of tags and whatever the order of registration', () => {
    const tagged = (tag: string): Serializer<Shape, string> => ({
      tag,
      test: (value) => value instanceof Shape,
      serialize: (shape, pack) => pack(shape.name),
      deserialize: (name) => new Shape(name),
    });
    const late = createRegistry({ serializers: [tagged('test/b'), tagged('test/a')] });
    const early = createRegistry({ serializers: [tagged('test/a'), tagged('test/b')] });
    expect(typeOf(late, new Shape('x'))).toBe('test/a');
    expect(late.toJSON(new Shape('x'))).toBe(early.toJSON(new Shape('x')));
    expect(typeOf(createRegistry({ parent: late, serializers: [circles] }), new Circle(1))).toBe('test/Circle');
  });

  test('by its hook when neither class nor predicate applies, and by its fallback at last', () => {
    const other: Serializer<object> = {
      tag: 'test/Anything',
      serialize: (value, pack) => pack({ ...value }),
      deserialize: (data) => data as object,
    };
    const asked: string[] = [];
    const hooked = createRegistry({
      hook: (value) => {
        asked.push(value.constructor.name);
        return value instanceof Circle ? circles : undefined;
      },
      fallback: other,
    });
    expect(typeOf(hooked, new Circle(2))).toBe('test/Circle');
    expect(typeOf(hooked, new Shape('x'))).toBe('test/Anything');
    expect(asked).toContain('Circle');
    expect(roundTrips(hooked, [new Circle(2)])).toEqual([
      [new Circle(2)],
      [new Circle(2)],
      [new Circle(2)],
      [new Circle(2)],
    ]);
  });
});

describe('with', () => {
  const left: Serializer<Shape, string> = { ...shapes, deserialize: (name) => new Shape(`${name}, left`) };
  const right: Serializer<Shape, string> = { ...shapes, deserialize: (name) => new Shape(`${name}, right`) };
  const fallback = (tag: string): Serializer<object> => ({
    tag,
    serialize: (_value, pack) => pack(null),
    deserialize: () => ({}),
  });

  test('the right-hand registry wins, and the left-hand fallback stays', () => {
    const one = createRegistry({ name: 'one', serializers: [left], fallback: fallback('test/one') });
    const two = createRegistry({ name: 'two', serializers: [right], fallback: fallback('test/two') });
    const both = one.with(two);
    expect(both.decode(both.encode(new Shape('x')))).toEqual(new Shape('x, right'));
    expect(typeOf(both, new WeakMap())).toBe('test/one');
    expect(typeOf(two.with(one), new WeakMap())).toBe('test/two');
    expect(typeOf(registry.with(two), new WeakMap())).toBe('test/two');
    expect(typeOf(createRegistry({ parent: one, fallback: fallback('test/own') }), new WeakMap())).toBe('test/own');
  });

  test('data that was stored stays readable when types are added, and keys stay what they are', () => {
    const small = createRegistry({ serializers: [shapes] });
    const large = small.with(createRegistry({ serializers: [circles], classes: { Registry } }));
    const stored = small.encode([new Shape('x'), new Map([[1, new Set([2])]])]);
    expect(large.decode(stored)).toEqual([new Shape('x'), new Map([[1, new Set([2])]])]);
    expect(large.digest(new Shape('x'))).toBe(small.digest(new Shape('x')));
    expect(large.digest({ a: 1 })).toBe(registry.digest({ a: 1 }));
  });

  test('a serialiser may take over a type of the language', () => {
    const seconds: Serializer<Date, number> = {
      tag: 'test/Seconds',
      class: Date,
      serialize: (date, pack) => pack(date.getTime() / 1000),
      deserialize: (time) => new Date(1000 * time),
    };
    const own = createRegistry({ serializers: [seconds] });
    expect(own.toJSON(new Date(5000))).toBe('{"_somen":"1","type":"test/Seconds","data":5}');
    expect(roundTrips(own, new Date(5000))).toEqual([new Date(5000), new Date(5000), new Date(5000), new Date(5000)]);
    const plain: Serializer<Float64Array, number[]> = {
      tag: 'test/Numbers',
      class: Float64Array,
      serialize: (array, pack) => pack([...array]),
      deserialize: (numbers) => Float64Array.from(numbers),
    };
    const numbers = createRegistry({ serializers: [plain] });
    expect(numbers.toJSON({ a: Float64Array.of(1, 2), b: Int8Array.of(1) })).toBe(
      '{"a":{"_somen":"1","type":"test/Numbers","data":[1,2]},"b":{"_somen":"1","type":"Int8Array","data":"AQ=="}}',
    );
  });
});

describe('classes', () => {
  class Bag<T> extends Map<T, number> {
    label = 'bag';

    add(item: T): this {
      return this.set(item, (this.get(item) ?? 0) + 1);
    }
  }
  class Row extends Array<number> {
    unit = 'm';
  }
  class Reading extends Float64Array {}
  class Moment extends Date {}
  class Tags extends Set<string> {}
  class Failure extends Error {
    status = 0;
  }
  class Loud {
    static made = 0;
    value: unknown;

    constructor(value: unknown) {
      Loud.made++;
      this.value = value;
    }
  }
  const own = createRegistry({ classes: { Bag, Row, Reading, Moment, Tags, Failure, Loud } });

  test('a plain class is registered in one line, and its constructor is not called again', () => {
    const loud = new Loud([1]);
    const before = Loud.made;
    for (const back of roundTrips(own, loud)) {
      expect(back).toBeInstanceOf(Loud);
      expect(back).toEqual(loud);
    }
    expect(Loud.made).toBe(before);
  });

  test('a subclass of a class of the language comes back as what it was', () => {
    const bag = new Bag<string>().add('a').add('a');
    bag.label = 'mine';
    const row = Row.from([1, 2, 3]) as Row;
    const failure = Object.assign(new Failure('no', { cause: new TypeError('why') }), { status: 404 });
    const values = [bag, row, new Reading([1, 2]), new Moment(7), new Tags(['x']), failure];
    for (const value of values)
      for (const back of roundTrips(own, value)) {
        expect(back).toBeInstanceOf(value.constructor);
        expect(back).toEqual(value);
      }
    const [back] = roundTrips(own, bag) as [Bag<string>];
    expect(back.add('b').get('b')).toBe(1);
  });

  test('a subclass that nobody registered is refused with its path and with what to do', () => {
    class Unknown extends Map {}
    for (const write of WRITERS) {
      const error = thrown(() => write({ list: [1, new Unknown()] }));
      expect(error).toBeInstanceOf(SerializationError);
      expect(error).toMatchObject({ code: 'ERR_SERIALIZATION', path: 'value.list[1]' });
      expect(error.message).toMatch(/Unknown/);
      expect(error.message).toMatch(/createRegistry\(\{ classes: \{ Unknown \} \}\)/);
    }
  });

  test('an instance that contains itself comes back so, also through Map and Set', () => {
    const loud = new Loud(undefined);
    loud.value = { loud, map: new Map([['loud', loud]]), set: new Set([loud]) };
    for (const back of roundTrips(own, loud) as Loud[]) {
      const { loud: inner, map, set } = back.value as { loud: Loud; map: Map<string, Loud>; set: Set<Loud> };
      expect([inner === back, map.get('loud') === back, set.has(back)]).toEqual([true, true, true]);
    }
    const bag = new Bag<unknown>();
    bag.set(bag, 1);
    for (const back of roundTrips(own, bag) as Bag<unknown>[]) expect([...back.keys()][0]).toBe(back);
  });

  test('an instance whose class constructs it cannot contain itself: that is told with the path', () => {
    class Node {
      next: unknown;

      static [construct](data: unknown): Node {
        return Object.assign(new Node(), { next: data });
      }

      [serialize](pack: Pack): unknown {
        return pack(this.next);
      }
    }
    const node = new Node();
    node.next = [node];
    const nodes = createRegistry({ classes: { Node } });
    expect(thrown(() => nodes.encode({ node })).message).toMatch(
      /Cannot encode value\.node.*contains itself.*allocate/,
    );
    for (const value of [{ node }, [node, node], [{ node }, node]])
      for (const write of [nodes.toJSON, nodes.toBinary, nodes.encode] as ((value: unknown) => unknown)[])
        expect(thrown(() => write.call(nodes, value))).toBeInstanceOf(SerializationError);
    node.next = [new Node()];
    expect(roundTrips(nodes, node)[0]).toEqual(node);
  });
});

describe('values that contain themselves or share parts', () => {
  test('cycles come back as cycles', () => {
    const object: Record<string, unknown> = { name: 'ring' };
    object['next'] = { list: [object] };
    const set = new Set<unknown>();
    set.add(new Map([[set, set]]));
    for (const back of roundTrips(registry, [object, set]) as [typeof object, typeof set][]) {
      const [ring, own] = back;
      expect((ring['next'] as { list: unknown[] }).list[0]).toBe(ring);
      const [map] = [...own] as [Map<unknown, unknown>];
      expect(map.get(own)).toBe(own);
    }
  });

  test('shared parts stay shared in JSON and in the binary encoding; the canonical encoding writes them twice', () => {
    const part = { numbers: Float64Array.of(1, 2) };
    const [canonical, json, parts, file] = roundTrips(registry, { a: part, b: [part, part.numbers] }) as {
      a: typeof part;
      b: [typeof part, Float64Array];
    }[];
    for (const back of [json, parts, file]) {
      expect(back?.a).toBe(back?.b[0]);
      expect(back?.a.numbers).toBe(back?.b[1]);
    }
    expect(canonical?.a).toEqual(canonical?.b[0]);
    expect(canonical?.a).not.toBe(canonical?.b[0]);
    expect(registry.digest([part, part])).toBe(registry.digest([part, structuredClone(part)]));
  });

  test('a result with shared parts and cycles comes out of a cache as it went in', async () => {
    const made = { count: 0 };
    const build = schedule(
      () => {
        made.count++;
        const node: Record<string, unknown> = { id: 1 };
        node['self'] = node;
        return { nodes: [node], edges: [{ from: node, to: node }], big: new Float64Array(1000) };
      },
      { name: 'registry/graph' },
    );
    const same = schedule(
      (value: { nodes: unknown[]; edges: { from: unknown }[] }) => value.nodes[0] === value.edges[0]?.from,
      {
        name: 'registry/same',
      },
    );
    const cache = memoryCache();
    const options = { cache, executor: inline(), display: false } as const;
    expect(await run(same(build() as never), options)).toBe(true);
    const graph = await run(build(), options);
    expect(graph.nodes[0]).toBe(graph.edges[0]?.from);
    expect(graph.nodes[0]?.['self']).toBe(graph.nodes[0]);
    const summary = run(same(build() as never), { ...options, lookup: 'leaf-first' });
    expect(await summary).toBe(true);
    expect(summary.summary).toMatchObject({ ran: 0, retrieved: 2 });
    expect(made.count).toBe(1);
  });

  test('a deep value that does not contain itself is written as it is', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { deeper: nested(levels - 1) });
    expect(roundTrips(registry, nested(400))[0]).toEqual(nested(400));
    expect(thrown(() => registry.encode(nested(700))).message).toMatch(/nested deeper than 512 levels/);
    expect(thrown(() => registry.toJSON(nested(700))).message).toMatch(/nested deeper than 512 levels/);
  });
});

describe('symbols and functions', () => {
  test('symbols of the global registry are the same symbol again, others are refused', () => {
    for (const back of roundTrips(registry, [Symbol.for('tag')])) expect(back).toEqual([Symbol.for('tag')]);
    expect(thrown(() => registry.encode({ tag: Symbol('own') }))).toMatchObject({ path: 'value.tag' });
    expect(thrown(() => registry.toJSON({ tag: Symbol.iterator }))).toMatchObject({ path: 'value.tag' });
  });

  test('functions go by reference to a task, and not otherwise', () => {
    const task = schedule((n: number) => n + 1, { name: 'registry/next' });
    for (const back of roundTrips(registry, { task })) expect(registry.digest(back)).toBe(registry.digest({ task }));
    for (const write of WRITERS) expect(thrown(() => write([() => 1])).message).toMatch(/value\[0\].*Schedule it/);
  });
});

describe('pack', () => {
  class Image {
    readonly pixels: number;

    constructor(pixels: number) {
      this.pixels = pixels;
    }
  }
  let loaded = 0;
  const images: Serializer<Image, { readonly file: string }> = {
    tag: 'test/Image',
    class: Image,
    serialize: (image, pack) => pack({ file: `${image.pixels}.png` }, { ref: true, files: [`${image.pixels}.png`] }),
    deserialize: ({ file }, { files }) => {
      loaded++;
      expect(files).toEqual([file]);
      return new Image(Number.parseInt(file, 10));
    },
  };
  const own = createRegistry({ name: 'images', serializers: [images] });

  test('a value that is packed by reference is shown by what it leads to', async () => {
    const store = createRunStore();
    const pixelsOf = schedule((image: Image) => image.pixels, { name: 'registry/pixels-of' });
    const [reference] = own.fromJSON(own.toJSON([new Image(5)])) as [Image];
    expect(await run(pixelsOf(reference), { registry: own, display: store })).toBe(5);
    expect(store.getSnapshot().jobs[0]?.args).toEqual(['ref(test/Image)']);
  });

  test('a value that is packed by reference is not rebuilt before it is asked for', () => {
    loaded = 0;
    for (const back of roundTrips(own, [new Image(5)])) {
      const [reference] = back as [Reference<Image>];
      expect(reference).toBeInstanceOf(Reference);
      expect(Object.fromEntries(Object.entries(reference))).toEqual({
        type: 'test/Image',
        data: { file: '5.png' },
        files: ['5.png'],
      });
      expect(own.digest(back)).toBe(own.digest([new Image(5)]));
      expect(loaded).toBe(0);
    }
    expect(own.fromJSON(own.toJSON([new Image(5)]), { deref: true })).toEqual([new Image(5)]);
    expect(own.decode(own.encode([new Image(5)]), { deref: true })).toEqual([new Image(5)]);
    const held = own.fromJSON(
      own.toJSON({ a: [new Image(1)], b: new Map([['c', new Image(2)]]), d: new Set([new Image(3)]) }),
    );
    loaded = 0;
    expect(own.deref(held)).toEqual({
      a: [new Image(1)],
      b: new Map([['c', new Image(2)]]),
      d: new Set([new Image(3)]),
    });
    expect(loaded).toBe(3);
  });

  test('a run rebuilds a value from its cache where a task or the caller needs it, and only there', async () => {
    const load = schedule((pixels: number) => new Image(pixels), { name: 'registry/load' });
    const size = schedule((image: Image) => image.pixels, { name: 'registry/size' });
    const options = { cache: memoryCache(), executor: inline(), registry: own, display: false } as const;
    loaded = 0;
    expect(await run(size(load(7) as never), options)).toBe(7);
    expect(loaded).toBe(0);
    const next = schedule((image: Image) => image.pixels + 1, { name: 'registry/next-size' });
    expect(await run([size(load(7) as never), next(load(7) as never)], options)).toEqual([7, 8]);
    expect(loaded).toBe(1);
    expect(await run(load(7), options)).toEqual(new Image(7));
    expect(await run((load(7) as unknown as { pixels: number }).pixels, options)).toBe(7);
    expect(loaded).toBe(3);
  });
});

describe('bad data', () => {
  test('an unknown type, class, task or reference is refused with its path', () => {
    const texts: [string, string, RegExp][] = [
      ['{"a":[{"_somen":"1","type":"Foo","data":1}]}', 'value.a[0]', /unknown type 'Foo'.*createRegistry/],
      ['{"_somen":"1","type":"instance","class":"x/Y","data":{}}', 'value', /unknown class 'x\/Y'/],
      ['{"_somen":"1","type":"task","data":["x/y","1"]}', 'value', /task 'x\/y'/],
      ['{"_somen":"1","type":"reference","id":3}', 'value', /reference to value 3/],
      ['{"_somen":"2","type":"Map","data":[]}', 'value', /unknown version "2"/],
      ['[{"_somen":"1","type":"Map","data":[1]}]', 'value[0]', /key that has no value/],
      ['[{"_somen":"1","type":"Map","data":5}]', 'value[0]', /no list as data of a Map/],
      ['[{"_somen":"1","type":"Date","data":["x"]}]', 'value[0]', /a Date without a time/],
      ['{"a":{"_somen":"1","type":"Float64Array","data":"AAA="}}', 'value.a', /./],
      ['{"a":{"_somen":"1","type":"bigint","data":"1e3"}}', 'value.a', /text of the right form/],
      ['{', 'value', /./],
    ];
    for (const [text, path, message] of texts) {
      const error = thrown(() => registry.fromJSON(text));
      expect(error).toBeInstanceOf(DeserializationError);
      expect(error).toMatchObject({ code: 'ERR_DESERIALIZATION', name: 'DeserializationError', path });
      expect(error.message).toMatch(message);
    }
  });

  test('the path of what cannot be decoded is told', () => {
    const bytes = createRegistry({ serializers: [shapes] }).encode({ list: [1, { shape: new Shape('x') }] });
    const error = thrown(() => registry.decode(bytes));
    expect(error).toMatchObject({ code: 'ERR_DESERIALIZATION', path: 'value.list[1].shape' });
    expect(error.message).toMatch(/unknown type 'test\/Shape'/);
  });

  test('an error of a serialiser becomes the cause', () => {
    const broken = createRegistry({
      serializers: [
        {
          ...shapes,
          deserialize: () => {
            throw new RangeError('no such shape');
          },
        },
      ],
    });
    const values: (() => unknown)[] = [
      () => broken.decode(broken.encode([new Shape('x')])),
      () => broken.fromJSON(broken.toJSON([new Shape('x')])),
      () => broken.fromBinary(broken.toBinary([new Shape('x')])),
    ];
    for (const read of values) {
      const error = thrown(read);
      expect(error).toBeInstanceOf(DeserializationError);
      expect(error.path).toBe('value[0]');
      expect(error.cause).toMatchObject({ message: 'no such shape' });
    }
  });

  test('members named __proto__ are ignored, and constructor is a name like any other', () => {
    const text = '{"__proto__":{"polluted":true},"constructor":{"name":"x"},"a":1}';
    const read = registry.fromJSON(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(read['polluted']).toBeUndefined();
    expect(Object.keys(read)).toEqual(['constructor', 'a']);
    expect(roundTrips(registry, { constructor: 1, toString: 2 })).toEqual(
      Array.from({ length: 4 }, () => ({ constructor: 1, toString: 2 })),
    );
    expect(thrown(() => registry.toJSON(JSON.parse(text))).message).toMatch(/__proto__/);
  });

  test('limits bound depth, number and bytes', () => {
    const value = [[[[1, 2, 3]]], 'text'];
    const reads = (limits: object): (() => unknown)[] => [
      () => registry.decode(registry.encode(value), { limits }),
      () => registry.fromJSON(registry.toJSON(value), { limits }),
      () => registry.fromBinary(registry.toBinaryFile(value), { limits }),
    ];
    for (const read of reads({ depth: 4, items: 10, bytes: 100 })) expect(read()).toEqual(value);
    for (const limits of [{ depth: 2 }, { items: 6 }, { bytes: 5 }])
      for (const read of reads(limits)) expect(thrown(read)).toBeInstanceOf(DeserializationError);
  });
});

describe('createRegistry', () => {
  test('refuses serialisers that lack a part or have a name of the encoding', () => {
    const bad: [object, RegExp][] = [
      [{ tag: '' }, /needs a tag/],
      [{ tag: 'x', serialize: () => 1 }, /needs a tag, serialize/],
      [{ ...shapes, tag: 'task' }, /the encoding itself has that name/],
      [{ ...shapes, allocate: () => new Shape('') }, /belong together/],
    ];
    for (const [serializer, message] of bad)
      expect(() => createRegistry({ serializers: [serializer as Serializer] })).toThrow(message);
  });

  test('takes a serialiser that is a class', () => {
    class Stored implements Serializer<Shape, string> {
      readonly tag = 'test/Stored';
      readonly class = Shape;
      readonly #prefix: string;

      constructor(prefix: string) {
        this.#prefix = prefix;
      }

      serialize(shape: Shape, pack: Pack): unknown {
        return pack(this.#prefix + shape.name, { ref: true });
      }

      deserialize(data: string): Shape {
        return new Shape(data.slice(this.#prefix.length));
      }
    }
    const own = createRegistry({ serializers: [new Stored('a-')] });
    expect(own.deref(roundTrips(own, [new Shape('x')]))).toEqual([
      [new Shape('x')],
      [new Shape('x')],
      [new Shape('x')],
      [new Shape('x')],
    ]);
  });
});

describe('contents that are read asynchronously', () => {
  const blob = new Blob(['some ', 'text'], { type: 'text/plain' });

  test('a Blob and a File come back whole once they were read, and are refused before', async () => {
    const file = new File([blob], 'a.txt', { type: 'text/plain', lastModified: 5 });
    const error = thrown(() => registry.encode({ file: [file] }));
    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ path: 'value.file[0]' });
    expect(error.message).toMatch(/registry\.prepare/);
    await registry.prepare({ blob, file: [file] });
    for (const back of roundTrips(registry, { blob, file: [file] })) {
      const read = back as { blob: Blob; file: [File] };
      expect(await read.blob.text()).toBe('some text');
      expect(read.blob.type).toBe('text/plain');
      const [own] = read.file;
      expect([own.name, own.lastModified, own.type, await own.text()]).toEqual(['a.txt', 5, 'text/plain', 'some text']);
    }
  });

  test('a run reads them itself, as arguments and as results', async () => {
    const measure = schedule((value: Blob) => new Blob([value, '!']), { name: 'registry/blob' });
    const cache = memoryCache();
    const options = { cache, executor: inline(), display: false } as const;
    const first = await run(measure(new Blob(['abc'])), options);
    expect(await first.text()).toBe('abc!');
    const second = run(measure(new Blob(['abc'])), options);
    expect(await (await second).text()).toBe('abc!');
    expect(second.summary).toMatchObject({ ran: 0, retrieved: 1 });
    expect(await (await run(measure(new Blob(['abd'])), options)).text()).toBe('abd!');
  });
});
