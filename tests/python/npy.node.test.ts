/** `.npy` files, there and back, with NumPy itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromNpy, toNpy, type TypedArray } from 'somen';
import { describe, expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('npy.py', import.meta.url));

/** Debian's NumPy belongs to Debian's Python, which need not be the first one. */
const python = ['python3', '/usr/bin/python3'].find(
  (candidate) => spawnSync(candidate, ['-c', 'import numpy']).status === 0,
);

/** As for browsers: CI has NumPy, and elsewhere it is asked if it is there. */
const isMissing = process.env['CI'] === undefined && python === undefined;

const ARRAYS: readonly (readonly [data: TypedArray, dtype: string, shape: readonly number[]])[] = [
  [Int8Array.of(-1, 2, 3, 4), '|i1', [2, 2]],
  [Uint8Array.of(1, 2), '|u1', [2]],
  [Int16Array.of(-300), '<i2', []],
  [Uint16Array.of(1, 2, 3), '<u2', [3, 1]],
  [Int32Array.of(1, 2, 3, 4, 5, 6), '<i4', [1, 2, 3]],
  [new Uint32Array(0), '<u4', [0, 5]],
  [BigInt64Array.of(-1n, 2n ** 40n), '<i8', [2]],
  [BigUint64Array.of(7n), '<u8', [1]],
  [Float32Array.of(1.5, -2.5), '<f4', [2]],
  [Float64Array.of(0.1, 1e300), '<f8', [2]],
];

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-npy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function ask(requests: readonly object[]): string[] {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  return execFileSync(python ?? 'python3', [program], { input })
    .toString()
    .trim()
    .split('\n');
}

function numbersOf(data: TypedArray): number[] {
  return Array.from(data as unknown as ArrayLike<number | bigint>, Number);
}

describe.skipIf(isMissing)('NumPy', () => {
  test('NumPy reads what toNpy writes, and writes the same bytes', async () => {
    const folder = await temporaryFolder();
    const requests = ARRAYS.map(([data, dtype, shape], index) => ({
      task: 'read',
      file: join(folder, `${index}.npy`),
      data: numbersOf(data),
      dtype,
      shape,
    }));
    for (const [index, [data, , shape]] of ARRAYS.entries())
      await writeFile(join(folder, `${index}.npy`), toNpy({ data, shape }));
    expect(ask(requests)).toEqual(ARRAYS.map(() => 'true'));
    for (const { file } of requests) expect(await readFile(`${file}.again.npy`)).toEqual(await readFile(file));
  });

  test('fromNpy reads what NumPy writes, in either byte order and order of elements', async () => {
    const folder = await temporaryFolder();
    const variants = ARRAYS.flatMap(([data, dtype, shape]) =>
      [dtype, dtype.replace('<', '>')].flatMap((own) => [
        { data, dtype: own, shape, fortran: false },
        { data, dtype: own, shape, fortran: true },
      ]),
    );
    const requests = variants.map((variant, index) => ({
      task: 'write',
      file: join(folder, `${index}.npy`),
      ...variant,
      data: numbersOf(variant.data),
    }));
    ask(requests);
    for (const [index, { data, shape }] of variants.entries())
      expect(fromNpy(new Uint8Array(await readFile(join(folder, `${index}.npy`))))).toEqual({ data, shape });
  });
});
