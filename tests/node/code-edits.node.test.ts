/** Edits of files while a process runs that has loaded them: what ran is never taken for what the files say. */
import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeApp, type CodeApp } from './support/code-app.js';

/** Prints a line for each run, before which it waits for one. Each run has a runtime of its own, unless told. */
const SCRIPT = `
import { createInterface } from 'node:readline';
import { fileCache, inline, run, schedule } from 'somen/node';
import { helper } from './helper.HELPER';
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const uses = schedule(function uses(x) { return helper(x); });
console.log('ready');
for (let count = +process.argv[2]; count > 0; count--) {
  await lines.next();
  const started = run(uses(1), { cache: fileCache('cache'), executor: inline() });
  console.log(await started, started.summary.ran);
}
`;

const HELPER = 'export const helper = (x) => x + 1;\n';
const EDITED = HELPER.replace('x + 1', 'x + 10');
const FILES = { 'main.mjs': SCRIPT.replace('HELPER', 'mjs'), 'helper.mjs': HELPER };

async function fresh(app: CodeApp, ...args: readonly string[]): Promise<string> {
  const process = await app.start(...args);
  await process.next();
  return process.next();
}

test('a helper that was edited before the first run leaves nothing to processes that load the new one', async () => {
  const app = await codeApp(FILES);
  const process = await app.start('main.mjs', '2');
  expect(await process.next()).toBe('ready');
  await app.write({ 'helper.mjs': EDITED });
  expect(await process.next()).toBe('2 1');
  expect(await process.next()).toBe('2 1');
  expect((await process.end()).errors.match(/'uses' was changed since this process loaded it/g)).toHaveLength(1);
  expect(await fresh(app, 'main.mjs', '1')).toBe('11 1');
  await app.write({ 'helper.mjs': HELPER });
  expect(await fresh(app, 'main.mjs', '1')).toBe('2 1');
});

test('a helper that was edited after a run is neither remembered nor looked for, also once it is as it was', async () => {
  const app = await codeApp(FILES);
  const process = await app.start('main.mjs', '4');
  await process.next();
  expect([await process.next(), await process.next()]).toEqual(['2 1', '2 0']);
  await app.write({ 'helper.mjs': EDITED });
  expect(await process.next()).toBe('2 1');
  expect(await fresh(app, 'main.mjs', '1')).toBe('11 1');
  // A worker may have loaded the edited one in the meantime.
  await app.write({ 'helper.mjs': HELPER });
  expect(await process.next()).toBe('2 1');
  expect(await fresh(app, 'main.mjs', '1')).toBe('2 0');
});

test('a comment that comes into a helper while a process runs changes nothing', async () => {
  const app = await codeApp(FILES);
  const process = await app.start('main.mjs', '2');
  await process.next();
  expect(await process.next()).toBe('2 1');
  await app.write({ 'helper.mjs': `// New.\n${HELPER}` });
  expect(await process.next()).toBe('2 0');
  expect((await process.end()).errors).toBe('');
});

test('a file that is moved to the place of another one is an edit, however old it is', async () => {
  const app = await codeApp({ ...FILES, 'other.mjs': EDITED });
  await utimes(join(app.folder, 'other.mjs'), 1_000_000_000.5, 1_000_000_000.5);
  const process = await app.start('main.mjs', '1');
  await process.next();
  await rename(join(app.folder, 'other.mjs'), join(app.folder, 'helper.mjs'));
  expect(await process.next()).toBe('2 1');
  expect(await fresh(app, 'main.mjs', '1')).toBe('11 1');
});

test('a module that a process writes before it loads it is remembered', async () => {
  const script = `
    import { writeFileSync } from 'node:fs';
    writeFileSync(new URL('./helper.mjs', import.meta.url), ${JSON.stringify(HELPER)});
    await import('./main.mjs');`;
  const app = await codeApp({ 'main.mjs': FILES['main.mjs'], 'writes.mjs': script });
  expect(await fresh(app, 'writes.mjs', '1')).toBe('2 1');
  expect(await fresh(app, 'main.mjs', '1')).toBe('2 0');
});

test('TypeScript under tsx: what was edited is not remembered, what is newer than the process but as it was loaded is', async () => {
  const typed = (text: string): string => text.replace('(x)', '(x: number): number');
  const app = await codeApp({ 'main.ts': SCRIPT.replace('HELPER', 'ts'), 'helper.ts': typed(HELPER) });
  const args = ['--import', 'tsx', 'main.ts'];
  const process = await app.start(...args, '1');
  await process.next();
  // The same text again: the time of the file is later than the process.
  await app.write({ 'helper.ts': typed(HELPER) });
  expect(await process.next()).toBe('2 1');
  expect((await process.end()).errors).toBe('');
  const other = await app.start(...args, '1');
  await other.next();
  await app.write({ 'helper.ts': typed(EDITED) });
  expect(await other.next()).toBe('2 1');
  expect((await other.end()).errors).toContain('was changed');
  expect(await fresh(app, ...args, '1')).toBe('11 1');
});

test.each([
  ['alone', 'second(waited)'],
  ['in a chunk', 'map(second, [waited], { chunk: 2 })[0]'],
  ['given to another one', 'calls(second, waited)'],
])('a worker that loads an edited module in the middle of a run leaves nothing wrong: %s', async (_, call) => {
  const main = `
    import { createInterface } from 'node:readline';
    import { fileCache, map, run, schedule, workers } from 'somen/node';
    import { calls, first } from './first.mjs';
    import { second } from './second.mjs';
    const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
    const waits = schedule(async function waits(x) { console.log('first'); await lines.next(); return x; }, { main: true, store: false });
    const waited = waits(first(1));
    const started = run([second(5), ${call}], { cache: fileCache('cache'), executor: workers({ size: 1 }) });
    console.log(JSON.stringify(await started), started.summary.ran);`;
  const warm = `
    import { fileCache, run } from 'somen/node';
    import { second } from './second.mjs';
    console.log(await run(second(5), { cache: fileCache('cache') }));`;
  const task = (name: string, text: string): string =>
    `import { schedule } from 'somen/node';\nexport const ${name} = schedule(function ${name}(x) { return ${text}; });\n`;
  const calls = `${task('first', 'x').replace('schedule', 'schedule, unwrap')}export const calls = schedule(function calls(f, x) { return unwrap(f)(x); });\n`;
  const files = { 'first.mjs': calls, 'second.mjs': task('second', 'x + 1') };
  const app = await codeApp({ 'main.mjs': main, 'warm.mjs': warm, ...files });
  // So the version of the second task is known from the start, and none of its calls ran.
  expect((await app.node('warm.mjs')).out).toBe('6\n');
  const process = await app.start('main.mjs');
  expect(await process.next()).toBe('first');
  await app.write({ 'second.mjs': task('second', 'x + 10') });
  // The main thread has the old one, the worker loads the new one.
  expect(await process.next()).toBe('[6,11] 3');
  await app.write(files);
  expect(await fresh(app, 'main.mjs')).toBe('[6,2] 2');
});

test('a package that is installed while a process runs that has loaded the old one leaves nothing wrong', async () => {
  const manifest = (version: string): string =>
    `{ "name": "adds", "type": "module", "exports": "./index.js", "version": "${version}" }`;
  const [old, young] = [HELPER, EDITED].map((text, index) => ({
    'node_modules/adds/index.js': text,
    'node_modules/adds/package.json': manifest(`${index + 1}.0.0`),
  }));
  const app = await codeApp({ 'main.mjs': SCRIPT.replace("'./helper.HELPER'", "'adds'"), ...old });
  const process = await app.start('main.mjs', '2');
  await process.next();
  expect(await process.next()).toBe('2 1');
  await app.write(young ?? {});
  expect(await process.next()).toBe('2 1');
  expect(await fresh(app, 'main.mjs', '1')).toBe('11 1');
  await app.write(old ?? {});
  expect(await fresh(app, 'main.mjs', '1')).toBe('2 0');
});
