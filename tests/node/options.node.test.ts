/** Options that are not what they should be: one error each, with what to write. */
import {
  createRuntime,
  fileCache,
  inline,
  memoryCache,
  run,
  schedule,
  updateHints,
  type Hints,
  type RuntimeOptions,
} from 'somen/node';
import { expect, test } from 'vitest';
import { add } from './fixtures/tasks.mjs';

test.each([
  [{ cache: '.somen' }, /^Cannot use the string '\.somen' as a cache: .*Write cache: fileCache\('\.somen'\)/],
  [{ cache: null }, /^Cannot use null as a cache/],
  [{ executor: 4 }, /^Cannot use number 4 as an executor: .*Write executor: workers\(\{ size: 4 \}\)/],
  [{ executor: inline }, /^Cannot use function .* as an executor/],
  [{ cahce: memoryCache() }, /^Cannot use the option 'cahce': there is none; did you mean 'cache'\?$/],
  [{ keepResult: true }, /^Cannot use the option 'keepResult': there is none; did you mean 'keepResults'\?$/],
  [{ zzz: 1 }, /^Cannot use the option 'zzz': there is none; there are executor, cache, .*keepResults$/],
])('run, createRuntime and a runtime throw a TypeError when they are given %o', async (options, message) => {
  const given = options as unknown as RuntimeOptions;
  expect(() => run(add(1, 2), given)).toThrow(message);
  expect(() => createRuntime(given)).toThrow(TypeError);
  await using runtime = createRuntime({ executor: inline() });
  expect(() => runtime.run(add(1, 2), given)).toThrow(message);
});

test('schedule and updateHints throw a TypeError when there is no such hint', () => {
  const hints = { retry: 3 } as Hints;
  const message = /the hint 'retry': there is none; did you mean 'retries'\?$/;
  const attempt = () => {
    schedule(function mistyped() {}, hints);
  };
  expect(attempt).toThrow(/^Cannot give 'mistyped' the hint 'retry'/);
  expect(() => updateHints(add(1, 2), hints)).toThrow(message);
  expect(() => updateHints(add(1, 2), { hashInclude: [] } as Hints)).toThrow(/did you mean 'hashIncludes'\?$/);
});

test('fileCache throws a TypeError when it is given no folder', () => {
  expect(() => (fileCache as () => unknown)()).toThrow(
    /^Cannot make a file cache in undefined: give it a folder, fileCache\('\.somen'\)$/,
  );
  expect(() => fileCache({ maxBytes: 1 } as never)).toThrow(TypeError);
});
