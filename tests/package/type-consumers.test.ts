/** TypeScript projects that use every subpath, with the packed tarball installed and its declarations checked too. */
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type App, createApp } from './consumers/support/app.ts';
import { runNode } from './consumers/support/programs.ts';

const { tools } = inject('consumers');

/** Each has its `tsconfig` with its runtime's types and no more: a declaration that needs the other's would show. */
const runtimes = ['node', 'web'];
const nodeNext = ['--module', 'NodeNext', '--moduleResolution', 'NodeNext'];
const bundler = ['--module', 'ESNext', '--moduleResolution', 'bundler'];

/** The oldest TypeScript that the README promises, the last of each major version, and the one that somen is built with. */
const cases = [
  ['5.4', nodeNext],
  ['5.4', bundler],
  ['5.9', nodeNext],
  ['6.0', bundler],
  ['7.0', nodeNext],
  ['7.0', bundler],
] as const;

let app: App;

beforeAll(async () => {
  app = await createApp('types');
});

describe.each(runtimes)('a strict project for %s', (runtime) => {
  test.each(cases)('compiles with TypeScript %s and %j', async (version, modules) => {
    const tsc = join(tools, 'node_modules', `typescript-${version}`, 'bin', 'tsc');
    const options = ['--pretty', 'false', '--project', `tsconfig.${runtime}.json`];
    // What tsc complains about stands in its standard output, which is all that a failure should show.
    const result = await runNode(app, tsc, ...options, ...modules).catch((error: unknown) => error);
    expect(result).toMatchObject({ stdout: '' });
  });
});
