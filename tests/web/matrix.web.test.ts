/** Every construct, inline and on Web Workers, without a cache, in memory and in IndexedDB, twice each. */
import { indexedDbCache, inline, memoryCache, workers, type Cache } from 'somen/web';
import { afterAll, describe, test } from 'vitest';
import { checkStream, checkTwice, type Row } from '../matrix/check.ts';
import { constructs } from '../matrix/constructs.mjs';
import { openRuntime } from './support/pool.ts';

const threads = workers({ size: 2 });
afterAll(() => threads.close());

let databases = 0;
const rows: readonly Row[] = [
  { name: 'inline', executor: () => inline() },
  { name: 'workers', executor: () => threads },
];
const columns: readonly { readonly name: string; readonly cache?: () => Cache }[] = [
  { name: 'no cache' },
  { name: 'memoryCache', cache: () => memoryCache() },
  { name: 'indexedDbCache', cache: () => indexedDbCache(`matrix-${Date.now()}-${databases++}`) },
];

for (const { name: row, executor } of rows) {
  for (const { name: column, cache } of columns) {
    describe(`${row}, ${column}`, () => {
      test.each(constructs)('$name', async (construct) => {
        const opened = cache?.();
        const runtime = openRuntime({ executor: executor(), ...(opened && { cache: opened }) });
        await checkTwice(construct, runtime, opened !== undefined);
      });

      test('mapStream', async () => {
        const opened = cache?.();
        await checkStream(openRuntime({ executor: executor(), ...(opened && { cache: opened }) }));
      });
    });
  }
}
