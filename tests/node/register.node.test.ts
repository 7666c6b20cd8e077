/** `node --import somen/node/register`: workers load what tasks reach, and no more of a script. */
import { expect, test } from 'vitest';
import { codeApp } from './support/code-app.js';

const REGISTER = ['--import', 'somen/node/register'];

const SCRIPT = `
import { gather, run, schedule } from 'somen/node';
import { isMainThread } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { helper } from './helper.mjs';
const place = isMainThread ? 'main' : 'worker';
writeSync(1, \`top level in \${place}\\n\`);
globalThis.document = { title: place };
const title = document.title;
const top = schedule(function top(x) {
  return [helper(x), isMainThread, typeof document];
});
function make(k) {
  const twice = (y) => y * 2;
  return schedule((x) => [twice(x) * k, isMainThread]);
}
const fails = schedule(async function fails(x) {
  throw new RangeError('fails ' + x);
});
writeSync(1, JSON.stringify(await run(gather(top(1), make(10)(2), make(20)(2)))) + '\\n');
await run(fails(1)).catch((error) => writeSync(1, error.stack.split('\\n').slice(0, 2).join('') + '\\n'));
`;

const FILES = {
  'main.mjs': SCRIPT,
  'helper.mjs':
    "import { writeSync } from 'node:fs';\nwriteSync(1, 'helper\\n');\nexport const helper = (x) => x + 1;\n",
};

const RESULT = '[[2,false,"undefined"],[40,false],[80,false]]';

test('the top level of a script runs once, and tasks inside of functions run on workers with what they capture', async () => {
  const app = await codeApp(FILES);
  const { code, out, errors } = await app.node(...REGISTER, 'main.mjs');
  expect([code, errors]).toEqual([0, '']);
  const lines = out.trim().split('\n');
  expect(lines.slice(0, 3)).toEqual(['helper', 'top level in main', RESULT]);
  expect(lines[3]).toMatch(/^RangeError: fails 1\s+at .*main\.mjs\?somen-slice:18:/);
  expect(lines).toHaveLength(4);
});

test('stacks name the lines and columns of the file with --enable-source-maps', async () => {
  const app = await codeApp(FILES);
  const { out } = await app.node('--enable-source-maps', ...REGISTER, 'main.mjs');
  expect(out).toMatch(/RangeError: fails 1\s+at .*[/\\]main\.mjs:18:9/);
});

test.each([
  ['before tsx', ['--import', 'somen/node/register', '--import', 'tsx']],
  ['after tsx', ['--import', 'tsx', '--import', 'somen/node/register']],
])('TypeScript runs on slices with register %s', async (_order, options) => {
  const script = SCRIPT.replace('function top(x)', 'function top(x: number): unknown')
    .replace('(y) => y', '(y: number): number => y')
    .replace("'./helper.mjs'", "'./helper.js'")
    .replace('document.title', '(document as { title: string }).title');
  const helper = 'export enum Step { One = 1 }\nexport const helper = (x: number): number => x + Step.One;\n';
  const app = await codeApp({ 'main.ts': script, 'helper.ts': helper });
  const { code, out, errors } = await app.node(...options, 'main.ts');
  expect([code, errors]).toEqual([0, '']);
  const lines = out.trim().split('\n');
  expect(lines.slice(0, 2)).toEqual(['top level in main', RESULT]);
  expect(lines[2]).toMatch(/^RangeError: fails 1\s+at .*[/\\]main\.ts:18:/);
});

test('decorated methods run on slices under tsx', async () => {
  const script = `
    import { run, schedule } from 'somen/node';
    import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) throw new Error('The top level ran in a worker');
    @schedule
    export class Scale {
      constructor(readonly factor: number) {}
      @schedule times(x: number): unknown { return [this.factor * x, isMainThread]; }
    }
    console.log(JSON.stringify(await run(new Scale(3).times(2))));`;
  const app = await codeApp({ 'main.ts': script });
  const { out, errors } = await app.node('--import', 'tsx', ...REGISTER, 'main.ts');
  expect([out, errors]).toEqual(['[6,false]\n', '']);
});

test('a registry reaches workers without the rest of its module', async () => {
  const app = await codeApp({
    'star.mjs': 'export class Star { constructor(mass) { this.mass = mass; } }',
    'registry.mjs': `
import { createRegistry } from 'somen/node';
import { writeSync } from 'node:fs';
import { Star } from './star.mjs';
writeSync(1, 'registry\\n');
export const registry = createRegistry({ name: 'stars', classes: { 'app/Star': Star } });
`,
    'main.mjs': `
import { run, schedule } from 'somen/node';
import { registry } from './registry.mjs';
import { Star } from './star.mjs';
const heavier = schedule(function heavier(star) { return [star instanceof Star, new Star(star.mass * 2)]; });
const [isStar, star] = await run(heavier(new Star(1)), { registry });
console.log(isStar, star instanceof Star, star.mass);
`,
  });
  expect(await app.node(...REGISTER, 'main.mjs')).toEqual({ code: 0, out: 'registry\ntrue true 2\n', errors: '' });
});

test('JSX in tasks is compiled as the project says', async () => {
  const script = `
    import { run, schedule } from 'somen/node';
    import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) throw new Error('The top level ran in a worker');
    const render = schedule(function render(name: string): unknown { return [<b title={name} />, isMainThread]; });
    console.log(JSON.stringify(await run(render('x'))));`;
  const app = await codeApp({
    'main.tsx': script,
    'tsconfig.json': '{ // As React has it.\n  "extends": "./base.json", "compilerOptions": { "jsx": "react-jsx", } }',
    'base.json': '{ "compilerOptions": { "jsxImportSource": "my-jsx" } }',
    'node_modules/my-jsx/package.json':
      '{ "name": "my-jsx", "type": "module", "exports": { "./jsx-runtime": "./index.js" } }',
    'node_modules/my-jsx/index.js':
      'export const jsx = (type, props) => ({ type, props });\nexport const jsxs = jsx;\n',
  });
  for (const options of [
    ['--import', 'tsx', ...REGISTER],
    [...REGISTER, '--import', 'tsx'],
  ]) {
    const { out, errors } = await app.node(...options, 'main.tsx');
    expect([out, errors]).toEqual(['[{"type":"b","props":{"title":"x"}},false]\n', '']);
  }
});

test('a task that cannot be followed is said once, and its module is loaded whole', async () => {
  const script = `
    import { run, schedule } from 'somen/node';
    import { isMainThread } from 'node:worker_threads';
    let count = 0;
    const counts = schedule(function counts(x) { return [x + count, isMainThread]; });
    if (isMainThread) count += 0;
    console.log(JSON.stringify(await run(counts(1))));`;
  const app = await codeApp({ 'main.mjs': script });
  const { code, out, errors } = await app.node(...REGISTER, 'main.mjs');
  expect([code, out]).toEqual([0, '[1,false]\n']);
  expect(errors).toMatch(
    /^somen: Cannot cut a slice for the task 'counts': .*'count'.*main\.mjs:\d+:\d+\)\. Workers import its whole module\n$/,
  );
});

test('modules of several tasks share what they import, also one that comes later', async () => {
  const shared = 'export class Point { constructor(x) { this.x = x; } }\nexport const made = new Set();\n';
  const task = (name: string): string => `
    import { schedule } from 'somen/node';
    import { made, Point } from './shared.mjs';
    export const ${name} = schedule(function ${name}() { made.add('${name}'); return [...made].length + (new Point(1) instanceof Point ? 0 : 9); });`;
  const script = `
    import { run, workers } from 'somen/node';
    import { one } from './one.mjs';
    import { two } from './two.mjs';
    const executor = workers({ size: 1 });
    const first = await run(one(), { executor });
    const second = await run(two(), { executor });
    const { three } = await import('./three.mjs');
    console.log(first, second, await run(three(), { executor }));`;
  const app = await codeApp({
    'main.mjs': script,
    'shared.mjs': shared,
    'one.mjs': task('one'),
    'two.mjs': task('two'),
    'three.mjs': task('three'),
  });
  const { out, errors } = await app.node(...REGISTER, 'main.mjs');
  expect([out, errors]).toEqual(['1 2 1\n', '']);
});

test('workers run what the main thread has loaded, whatever becomes of the files', async () => {
  const script = `
    import { createInterface } from 'node:readline';
    import { fileCache, run, schedule } from 'somen/node';
    import { helper } from './helper.mjs';
    const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
    const uses = schedule(function uses(x) { return helper(x); });
    console.log('ready');
    await lines.next();
    const started = run(uses(1), { cache: fileCache('cache') });
    console.log(await started, started.summary.ran);`;
  const helper = 'export const helper = (x) => x + 1;\n';
  const app = await codeApp({ 'main.mjs': script, 'helper.mjs': helper });
  const process = await app.start(...REGISTER, 'main.mjs');
  await process.next();
  await app.write({ 'helper.mjs': helper.replace('x + 1', 'x + 10') });
  expect(await process.next()).toBe('2 1');
  const other = await app.start('main.mjs');
  await other.next();
  expect(await other.next()).toBe('11 1');
  await app.write({ 'helper.mjs': helper });
  const last = await app.start('main.mjs');
  await last.next();
  // Found: with hooks and without, a task has one key.
  expect(await last.next()).toBe('2 0');
});
