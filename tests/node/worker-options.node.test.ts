/** What worker threads have of the process that starts them: its arguments, its environment, and those of its options that hold for them. */
import { expect, test } from 'vitest';
import { codeApp } from './support/code-app.js';

const SCRIPT = `
import { run, schedule } from 'somen/node';
import { isMainThread } from 'node:worker_threads';
const args = process.argv.slice(2);
process.env.SHOWN = 'environment';
const tell = schedule(function tell() { return [args, process.env.SHOWN, isMainThread]; });
console.log(JSON.stringify(await run(tell())));
`;

test.each([
  ['node', ['main.mjs', '7', '--flag', 'x y']],
  ['somen run', ['node_modules/somen/dist/node/cli/main.js', 'run', 'main.mjs', '--', '7', '--flag', 'x y']],
])('workers have the arguments and the environment of a script that %s starts', async (_program, args) => {
  const app = await codeApp({ 'main.mjs': SCRIPT });
  const { out } = await app.node(...args);
  expect(out).toBe('[["7","--flag","x y"],"environment",false]\n');
});

test('tasks are called without this, on workers, in chunks and on the calling thread', async () => {
  const app = await codeApp({
    'main.mjs': `
import { gather, inline, map, run, schedule } from 'somen/node';
const self = schedule(function self(_x) { return typeof this; });
const all = gather(self(1), map(self, [1, 2], { chunk: 2 }));
console.log(JSON.stringify([await run(all), await run(all, { executor: inline() })]));
`,
  });
  expect((await app.node('main.mjs')).out).toBe(
    '[["undefined",["undefined","undefined"]],["undefined",["undefined","undefined"]]]\n',
  );
});

test.each([
  ['-e', (code: string) => ['--input-type=module', '-e', code]],
  ['--eval=', (code: string) => ['--input-type', 'module', `--eval=${code}`]],
  ['-p', () => ['-p', "import('./run.mjs'); ''"]],
])('workers start where the script is given by %s', async (_option, options) => {
  const code = `
import { run } from 'somen/node';
import { twice } from './tasks.mjs';
console.log(await run(twice(21)));`;
  const app = await codeApp({
    'tasks.mjs': `
import { schedule } from 'somen/node';
export const twice = schedule(function twice(x) { return [2 * x, globalThis.preloaded]; });`,
    'run.mjs': code,
    'preload.mjs': 'globalThis.preloaded = true;',
  });
  const { out, errors } = await app.node('--import', './preload.mjs', '--max-old-space-size=512', ...options(code));
  expect([out.trim(), errors]).toEqual(['[ 42, true ]', '']);
});
