/** N-dimensional arrays and tensors of other libraries. */
import { gatherElements, type NdArray, type StridedArray, type TypedArray } from '../nd-array.ts';
import type { AnyClass, Serializer } from '../serializer.ts';

/** An array of the library `ndarray`, whose classes are made for each type and rank. */
interface ScijsArray extends StridedArray {
  readonly dtype: string;
  readonly stride: readonly number[];
  readonly offset: number;
  get(...indices: number[]): unknown;
}

/** The function that the module `ndarray` is. */
export type NdArrayLibrary = (data: never, shape: number[]) => object;

/**
 * The serialiser of arrays of the library `ndarray` (scijs): elements in row-major order, and the shape. Views of other
 * arrays become arrays of their own.
 *
 * @param ndarray the library: `import ndarray from 'ndarray'`
 * @example
 * export const registry = createRegistry({ serializers: [ndArrays(ndarray)] });
 */
export function ndArrays(ndarray: NdArrayLibrary): Serializer<object, readonly [TypedArray, readonly number[]]> {
  return {
    tag: 'ndarray/ndarray',
    test: isScijsArray,
    serialize: (array, pack) => {
      const { data, shape } = gatherElements(array as ScijsArray);
      return pack([data, shape]);
    },
    deserialize: (data) => {
      const { data: elements, shape } = checked(data);
      return ndarray(elements as never, [...shape]);
    },
  };
}

function isScijsArray(value: object): boolean {
  const { dtype, stride, shape, offset, data, get } = value as Partial<ScijsArray>;
  return (
    typeof dtype === 'string' &&
    Array.isArray(stride) &&
    Array.isArray(shape) &&
    typeof offset === 'number' &&
    ArrayBuffer.isView(data) &&
    typeof get === 'function'
  );
}

/** As much of `onnxruntime-common`, `onnxruntime-web` or `onnxruntime-node` as is needed. */
export interface OnnxLibrary {
  readonly Tensor: AnyClass;
}

interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/**
 * The serialiser of ONNX Runtime's tensors whose data is in this thread's memory: type, elements and dimensions. Of
 * those on a GPU, get the data first.
 *
 * @param onnx the library: `import * as ort from 'onnxruntime-web'`
 * @example
 * export const registry = createRegistry({ serializers: [onnxTensors(ort)] });
 */
export function onnxTensors({
  Tensor,
}: OnnxLibrary): Serializer<object, readonly [string, unknown, readonly number[]]> {
  return {
    tag: 'onnxruntime/Tensor',
    class: Tensor,
    serialize: (value, pack) => {
      const { type, data, dims } = value as OnnxTensor;
      return pack([type, data, dims]);
    },
    deserialize: ([type, data, dims]) => Reflect.construct(Tensor, [type, data, dims]) as object,
  };
}

/** As much of `@tensorflow/tfjs` or `@tensorflow/tfjs-core` as is needed. */
export interface TensorFlowLibrary {
  readonly Tensor: AnyClass;
  tensor(values: never, shape: number[], dtype: never): object;
}

interface TensorFlowTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): TypedArray | readonly string[];
}

/**
 * The serialiser of TensorFlow.js' tensors: elements, shape and type. The data is read with `dataSync`, which waits for
 * a GPU. Tensors that tasks make from data are theirs to dispose of.
 *
 * @param tf the library: `import * as tf from '@tensorflow/tfjs'`
 * @example
 * export const registry = createRegistry({ serializers: [tensorFlowTensors(tf)] });
 */
export function tensorFlowTensors(
  tf: TensorFlowLibrary,
): Serializer<object, readonly [unknown, readonly number[], string]> {
  return {
    tag: 'tensorflow/Tensor',
    class: tf.Tensor,
    serialize: (value, pack) => {
      const tensor = value as TensorFlowTensor;
      return pack([tensor.dataSync(), tensor.shape, tensor.dtype]);
    },
    deserialize: ([data, shape, dtype]) => tf.tensor(data as never, [...shape], dtype as never),
  };
}

/** Whether data is elements and a shape that fits them. */
function checked([data, shape]: readonly [TypedArray, readonly number[]]): NdArray {
  const isValid = ArrayBuffer.isView(data) && Array.isArray(shape) && shape.every((each) => Number.isSafeInteger(each));
  if (isValid && shape.reduce((product: number, each: number) => product * each, 1) === data.length)
    return { data, shape };
  throw new TypeError('an array whose shape is not that of its elements');
}
