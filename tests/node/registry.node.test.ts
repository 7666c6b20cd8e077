/** Registries and worker threads: what only a registry knows goes there and comes back. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import * as h5wasm from 'h5wasm/node';
import ndarray from 'ndarray';
import { fileCache, fileLock, Reference, run, SerializationError, type Registry } from 'somen/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pool, rejection, temporaryFolder } from './support/pool.ts';

const folder = await temporaryFolderOfModule();
process.env['SOMEN_TEST_HDF5'] = join(folder, 'arrays.h5');
const tasks = await import('./fixtures/registry-tasks.mjs');

async function temporaryFolderOfModule(): Promise<string> {
  const { mkdtemp } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  return mkdtemp(join(tmpdir(), 'somen-registry-'));
}

function options(registry: Registry): { registry: Registry; executor: ReturnType<typeof pool>; display: false } {
  return { registry, executor: pool(), display: false };
}

describe('a registry and workers', () => {
  test('instances with private fields go to a worker and come back', async () => {
    const { counter, wasCounter, threadId } = await run(tasks.increment(new tasks.Counter(1)), options(tasks.registry));
    expect(counter).toBeInstanceOf(tasks.Counter);
    expect([counter.count, wasCounter, threadId > 0]).toEqual([2, true, true]);
  });

  test('a subclass of Map arrives as one, also when it contains itself', async () => {
    const bag = new tasks.Bag([['a', 1]]);
    bag.set('self', bag);
    expect(await run(tasks.describeBag(bag), options(tasks.registry))).toEqual([true, 2, true]);
    const back = (await run(tasks.identity(bag), options(tasks.registry))) as Map<string, unknown>;
    expect(back).toBeInstanceOf(tasks.Bag);
    expect(back.get('self')).toBe(back);
  });

  test('Arrow tables and n-dimensional arrays go there and back', async () => {
    const table = arrow.tableFromArrays({ x: Float64Array.of(1, 2, 3.5), name: ['a', 'b', 'a'] });
    const array = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const settings = options(tasks.registry);
    expect(await run(tasks.sumColumn(table as never, 'x'), settings)).toBe(6.5);
    const back = (await run(tasks.identity(table), settings)) as arrow.Table;
    expect(back.toArray().map(String)).toEqual(table.toArray().map(String));
    const turned = await run(tasks.transposed(array as never), settings);
    expect([turned.shape, turned.get(2, 1), [...turned.data]]).toEqual([[3, 2], 6, [1, 4, 2, 5, 3, 6]]);
  });

  test('errors keep their own members, causes and names among arguments and results', async () => {
    const error = Object.assign(new RangeError('Too far', { cause: new Error('why') }), { status: 7 });
    const [back] = (await run(tasks.identity([error]), options(tasks.registry))) as [RangeError & { status: number }];
    expect(back).toBeInstanceOf(RangeError);
    expect([back.message, back.status, (back.cause as Error).message]).toEqual(['Too far', 7, 'why']);
  });

  test('URLs, Buffers, symbols and Number objects arrive as what they are', async () => {
    const value = [new URL('http://a.test/b?c'), Buffer.from('hi'), Symbol.for('s'), Object(3)];
    const back = (await run(tasks.identity(value), options(tasks.registry))) as unknown[];
    expect(back).toEqual(value);
    expect(Buffer.isBuffer(back[1])).toBe(true);
  });

  test('what pack was told to transfer moves', async () => {
    const { port } = await run(tasks.channel(), options(tasks.ported));
    onTestFinished(() => port.close());
    expect(await new Promise((resolve) => port.once('message', resolve))).toBe('hello');
  });

  test('a registry that a worker cannot find is told with what to do', async () => {
    class Local {
      readonly x = 1;
    }
    const settings = options(tasks.makeLate(Local));
    const error = await rejection(run(tasks.identity(new Local()), settings));
    expect(error).toBeInstanceOf(SerializationError);
    expect(error.message).toMatch(/Cannot find the registry 'Class'.*top level of its module/);
    const twice = tasks.makeLate(Local);
    expect((await rejection(run(tasks.identity(new Local()), options(twice)))).message).toMatch(
      /made several of that name.*createRegistry\(\{ name/,
    );
    expect((await rejection(run(tasks.identity(new Local()), options(tasks.registry)))).message).toMatch(
      /args\[0\].*Local.*createRegistry/,
    );
  });

  test('a cache remembers what a registry knows', async () => {
    const cache = fileCache(await temporaryFolder());
    const settings = { ...options(tasks.registry), cache };
    await run(tasks.increment(new tasks.Counter(4)), settings);
    const again = run(tasks.increment(new tasks.Counter(4)), settings);
    expect((await again).counter.count).toBe(5);
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
  });
});

describe('hdf5Arrays', () => {
  const file = process.env['SOMEN_TEST_HDF5'] ?? '';

  test('an array stands in the file under the digest that Noodles gives it, and is read when it is asked for', () => {
    const ten = BigInt64Array.from({ length: 10 }, (_, index) => BigInt(index));
    const text = tasks.stored.toJSON(ten, { indent: 2 });
    expect(text.replaceAll(file, 'tutorial.h5')).toBe(`{
  "_somen": "1",
  "type": "SerArray",
  "files": [
    "tutorial.h5"
  ],
  "ref": true,
  "data": {
    "filename": "tutorial.h5",
    "hdf5_path": "4Z8kdMg-CbjgTKKYlz6b-_-Tsda5VAJL44OheRB10mU="
  }
}`);
    const opened = new h5wasm.File(file, 'r');
    onTestFinished(() => void opened.close());
    const dataset = opened.get('4Z8kdMg-CbjgTKKYlz6b-_-Tsda5VAJL44OheRB10mU=') as { value: unknown };
    expect(dataset.value).toEqual(ten);
    const reference = tasks.stored.fromJSON(text) as Reference;
    expect(reference).toBeInstanceOf(Reference);
    expect(Object.fromEntries(Object.entries(reference))).toEqual({
      type: 'SerArray',
      data: { filename: file, hdf5_path: '4Z8kdMg-CbjgTKKYlz6b-_-Tsda5VAJL44OheRB10mU=' },
      files: [file],
    });
    expect(tasks.stored.fromJSON(text, { deref: true })).toEqual(ten);
  });

  test('all types and an empty array come back', () => {
    for (const Class of [
      Int8Array,
      Uint8Array,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
    ])
      for (const array of [Class.of(1, 2, 3), new Class(0)])
        expect(tasks.stored.deref(tasks.stored.decode(tasks.stored.encode(array)))).toEqual(array);
    expect(() => tasks.stored.encode(new Uint8ClampedArray(1))).toThrow(/no such type/);
  });

  test('workers store arrays side by side, and rebuild only what a task needs', async () => {
    const cache = fileCache(await temporaryFolder());
    const settings = { ...options(tasks.stored), cache };
    const lengths = [1000, 2000, 3000, 4000];
    const sums = lengths.map((length) => tasks.total(tasks.range(length)));
    const expected = lengths.map((length) => [true, (length * (length - 1)) / 2]);
    expect(await run(sums, settings)).toEqual(expected);
    const array = await run(tasks.range(5000), settings);
    expect(array).toBeInstanceOf(Float64Array);
    expect(array[4999]).toBe(4999);
    const again = run([...sums, tasks.range(5000)] as typeof sums, settings);
    expect((await again).slice(0, 4)).toEqual(expected);
    expect(again.summary).toMatchObject({ ran: 0 });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

describe('fileLock', () => {
  test('run gives the result, and leaves the lock also when the task throws', async () => {
    const path = join(await temporaryFolder(), 'lock');
    const lock = fileLock(path, { timeout: 50 });
    expect(lock.run(() => existsSync(path))).toBe(true);
    expect(() =>
      lock.run(() => {
        throw new RangeError('inside');
      }),
    ).toThrow('inside');
    expect(existsSync(path)).toBe(false);
    expect(() => lock.run(() => lock.run(() => 1))).toThrow(/Cannot lock .*holds it/);
  });

  test('what a dead process left is taken over', async () => {
    const { writeFile } = await import('node:fs/promises');
    const path = join(await temporaryFolder(), 'lock');
    await writeFile(path, String(2 ** 22 + 12_345));
    expect(fileLock(path, { timeout: 1000 }).run(() => 'mine')).toBe('mine');
  });
});
