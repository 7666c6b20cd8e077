/** Every construct, inline and on worker threads, without a cache, in memory and on disk, twice each. */
import { createRuntime, fileCache, inline, memoryCache, workers, type Cache } from 'somen/node';
import { afterAll, describe, test } from 'vitest';
import { temporaryFolder } from '../node/support/pool.ts';
import { checkStream, checkTwice, type Row } from './check.ts';
import { constructs } from './constructs.mjs';

const threads = workers({ size: 2 });
afterAll(() => threads.close());

const rows: readonly Row[] = [
  { name: 'inline', executor: () => inline() },
  { name: 'workers', executor: () => threads },
];
const columns: readonly { readonly name: string; readonly cache?: () => Cache | Promise<Cache> }[] = [
  { name: 'no cache' },
  { name: 'memoryCache', cache: () => memoryCache() },
  { name: 'fileCache', cache: async () => fileCache(await temporaryFolder()) },
];

for (const { name: row, executor } of rows) {
  for (const { name: column, cache } of columns) {
    describe(`${row}, ${column}`, () => {
      test.each(constructs)('$name', async (construct) => {
        const opened = await cache?.();
        await using runtime = createRuntime({ executor: executor(), ...(opened && { cache: opened }) });
        await checkTwice(construct, runtime, opened !== undefined);
      });

      test('mapStream', async () => {
        const opened = await cache?.();
        await using runtime = createRuntime({ executor: executor(), ...(opened && { cache: opened }) });
        await checkStream(runtime);
      });
    });
  }
}
