/** Golden vectors of instances and of values that contain themselves; see `vectors.ts`. */
import { construct, schedule, serialize, type Pack } from 'somen';
import type { ValueVector } from './vectors.ts';

export class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
// As a decorator would: not every tool that runs these tests compiles them.
schedule({ name: 'vectors/Point' })(Point, { kind: 'class', name: 'Point', addInitializer: () => undefined });

class Bag extends Map<string, number> {}
schedule({ name: 'vectors/Bag' })(Bag, { kind: 'class', name: 'Bag', addInitializer: () => undefined });

/** Stands for something that is elsewhere. */
class Stored {
  declare static [construct]: (place: string) => Stored;
  declare [serialize]: (pack: Pack) => unknown;
  readonly place: string;

  constructor(place: string) {
    this.place = place;
  }

  static {
    this[construct] = (place) => new Stored(place);
    Object.defineProperty(this.prototype, serialize, {
      value(this: Stored, pack: Pack) {
        return pack(this.place, { ref: true, files: ['f'] });
      },
    });
  }
}
schedule({ name: 'vectors/Stored' })(Stored, { kind: 'class', name: 'Stored', addInitializer: () => undefined });

function cyclic<T extends object>(object: T, close: (object: Record<string, unknown>) => unknown): T {
  close(object as Record<string, unknown>);
  return object;
}

/** See `VALUES` in `vectors.ts`. */
export const OBJECTS: readonly ValueVector[] = [
  // Values that contain themselves: the registered tags of value sharing, 28 and 29
  {
    name: 'the symbol q of the global registry',
    value: () => Symbol.for('q'),
    encoding: 'd81b826673796d626f6c816171',
    digest: '11f1e2d37457a5207f0d2de9b1920aa5139f769cc538dcd726dc66a0e1d05e21',
  },
  {
    name: 'a Number object',
    value: () => new Number(3),
    encoding: 'd81b82664e756d6265728103',
    digest: '72b6a7935f00f71d1268ad56112ff0f18c4b29b00aa687c3cbbeec03baf336c8',
  },
  {
    name: 'a String object',
    value: () => new String('3'),
    encoding: 'd81b8266537472696e67816133',
    digest: 'ed2cc53de0f15b8b25c00f41a543656a886136d90c897878b986fe15e45a6255',
  },
  {
    name: 'a Boolean object',
    value: () => new Boolean(false),
    encoding: 'd81b8267426f6f6c65616e81f4',
    digest: '7c54167d890f32aa0d20c33a8eb3c38cd00ce676be1b031feb893bc53a463e7d',
  },
  {
    name: 'an object that contains itself',
    value: () => cyclic({}, (object) => (object['self'] = object)),
    encoding: 'd81ca16473656c66d81d00',
    digest: '162af24666fa1e3b642fc0f22289a9a4db48af6c32999e4b8936d432dd1a7c09',
  },
  {
    name: 'an array that contains itself',
    value: () => {
      const list: unknown[] = [];
      list.push(list);
      return list;
    },
    encoding: 'd81c81d81d00',
    digest: '1d0b49649b6b24bb011958a2374791aec1864c19420b9fefbfdf5ac4c1a26580',
  },
  {
    name: 'a Map that contains itself',
    value: () => {
      const map = new Map<string, unknown>();
      return map.set('m', map);
    },
    encoding: 'd81cd81b82634d617082616dd81d00',
    digest: '0a0fd1911dcc2e79a40a5229837d8af941a2caaab5b1ea441437cc8142254068',
  },
  {
    name: 'an object that contains itself, twice',
    value: () => {
      const object = cyclic({}, (each) => (each['self'] = each));
      return [object, object];
    },
    encoding: '82d81ca16473656c66d81d00d81ca16473656c66d81d01',
    digest: 'eee6a93ae2b9ede74eb3dcf00ac458cafe4587fef144e44bbc825065446c6334',
  },
  {
    name: 'an instance that contains itself',
    value: () => cyclic(new Point(1, 2), (point) => (point['x'] = point)),
    encoding: 'd81cd81b8268696e7374616e6365826d766563746f72732f506f696e74a26178d81d00617902',
    digest: 'fa9493437fe18903ca7cd638e83bbb17e2d4170e73b779a5a27e63aba42f3c74',
  },
  {
    name: 'an instance of a subclass of Map',
    value: () => new Bag([['a', 1]]),
    encoding: 'd81b8268696e7374616e6365826b766563746f72732f42616782a0d81b82634d617082616101',
    digest: 'd1785d238b4732074b807f9f9b9cd83f95dc00bea73e2e05e9e33ef02403356d',
  },
  {
    name: 'an instance that is packed by reference',
    value: () => new Stored('x'),
    encoding: 'd81b8368696e7374616e6365826e766563746f72732f53746f7265646178a263726566f56566696c6573816166',
    digest: 'f42776d05512fbf5426f12aa8b4fdb8339e14fe6d2ed7f78c8a5d8a5fc90f9ff',
  },
];
