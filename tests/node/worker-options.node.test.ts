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
