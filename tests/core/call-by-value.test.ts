import { delay, run, schedule } from 'somen';
import { describe, expect, test } from 'vitest';
import { add } from './support/arithmetic.js';

const double = schedule((x: { value: number }) => x.value * 2, { name: 'by-value/double' });
const identity = schedule((value: unknown) => value, { name: 'by-value/identity' });

describe('call by value', () => {
  test('a call computes with what it was given when the caller changes it afterwards (seed 001: 18)', async () => {
    const a = { value: 4 };
    const b = double(a);
    a.value = 5;
    const c = double(a);
    expect(await run(add(b, c))).toBe(18);
  });

  test('a call keeps nested arrays, maps, sets, dates and binary data when the caller changes them', async () => {
    const view = new DataView(new ArrayBuffer(2));
    const value = {
      list: [1, [2]],
      map: new Map<unknown, unknown>([['k', [1]]]),
      set: new Set([1]),
      date: new Date(0),
      floats: new Float32Array([1, 2, 3]).subarray(1),
      buffer: new Uint8Array([7]).buffer,
      view,
    };
    const promise = identity(value);
    (value.list[1] as number[]).push(3);
    (value.map.get('k') as number[])[0] = 9;
    value.map.set('new', 1);
    value.set.add(2);
    value.date.setTime(1);
    value.floats[0] = 9;
    new Uint8Array(value.buffer)[0] = 9;
    view.setInt8(0, 9);
    expect(await run(promise)).toEqual({
      list: [1, [2]],
      map: new Map([['k', [1]]]),
      set: new Set([1]),
      date: new Date(0),
      floats: new Float32Array([2, 3]),
      buffer: new Uint8Array([7]).buffer,
      view: new DataView(new ArrayBuffer(2)),
    });
  });

  test('a call keeps the classes of typed arrays, objects without a prototype and holes when it copies', async () => {
    const value = {
      bare: Object.create(null) as object,
      sparse: Array(3),
      clamped: new Uint8ClampedArray([300]),
      big: new BigInt64Array([-1n]),
    };
    const result = (await run(identity(value))) as typeof value;
    expect(Object.getPrototypeOf(result.bare)).toBeNull();
    expect(Object.keys(result.sparse)).toEqual([]);
    expect(result.sparse).toHaveLength(3);
    expect(result.clamped).toEqual(new Uint8ClampedArray([255]));
    expect(result.big).toEqual(new BigInt64Array([-1n]));
  });

  test('a call keeps shared references and cycles when it copies', async () => {
    const shared = [1];
    const cycle: { shared: number[][]; self?: unknown } = { shared: [shared, shared] };
    cycle.self = cycle;
    const result = (await run(identity(cycle))) as typeof cycle;
    expect(result).not.toBe(cycle);
    expect(result.self).toBe(result);
    expect(result.shared[0]).toBe(result.shared[1]);
  });

  test('a call shares data when it is deeply frozen, and instances of classes', async () => {
    const frozen = Object.freeze({ list: Object.freeze([1, 2]) });
    const half = Object.freeze({ list: [1, 2] });
    class Box {
      readonly value = 1;
    }
    const box = new Box();
    const compare = schedule((a: unknown, b: unknown, c: unknown) => [a === frozen, b === half, c === box], {
      name: 'by-value/compare',
    });
    expect(await run(compare(frozen, half, box))).toEqual([true, false, true]);
  });

  test('a task changes only its own arguments when it writes to them', async () => {
    const list = delay([1, 2]);
    const push = schedule((target: number[], value: number) => [target.push(value), target], { name: 'by-value/push' });
    const pushed = ['a', 'b'].map(() => push(list, 3));
    expect(await run([...pushed, list])).toEqual([
      [3, [1, 2, 3]],
      [3, [1, 2, 3]],
      [1, 2],
    ]);
  });

  test('a task sees what it was given when another task shares its plain argument', async () => {
    const clear = schedule((target: { n?: number }) => delete target.n && target, { name: 'by-value/clear' });
    const literal = { n: 1 };
    expect(await run([clear(literal), clear(literal), identity(literal)])).toEqual([{}, {}, { n: 1 }]);
  });
});
