/** Values of other libraries, with the libraries themselves. Those that workers carry, too, stand in `tests/node`. */
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as arrow from 'apache-arrow';
import * as aq from 'arquero';
import ndarray from 'ndarray';
import * as ort from 'onnxruntime-common';
import {
  arqueroTables,
  arrowTables,
  createRegistry,
  ndArrays,
  onnxTensors,
  tensorFlowTensors,
  type Registry,
} from 'somen/node';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(async () => {
  // The module registers its backend under this name when it is loaded.
  if (typeof MathBackendCPU === 'function') await tf.setBackend('cpu');
});

const registry = createRegistry({
  serializers: [arrowTables(arrow), arqueroTables(aq), ndArrays(ndarray), onnxTensors(ort), tensorFlowTensors(tf)],
});

function roundTrips<T>(own: Registry, value: T): T[] {
  return [
    own.decode(own.encode(value)) as T,
    own.fromJSON(own.toJSON(value)) as T,
    own.fromBinary(own.toBinaryFile(value)) as T,
    own.fromBinary(own.toBinaryFile(value, { compress: true })) as T,
  ];
}

describe('Apache Arrow', () => {
  const make = (): arrow.Table =>
    arrow.tableFromArrays({
      x: Float64Array.of(1, 2, 3.5),
      name: ['a', 'b', null],
      when: [new Date(5), new Date(6), null],
      count: BigInt64Array.of(1n, -2n, 3n),
    });

  test('a table comes back with its columns and types', () => {
    for (const back of roundTrips(registry, { table: make() })) {
      expect(back.table).toBeInstanceOf(arrow.Table);
      expect(String(back.table.schema)).toBe(String(make().schema));
      expect(back.table.toArray().map(String)).toEqual(make().toArray().map(String));
    }
  });

  test('equal tables have one key, also when one of them was read', () => {
    const digest = registry.digest(make());
    expect(registry.digest(make())).toBe(digest);
    for (const back of roundTrips(registry, make())) expect(registry.digest(back)).toBe(digest);
    expect(registry.digest(arrow.tableFromArrays({ x: Float64Array.of(1, 2, 3.6) }))).not.toBe(
      registry.digest(arrow.tableFromArrays({ x: Float64Array.of(1, 2, 3.5) })),
    );
  });

  test('large columns are read without a copy', () => {
    const table = arrow.tableFromArrays({ x: Float64Array.from({ length: 100_000 }, (_, index) => index) });
    const file = registry.toBinaryFile(table);
    const back = registry.fromBinary(file) as arrow.Table;
    const column = back.getChild('x')?.toArray() as Float64Array | undefined;
    expect(column?.buffer).toBe(file.buffer);
  });

  test('what is no IPC stream is refused', () => {
    expect(() => registry.fromJSON('{"_somen":"1","type":"arrow/Table","data":5}')).toThrow(/Arrow IPC/);
  });
});

test("Arquero's data frames come back, by way of Arrow", () => {
  const frame = aq.table({ x: [1, 2, 3], y: ['a', 'b', 'c'] });
  for (const back of roundTrips(registry, frame)) {
    expect(back).toBeInstanceOf(aq.ColumnTable);
    expect(back.objects()).toEqual(frame.objects());
    expect(registry.digest(back)).toBe(registry.digest(frame));
  }
});

describe('ndarray', () => {
  test('arrays of any type and rank come back', () => {
    const arrays = [
      ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      ndarray(Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]),
      ndarray(new Float32Array(0), [0, 3]),
    ];
    for (const array of arrays)
      for (const back of roundTrips(registry, array))
        expect([back.shape, back.dtype, [...back.data]]).toEqual([array.shape, array.dtype, [...array.data]]);
  });

  test('views are written in row-major order', () => {
    const array = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const [back = array] = roundTrips(registry, array.transpose(1, 0).step(-1, 1));
    expect([back.shape, [...back.data]]).toEqual([
      [3, 2],
      [3, 6, 2, 5, 1, 4],
    ]);
    const [part = array] = roundTrips(registry, array.lo(1, 1));
    expect([part.shape, [...part.data]]).toEqual([
      [1, 2],
      [5, 6],
    ]);
  });

  test('a shape that is not that of the elements is refused', () => {
    const text = registry
      .toJSON(ndarray(Float64Array.of(1, 2), [2]))
      .replace('[\n', '')
      .replace(',[2]]', ',[3]]');
    expect(() => registry.fromJSON(text)).toThrow(/shape is not that of its elements/);
  });
});

test("ONNX Runtime's tensors come back", () => {
  const tensors = [
    new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]),
    new ort.Tensor('int64', BigInt64Array.of(1n, -2n), [2]),
    new ort.Tensor('string', ['a', 'b'], [1, 2]),
    new ort.Tensor('bool', Uint8Array.of(1, 0), [2]),
  ];
  for (const tensor of tensors)
    for (const back of roundTrips(registry, tensor)) {
      expect(back).toBeInstanceOf(ort.Tensor);
      expect([back.type, back.dims, back.data]).toEqual([tensor.type, tensor.dims, tensor.data]);
    }
});

test("TensorFlow.js' tensors come back", () => {
  for (const tensor of [
    tf.tensor([1, 2, 3, 4], [2, 2]),
    tf.tensor([1, 2], [2], 'int32'),
    tf.tensor([true, false], [2], 'bool'),
    tf.tensor(['a', 'b'], [2], 'string'),
  ])
    for (const back of roundTrips(registry, tensor)) {
      expect(back).toBeInstanceOf(tf.Tensor);
      expect([back.shape, back.dtype, [...back.dataSync()]]).toEqual([
        tensor.shape,
        tensor.dtype,
        [...tensor.dataSync()],
      ]);
    }
});
