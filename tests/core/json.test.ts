/** The examples of seed 000, in this package's format. */
import * as fc from 'fast-check';
import { construct, createRegistry, registry, serialize, type Pack } from 'somen';
import { describe, expect, test } from 'vitest';
import { values } from './support/values.js';

/** Morgan-Keenan stellar classification. */
class Star {
  readonly spectralType: string;
  readonly number: number;
  readonly luminosityClass: string;

  constructor(spectralType: string, number: number, luminosityClass: string) {
    this.spectralType = spectralType;
    this.number = number;
    this.luminosityClass = luminosityClass;
  }

  toString(): string {
    return `${this.spectralType}${this.number}${this.luminosityClass}`;
  }

  static fromString(text: string): Star {
    return new Star(text[0] ?? '', Number(text[1]), text.slice(2));
  }
}

/** The same once it has learned to say what it is made of. */
class TextStar extends Star {
  static [construct](text: string): TextStar {
    const { spectralType, number, luminosityClass } = Star.fromString(text);
    return new TextStar(spectralType, number, luminosityClass);
  }

  [serialize](pack: Pack): unknown {
    return pack(String(this));
  }
}

describe('toJSON', () => {
  test('data that JSON knows stays the same', () => {
    const data = ['These data are JSON compatible!', 0, 1.3, null, { dictionaries: 'too!' }];
    expect(registry.toJSON(data)).toBe(JSON.stringify(data));
    expect(registry.toJSON(data, { indent: 2 })).toBe(JSON.stringify(data, undefined, 2));
  });

  test('a Set is an object that names its type', () => {
    expect(registry.toJSON(new Set([1, 2, 3]), { indent: 2 })).toBe(`{
  "_somen": "1",
  "type": "Set",
  "data": [
    1,
    2,
    3
  ]
}`);
  });

  test('a star is refused until its class is registered', () => {
    expect(() => registry.toJSON(new Star('B', 8, 'Ia'))).toThrow(/class Star.*createRegistry/);
  });

  test('a star is its members when its class is registered', () => {
    const stars = createRegistry({ classes: { Star } });
    const rigel = stars.toJSON(new Star('B', 8, 'Ia'), { indent: 2 });
    expect(rigel).toBe(`{
  "_somen": "1",
  "type": "Star",
  "data": {
    "spectralType": "B",
    "number": 8,
    "luminosityClass": "Ia"
  }
}`);
    expect(String(stars.fromJSON(rigel))).toBe('B8Ia');
  });

  test('a star is what it says when it has learned serialize and construct', () => {
    const stars = createRegistry({ classes: { Star: TextStar } });
    const sun = stars.toJSON(new TextStar('G', 2, 'V'));
    expect(sun).toBe('{"_somen":"1","type":"Star","data":"G2V"}');
    expect(stars.fromJSON(sun)).toEqual(new TextStar('G', 2, 'V'));
  });

  test('what JSON would lose is kept', () => {
    const value = [-0, Number.NaN, Number.NEGATIVE_INFINITY, undefined, 10n, Symbol.for('s')];
    // A hole.
    value.length = 7;
    expect(registry.toJSON(value)).toBe(
      '[{"_somen":"1","type":"number","data":"-0"},{"_somen":"1","type":"number","data":"NaN"},' +
        '{"_somen":"1","type":"number","data":"-Infinity"},{"_somen":"1","type":"undefined"},' +
        '{"_somen":"1","type":"bigint","data":"10"},{"_somen":"1","type":"symbol","data":"s"},{"_somen":"1","type":"hole"}]',
    );
    expect(registry.fromJSON(registry.toJSON(value))).toEqual(value);
  });

  test('shared parts and cycles have numbers', () => {
    const ring: Record<string, unknown> = {};
    ring['next'] = ring;
    expect(registry.toJSON(ring)).toBe(
      '{"_somen":"1","type":"shared","id":0,"data":{"next":{"_somen":"1","type":"reference","id":0}}}',
    );
  });

  test("a user's object with the format's own member comes back as it is", () => {
    const value = { _somen: '1', type: 'Set', data: [1] };
    expect(registry.toJSON(value)).toBe(
      '{"_somen":"1","type":"object","data":[["_somen","1"],["type","Set"],["data",[1]]]}',
    );
    expect(registry.fromJSON(registry.toJSON(value))).toEqual(value);
  });

  test('random values come back as they were', () => {
    fc.assert(
      fc.property(values, (value) => {
        const back = registry.fromJSON(registry.toJSON(value));
        expect(registry.digest(back)).toBe(registry.digest(value));
        expect(back).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
