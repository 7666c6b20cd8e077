/** Versions that nobody gave: a task runs again when code that it reaches was edited, and else not. */
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Why } from 'somen/node';
import { expect, test } from 'vitest';
import { codeApp, type CodeApp, type Output } from './support/code-app.js';

/** Runs what it is given with a cache, and prints the values and the names of the tasks that ran. */
const RUN = `
import { fileCache, run } from 'somen/node';
export async function report(values) {
  const started = run(values, { cache: fileCache('cache'), display: false });
  const ran = new Set();
  const reading = (async () => { for await (const { type, name } of started.events) if (type === 'done') ran.add(name); })();
  const result = await started;
  await reading;
  console.log(JSON.stringify({ result, ran: [...ran].sort() }));
}
`;

const HELPER = `
import { deep } from './deep.mjs';
export const helper = (x) => deep(x) * 2;
export const unused = (x) => x;
`;

const DEEP = 'export function deep(x) { return x + 1; }\n';

const MAIN = `
import { schedule } from 'somen/node';
import { helper } from './lib/helper.mjs';
import { report } from './run.mjs';
const uses = schedule(function uses(x) { return helper(x); });
const calls = schedule(function calls(x) { return uses(x); });
const alone = schedule((x) => x * 3);
const stated = schedule(function stated(x) { return helper(x); }, { version: '1' });
await report([calls(1), alone(2), stated(3)]);
`;

const FILES = { 'run.mjs': RUN, 'main.mjs': MAIN, 'lib/helper.mjs': HELPER, 'lib/deep.mjs': DEEP };

function reported({ code, out, errors }: Output): { readonly result: unknown; readonly ran: readonly string[] } {
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(out) as { result: unknown; ran: string[] };
}

async function ranIn(app: CodeApp, ...args: readonly string[]): Promise<readonly string[]> {
  return reported(await app.node(...args)).ran;
}

test('an edit of a helper runs a task again that only workers have', async () => {
  const inner = `
    import { schedule } from 'somen/node';
    import { helper } from './lib/helper.mjs';
    export const inner = schedule(function inner(x) { return helper(x); });
    export const other = schedule(function other(x) { return x; });`;
  const main = `
    import { schedule } from 'somen/node';
    import { report } from './run.mjs';
    const outer = schedule(async function outer(x) {
      const { inner, other } = await import('./inner.mjs');
      return [inner(x), other(x)];
    });
    await report(outer(1));`;
  const app = await codeApp({ ...FILES, 'main.mjs': main, 'inner.mjs': inner });
  expect(reported(await app.node('main.mjs'))).toEqual({ result: [4, 1], ran: ['inner', 'other', 'outer'] });
  // Its workflow names tasks that nobody has scheduled here.
  expect(await ranIn(app, 'main.mjs')).toEqual(['outer']);
  await app.write({ 'lib/deep.mjs': DEEP.replace('x + 1', 'x + 10') });
  expect(reported(await app.node('main.mjs'))).toEqual({ result: [22, 1], ran: ['inner', 'outer'] });
});

test('an edit of a helper two modules away runs exactly what uses it again', async () => {
  const app = await codeApp(FILES);
  expect(await ranIn(app, 'main.mjs')).toHaveLength(4);
  expect(await ranIn(app, 'main.mjs')).toEqual([]);
  await app.write({ 'lib/deep.mjs': DEEP.replace('x + 1', 'x + 10') });
  expect(reported(await app.node('main.mjs'))).toEqual({ result: [22, 6, 8], ran: ['uses'] });
  await app.write({ 'lib/helper.mjs': HELPER.replace('unused = (x) => x', 'unused = (x) => -x') });
  expect(await ranIn(app, 'main.mjs')).toEqual([]);
});

test('reformatting, comments, renamed locals and moved functions run nothing again', async () => {
  const app = await codeApp(FILES);
  await app.node('main.mjs');
  await app.write({
    'lib/helper.mjs': `
      export const unused = (x) => x;
      // A comment.
      export const helper = (
        given,
      ) => (deep(given) * 2);
      function deep(y) { return (y + 1); }`,
    'main.mjs': MAIN.replace(
      'function uses(x) { return helper(x); }',
      'function uses(value) {\n  return helper(value);\n}',
    )
      .replace('(x) => x * 3', '(number) =>\n  number * 3')
      .replace("'./lib/helper.mjs'", '"./lib/helper.mjs"'),
  });
  expect(await ranIn(app, 'main.mjs')).toEqual([]);
});

test('an anonymous function keeps its key where it is moved, and runs again where it is edited', async () => {
  const app = await codeApp(FILES);
  await app.node('main.mjs');
  const [before = '', after = ''] = MAIN.split('const alone = schedule((x) => x * 3);');
  await app.write({
    'main.mjs': before.replace('const uses', 'const alone = schedule((n) => n * 3);\nconst uses') + after,
  });
  expect(await ranIn(app, 'main.mjs')).toEqual([]);
  await app.write({ 'main.mjs': MAIN.replace('x * 3', 'x * 4') });
  expect(reported(await app.node('main.mjs')).result).toEqual([4, 8, 8]);
});

test('a CommonJS module is followed as far as it goes, and says once where it does not', async () => {
  const script = `
    const { fileCache, run, schedule } = require('somen/node');
    const path = require('node:path');
    const { add } = require('./other.cjs');
    const factor = 2;
    const double = (x) => x * factor;
    const uses = schedule(function uses(x) { return double(x); });
    const joins = schedule((x) => path.posix.join('a', x));
    const adds = schedule(function adds(x) { return add(x); });
    const started = run([uses(1), joins('b'), adds(1)], { cache: fileCache('cache'), executor: SHOW });
    started.then((result) => console.log(JSON.stringify({ result, ran: started.summary.ran })));`;
  const other = 'exports.add = (x) => x + 1;';
  const app = await codeApp({ 'main.cjs': script.replace('executor: SHOW', ''), 'other.cjs': other });
  const first = await app.node('main.cjs');
  expect([first.code, first.out]).toEqual([0, '{"result":[2,"a/b",2],"ran":3}\n']);
  expect(first.errors.match(/Cannot follow/g)).toHaveLength(2);
  expect(first.errors).toMatch(/'adds' \(.*main\.cjs:9:18\): Cannot follow require\(\): write it as an import/);
  await app.write({
    'main.cjs': script.replace('executor: SHOW', 'display: false').replace('factor = 2', 'factor = 3'),
  });
  expect(reported(await app.node('main.cjs'))).toEqual({ result: [3, 'a/b', 2], ran: 1 });
});

test('a function without a file has its text as version, and says so once', async () => {
  const app = await codeApp({});
  const program = `
    import { fileCache, inline, run, schedule } from 'somen/node';
    const add = schedule(function add(a) { return a + 1; });
    const sub = schedule(function sub(a) { return a - 1; });
    const started = run([add(1), sub(1)], { cache: fileCache('cache'), executor: inline() });
    console.log(JSON.stringify([await started, started.summary.ran]));`;
  const args = ['--input-type=module', '--eval'];
  const first = await app.node(...args, program);
  expect([first.code, first.out]).toEqual([0, '[[2,0],2]\n']);
  expect(first.errors.match(/no file/g)).toHaveLength(1);
  expect((await app.node(...args, program)).out).toBe('[[2,0],0]\n');
});

test('tasks have the same keys under a runner that transforms modules as in plain Node', async () => {
  const { keysOfTasks } = await import('./fixtures/code/keyed.mjs');
  const url = new URL('./fixtures/code/keyed.mjs', import.meta.url).href;
  const app = await codeApp({});
  const program = `const { keysOfTasks } = await import(${JSON.stringify(url)}); console.log(JSON.stringify(keysOfTasks()));`;
  const { out } = await app.node('--input-type=module', '--eval', program);
  expect(keysOfTasks()).toEqual(JSON.parse(out));
});

test('a function that takes values from the one around it is not remembered, and says so once', async () => {
  const script = `
    import { fileCache, inline, run, schedule } from 'somen/node';
    function times(factor, name) { return schedule((x) => x * factor, { name }); }
    function plus() { const double = (y) => y * 2; return schedule(function plus(x) { return double(x) + 1; }); }
    const started = run([times(10, 'a/ten')(2), times(20, 'a/twenty')(2), plus()(1)], { cache: fileCache('cache'), executor: inline() });
    console.log(JSON.stringify([await started, started.summary.ran]));`;
  const app = await codeApp({ 'main.mjs': script });
  const first = await app.node('main.mjs');
  expect(first.out).toBe('[[20,40,3],3]\n');
  expect(first.errors.match(/'factor'/g)).toHaveLength(1);
  expect((await app.node('main.mjs')).out).toBe('[[20,40,3],2]\n');
});

test('somen why names the helper that changed', async () => {
  const somen = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));
  const app = await codeApp(FILES);
  await app.node('main.mjs');
  await app.write({ 'lib/deep.mjs': DEEP.replace('x + 1', 'x + 10') });
  await app.node('main.mjs');
  const { out } = await app.node(somen, 'jobs', '--cache', 'cache', '--task', 'my-app/main.mjs#uses', '--json');
  const [{ key }] = JSON.parse(out) as [{ key: string }];
  const why = JSON.parse((await app.node(somen, 'why', key, '--cache', 'cache', '--json')).out) as Why;
  expect(why.reason).toBe('version changed');
  expect(why.code).toEqual([{ piece: 'my-app/lib/deep.mjs#deep', change: 'changed' }]);
  expect(why.text).toContain('Its code changed: my-app/lib/deep.mjs#deep changed');
});

test('an edit of a package that is linked from a workspace runs what uses it again', async () => {
  const lib = 'export const area = (side) => side * side;\n';
  const app = await codeApp({
    ...FILES,
    'lib/package.json': '{ "name": "shapes", "version": "0.0.0", "type": "module", "exports": "./area.js" }',
    'lib/area.js': lib,
    'main.mjs': MAIN.replace("{ helper } from './lib/helper.mjs'", "{ area as helper } from 'shapes'"),
  });
  await symlink(join(app.folder, 'lib'), join(app.folder, 'node_modules', 'shapes'), 'junction');
  expect(await ranIn(app, 'main.mjs')).toHaveLength(4);
  await app.write({ 'lib/area.js': lib.replace('side * side', 'side * side * side') });
  expect(await ranIn(app, 'main.mjs')).toEqual(['uses']);
});

test('data beside a module counts by its bytes, also where they are no text', async () => {
  const script = `
import { readFileSync } from 'node:fs';
import { schedule } from 'somen/node';
import { report } from './run.mjs';
const first = schedule(function first() { return readFileSync(new URL('./model.bin', import.meta.url))[0]; });
await report([first()]);
`;
  const app = await codeApp({ 'run.mjs': RUN, 'data.mjs': script });
  const model = join(app.folder, 'model.bin');
  const results = [];
  for (const byte of [0xfe, 0xff, 0xff]) {
    await writeFile(model, Uint8Array.of(byte, 0xff));
    results.push(reported(await app.node('data.mjs')));
  }
  expect(results).toEqual([
    { result: [0xfe], ran: ['first'] },
    { result: [0xff], ran: ['first'] },
    { result: [0xff], ran: [] },
  ]);
});

test('a constant that is read from outside is no part of keys, and the run says so', async () => {
  const script = `
import { readFileSync } from 'node:fs';
import { fileCache, inline, run, schedule } from 'somen/node';
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const data = JSON.parse(readFileSync('data.json', 'utf8'));
const count = Number(process.argv[2] ?? 1);
const reads = schedule(function reads() { return data.n; });
const counts = schedule(function counts() { return count; }, { hashIncludes: [count] });
const inside = schedule(function inside() { return read('./data.json').length; });
const wanted = process.argv[3] === 'reads' ? [reads()] : [counts(), inside()];
console.log(JSON.stringify(await run(wanted, { cache: fileCache('cache'), executor: inline() })));
`;
  const app = await codeApp({ 'main.mjs': script, 'data.json': '{ "n": 3 }' });
  expect(await app.node('main.mjs', '5')).toEqual({ code: 0, out: '[5,10]\n', errors: '' });
  const { errors } = await app.node('main.mjs', '5', 'reads');
  expect(errors).toMatch(/'reads' would be taken from the cache.*'data' comes from outside, by 'readFileSync' of 'fs'/);
  expect(errors).toMatch(/main\.mjs:5:7\)/);
});
