import { keyOf, map, memoryCache, run, wasmTasks } from 'somen';
import { describe, expect, expectTypeOf, test } from 'vitest';
// Compiled from AssemblyScript by the build.
import { dot, kernelBytes, primesBelow, primeSumKernel, scale } from '../../dist/demo/kernels.js';

const options = { allocate: 'allocate', free: 'free', name: 'wasm-test' } as const;

describe('wasmTasks', () => {
  test('an export with numbers is a task', async () => {
    expect(await run([primeSumKernel(10), primeSumKernel(100), primeSumKernel(1000)])).toEqual([17, 1060, 76_127]);
    expect(await run(map(primeSumKernel, [10, 100], { chunk: 2 }))).toEqual([17, 1060]);
  });

  test('64-bit integers are bigints, and unsigned ones have no sign', async () => {
    const { wide, unsigned } = wasmTasks(
      kernelBytes,
      {
        wide: { parameters: ['i64', 'u64'], result: 'u64' },
        unsigned: { parameters: ['u32'], result: 'u32' },
      },
      { name: 'wasm-test-wide' },
    );
    expectTypeOf(await run(wide(1n, 2n))).toEqualTypeOf<bigint>();
    expect(await run(wide(-1n, 2n ** 64n - 1n))).toBe(2n ** 64n - 2n);
    expect(await run([unsigned(0), unsigned(2 ** 32 - 1)])).toEqual([2 ** 32 - 1, 2 ** 32 - 2]);
  });

  test('arrays are copied in and out', async () => {
    const values = Float64Array.of(1, 2, 3);
    expect(await run(dot(values, scale(values, 2)))).toBe(28);
    expect(await run(scale(values, -1))).toEqual(Float64Array.of(-1, -2, -3));
    expect([...values]).toEqual([1, 2, 3]);
    expect(await run(primesBelow(20))).toEqual(Uint32Array.of(2, 3, 5, 7, 11, 13, 17, 19));
    expect(await run(primesBelow(0))).toEqual(new Uint32Array(0));
    expect(await run(dot(new Float64Array(0), new Float64Array(0)))).toBe(0);
  });

  test('memory is freed, and may grow', async () => {
    const large = new Float64Array(100_000).fill(1);
    for (let round = 0; round < 100; round++) expect(await run(dot(large, large))).toBe(100_000);
    const { dot: leaking } = wasmTasks(
      kernelBytes,
      { dot: { parameters: ['f64[]', 'f64[]'], result: 'f64' } },
      { name: 'wasm-test-leaking', allocate: 'allocate' },
    );
    expect(await run([leaking(large, large), leaking(large, large)])).toEqual([100_000, 100_000]);
  });

  test('a trap is an error of the task, and the next call works', async () => {
    const { trap, sumPrimes } = wasmTasks(
      kernelBytes,
      { trap: { parameters: [] }, sumPrimes: { parameters: ['i32'], result: 'f64' } },
      { name: 'wasm-test-trap' },
    );
    await expect(run(trap())).rejects.toMatchObject({ name: 'RuntimeError' });
    expect(await run(sumPrimes(10))).toBe(17);
  });

  test('results are remembered under the digest of the bytes', async () => {
    const cache = memoryCache();
    await run(primeSumKernel(50), { cache });
    const again = run(primeSumKernel(50), { cache });
    await again;
    expect(again.summary.retrieved).toBe(1);
    const other = wasmTasks(
      kernelBytes,
      { sumPrimes: { parameters: ['i32'], result: 'f64' } },
      { name: 'wasm-test-other-name' },
    );
    expect(keyOf(other.sumPrimes(50))).not.toBe(keyOf(primeSumKernel(50)));
  });

  test('a module may come from a response', async () => {
    const response = Promise.resolve({ arrayBuffer: async () => Promise.resolve(kernelBytes.buffer) });
    const { sumPrimes } = await wasmTasks(response, { sumPrimes: { parameters: ['i32'], result: 'f64' } });
    expect(sumPrimes.name).toMatch(/^wasm\/[0-9a-f]{12}\/sumPrimes$/);
    expect(await run(sumPrimes(10))).toBe(17);
  });

  test('arguments of the wrong kind are refused', async () => {
    await expect(run(primeSumKernel('x' as never))).rejects.toThrow(
      "Cannot call 'sumPrimes': argument 0 must be i32, and is x",
    );
    await expect(run(primeSumKernel(1.5))).rejects.toThrow(RangeError);
    await expect(run(primeSumKernel(2 ** 31))).rejects.toThrow('argument 0 must be i32, and is 2147483648');
    await expect(run(primeSumKernel(1n as never))).rejects.toThrow('and is 1n');
    await expect(run(dot(new Float32Array(1) as never, new Float64Array(1)))).rejects.toThrow(
      'argument 0 must be Float64Array, and is Float32Array',
    );
    await expect(run((primeSumKernel as unknown as () => unknown)())).rejects.toThrow(
      'with 0 arguments: it takes 1 (i32)',
    );
  });

  test('signatures that the module does not have are refused', () => {
    const make =
      (signatures: object, more: object = options) =>
      () =>
        wasmTasks(kernelBytes, signatures as never, more);
    expect(make({ nothing: { parameters: [] } })).toThrow("the module has no function 'nothing'");
    expect(make({ dot: { parameters: ['f64[]'] } }, {})).toThrow('options.allocate');
    expect(make({ dot: { parameters: ['f16'] } })).toThrow("there is no type 'f16'");
    expect(make({ dot: { parameters: ['f64'], result: 0 } })).toThrow('which is no array');
    expect(make({ sumPrimes: { parameters: ['i32'] } }, { free: 'gone' })).toThrow("no function 'gone'");
    // (module (import "env" "now" (func)))
    const importing = Uint8Array.of(
      0,
      97,
      115,
      109,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      96,
      0,
      0,
      2,
      11,
      1,
      3,
      101,
      110,
      118,
      3,
      110,
      111,
      119,
      0,
      0,
    );
    expect(() => wasmTasks(importing, {})).toThrow("imports 'env.now'");
    expect(() => wasmTasks(new Uint8Array(4), {})).toThrow(expect.objectContaining({ name: 'CompileError' }) as Error);
  });

  test('types follow from the signatures', () => {
    const { scale: typed } = wasmTasks(
      kernelBytes,
      { scale: { parameters: ['f64[]', 'f64'], result: 0 } },
      { ...options, name: 'wasm-test-types' },
    );
    // @ts-expect-error -- a number is no array
    void (() => typed(1, 2));
    // @ts-expect-error -- a bigint is no f64
    void (() => typed(new Float64Array(1), 2n));
    void (async () => expectTypeOf(await run(typed(new Float64Array(1), 2))).toEqualTypeOf<Float64Array>());
  });
});
