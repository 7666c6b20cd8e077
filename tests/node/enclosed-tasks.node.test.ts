/** Tasks inside of functions, in Node without `somen/node/register`: workers know nothing of what they take from there. */
import { expect, test } from 'vitest';
import { codeApp, type CodeApp } from './support/code-app.js';

const HEAD = `
import { gather, inline, map, run, schedule, workers, hybrid } from 'somen/node';
import { isMainThread } from 'node:worker_threads';
const told = async (workflow, options) => {
  try {
    console.log(JSON.stringify(await run(workflow, options)));
  } catch (error) {
    console.log(error.code, error.message);
  }
};
`;

/** An app with one script. */
function appOf(script: string, name = 'main.mjs', head = HEAD): Promise<CodeApp> {
  return codeApp({ [name]: head + script });
}

const SIMULATE = `
function simulate(k) {
  return map(schedule((x) => x * k), [1, 2]);
}
const k = isMainThread ? 2 : 3;
`;

test('run rejects before a worker runs a task that takes a local of the function around it', async () => {
  const app = await appOf(`${SIMULATE}await told(simulate(k));`);
  const { out } = await app.node('main.mjs');
  expect(out).toMatch(
    /^ERR_TASK_NOT_FOUND Cannot run 'anonymous-\w+' on a worker: it takes 'k' from the function around it, .*main\.mjs:13:14\)\. Start Node with --import somen\/node\/register, or pass it as an argument\n$/,
  );
});

test.each([
  ['on the calling thread', [], 'executor: inline()'],
  ['with register', ['--import', 'somen/node/register'], ''],
])('run computes a task that takes a local of the function around it %s', async (_where, options, executor) => {
  const app = await appOf(`${SIMULATE}await told(simulate(k), { ${executor} });`);
  expect(await app.node(...options, 'main.mjs')).toEqual({ code: 0, out: '[2,4]\n', errors: '' });
});

test('run names a task that takes a local by its variable', async () => {
  const app = await appOf(`
const make = function (k) {
  const scaled = schedule((x) => x * k);
  return scaled;
};
await told(make(2)(1));`);
  expect((await app.node('main.mjs')).out).toMatch(/^ERR_TASK_NOT_FOUND Cannot run 'scaled' on a worker: it takes 'k'/);
});

test('run rejects where a task that takes a local is in a chunk, in an argument, or in a hybrid executor', async () => {
  const app = await appOf(`
const apply = schedule(function apply(f) { return f(1); });
const fs = [1, 2].map((k) => schedule(k === 1 ? function one(x) { return x * k; } : (x) => x));
const one = (() => { const k = isMainThread ? 2 : 3; return schedule(function two(x) { return x * k; }); })();
await told(map(one, [1, 2, 3, 4], { chunk: 2 }));
await told(apply(one));
await told(one(1), { executor: hybrid({ pool: workers({ size: 1 }), here: inline() }) });`);
  const { out } = await app.node('main.mjs');
  expect(out.trim().split('\n')).toEqual(
    Array.from({ length: 3 }, () =>
      expect.stringMatching(/^ERR_TASK_NOT_FOUND Cannot run 'two' on a worker: it takes 'k'/),
    ),
  );
});

test.each([[[]], [['--import', 'somen/node/register']]])(
  'run says why a task that takes this or a changed variable cannot run on a worker (%j)',
  async (options) => {
    const app = await appOf(`
class Model {
  scale = isMainThread ? 2 : 3;
  times() { return schedule((x) => x * this.scale); }
}
function counting() {
  let count = 0;
  count += 1;
  return schedule(function counts(x) { return x + count; });
}
await told(new Model().times()(1));
await told(counting()(1));`);
    const { out } = await app.node(...options, 'main.mjs');
    const [first, second] = out.trim().split('\n');
    expect(first).toMatch(
      /^ERR_TASK_NOT_FOUND Cannot run .* on a worker .*'this' of what stands around the task: pass .*main\.mjs:14:\d+\)/,
    );
    expect(second).toMatch(/^ERR_TASK_NOT_FOUND Cannot run 'counts' on a worker .*'count'.*main\.mjs:\d+:\d+\)/);
  },
);

test('tasks inside of functions that take nothing run on workers', async () => {
  const app = await appOf(`
const scale = 2;
function make() {
  return schedule(function twice(x) { return [x * scale, isMainThread]; });
}
const wrap = (fn) => schedule(fn);
const thrice = wrap(function thrice(x) { return [x * 3, isMainThread]; });
await told(gather(make()(1), thrice(1)));`);
  expect(await app.node('main.mjs')).toEqual({ code: 0, out: '[[2,false],[3,false]]\n', errors: '' });
});

test('run rejects a task of CommonJS that takes a local', async () => {
  const head = HEAD.replaceAll(/import (.*) from (.*);/g, 'const $1 = require($2);');
  const app = await appOf(`${SIMULATE}void told(simulate(k));`, 'main.cjs', head);
  expect((await app.node('main.cjs')).out).toMatch(/^ERR_TASK_NOT_FOUND .*it takes 'k' from the function around it/);
});

test('run rejects a task that takes a local under tsx', async () => {
  const script = SIMULATE.replace('simulate(k)', 'simulate(k: number): unknown').replace('(x)', '(x: number)');
  const app = await appOf(
    `${script}await told(simulate(k));`,
    'main.ts',
    HEAD.replace('(workflow, options)', '(workflow: unknown, options: any = {})').replace(
      'catch (error)',
      'catch (error: any)',
    ),
  );
  // The function's text is not what is written: esbuild calls the parameter k2.
  expect((await app.node('--import', 'tsx', 'main.ts')).out).toMatch(
    /^ERR_TASK_NOT_FOUND .*it takes 'k' from the function around it/,
  );
});

test('TaskNotFoundError says why register could not take a task to workers, by the name of its variable', async () => {
  const app = await appOf(`
let factor = 2;
factor += 1;
function make() {
  const sq = schedule((x) => x * factor);
  return sq;
}
if (isMainThread) await told(make()(1));`);
  const { out, errors } = await app.node('--import', 'somen/node/register', 'main.mjs');
  const reason = /'sq': .*'factor'.*main\.mjs:15:34\)/;
  expect(errors).toMatch(reason);
  expect(out).toMatch(/^ERR_TASK_NOT_FOUND Cannot find task 'anonymous-\w+' .*\. No slice holds/);
  expect(out).toMatch(reason);
  expect(out).not.toContain('--import');
});
