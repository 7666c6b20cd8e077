/** Arrays of numbers of any rank: what libraries call them differs, what they are made of does not. */

/** Any of JavaScript's typed arrays, in a form that TypeScript reads from 5.4 on. */
export type TypedArray = ArrayBufferView & {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  [index: number]: number | bigint;
};

/** Elements in row-major order (the last index runs fastest), and how many there are along each axis. */
export interface NdArray {
  readonly data: TypedArray;
  /** The length of each axis; none for a single number. */
  readonly shape: readonly number[];
}

/** The same with elements anywhere in the data. */
export interface StridedArray extends NdArray {
  /** Where the next element along each axis is, in elements; may be negative. @default row-major */
  readonly stride?: readonly number[];
  /** Where the first element is, in elements. @default 0 */
  readonly offset?: number;
}

/** An array's elements in row-major order: a view where they stand so already, else a copy. */
export function gatherElements({ data, shape, stride, offset = 0 }: StridedArray): NdArray {
  const rowMajor = stridesOf(shape);
  const count = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + Math.max(0, (length - 1) * (stride?.[axis] ?? 0)), offset);
  if (count > 0 && (offset < 0 || last >= data.length))
    throw new RangeError(`Cannot read an array of shape [${shape.join(', ')}]: its data has ${data.length} elements`);
  const isRowMajor = stride === undefined || rowMajor.every((step, axis) => shape[axis] === 1 || step === stride[axis]);
  if (isRowMajor) {
    const part = (data as unknown as Float64Array).subarray(offset, offset + count);
    if (part.length !== count)
      throw new RangeError(`Cannot read an array of shape [${shape.join(', ')}]: its data has ${data.length} elements`);
    return { data: part, shape: [...shape] };
  }
  const elements = Reflect.construct(data.constructor as never, [count]) as TypedArray;
  copyElements(data, elements, shape, stride, offset);
  return { data: elements, shape: [...shape] };
}

/** The steps between elements in row-major order. */
function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] ?? 1;
  }
  return strides;
}

function copyElements(
  from: TypedArray,
  to: TypedArray,
  shape: readonly number[],
  stride: readonly number[],
  offset: number,
): void {
  const indices = shape.map(() => 0);
  let at = offset;
  for (let next = 0; next < to.length; next++) {
    to[next] = from[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis] ?? 0;
      indices[axis] = (indices[axis] ?? 0) + 1;
      if ((indices[axis] ?? 0) < (shape[axis] ?? 0)) break;
      at -= (stride[axis] ?? 0) * (shape[axis] ?? 0);
      indices[axis] = 0;
    }
  }
}

/** The elements of an array in column-major order (the first index runs fastest), in row-major order. */
export function fromColumnMajor({ data, shape }: NdArray): NdArray {
  const stride: number[] = [];
  let step = 1;
  for (const length of shape) {
    stride.push(step);
    step *= length;
  }
  return gatherElements({ data, shape, stride });
}
