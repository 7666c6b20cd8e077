/** The programs of the tutorial's cells, in Node: no example rots. What only a page has, the tests of the pages have. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';

const examples = join(packageRoot, 'demo', 'examples');
/** Inside the package, so that programs find it by its name. */
const folder = mkdtempSync(join(packageRoot, 'dist', 'examples-'));
const names = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js'))
  .sort();

/** `export const answer = await run(x); // 42` */
const EXPECTATION = /^export const (\w+) =[^;]*; \/\/ (.+)$/gm;

interface Program {
  readonly name: string;
  /** Why it cannot run here. */
  readonly onlyInBrowsers: string | undefined;
  /** The beginning of the message with which it fails, as it says itself. */
  readonly failsWith: string | undefined;
  /** What it says of its exports. */
  readonly expected: readonly (readonly [name: string, value: string])[];
}

const programs = names.map((name): Program => {
  const text = readFileSync(join(examples, name), 'utf8');
  return {
    name,
    onlyInBrowsers: /^\/\/ in a browser only: (.+)/m.exec(text)?.[1],
    failsWith: /^\/\/ fails with: (.+)/m.exec(text)?.[1],
    expected: [...text.matchAll(EXPECTATION)].map(([, key = '', value = '']) => [key, value] as const),
  };
});
/** Without the modules that programs share, and without what only a page has. */
const runnable = programs.filter(
  ({ onlyInBrowsers, failsWith, expected }) =>
    onlyInBrowsers === undefined && (failsWith !== undefined || expected.length > 0),
);

beforeAll(() => {
  cpSync(examples, folder, { recursive: true });
  for (const name of names) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`'somen/web'`, `'somen/node'`));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Imports a program and compares its exports; prints the names of those that are what it says. */
function checker({ name, expected }: Program): string {
  const checks = expected.map(
    ([key, value]) => `deepStrictEqual(module.${key}, ${value}); console.log('\\n= ${key}');`,
  );
  return `import { deepStrictEqual } from 'node:assert';
const module = await import('${pathToFileURL(join(folder, name)).href}');
${checks.join('\n')}
`;
}

/** In a process of its own: programs may give their tasks the same names. */
async function run(program: Program): Promise<string> {
  const main = join(folder, `${program.name.replaceAll(/\W/g, '-')}.mjs`);
  writeFileSync(main, checker(program));
  return (await promisify(execFile)(process.execPath, [main], { timeout: 30_000 })).stdout;
}

describe.concurrent('the programs of the tutorial', { timeout: 60_000 }, () => {
  test.each(runnable)('$name does what it says', async (program) => {
    const { failsWith, expected } = program;
    if (failsWith !== undefined) return expect(run(program)).rejects.toThrow(failsWith);
    const checked = [...(await run(program)).matchAll(/^= (\w+)$/gm)].map(([, key]) => key);
    expect(checked).toEqual(expected.map(([key]) => key));
  });
});

test('most programs of the tutorial run in Node', () => {
  expect(runnable.length).toBeGreaterThan(programs.length / 2);
});
