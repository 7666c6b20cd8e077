/** The examples of the guide, as scripts that Node runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import type { Executor } from 'somen';
import { executorSuite } from 'somen/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';

const guide = join(packageRoot, 'demo', 'guide');
/** Inside the package, so that scripts find it by its name. */
const folder = mkdtempSync(join(packageRoot, 'dist', 'guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Example {
  readonly title: string;
  readonly code: string;
}

/** The blocks of TypeScript in a page, with the headings above them; `info` follows `ts`. */
function blocksOf(page: string, info: string): Example[] {
  const text = readFileSync(join(guide, page), 'utf8');
  const examples: Example[] = [];
  let title = '';
  for (const [, heading, kind, code] of text.matchAll(/^#+ (.*)$|^```ts ?(.*)\n([^]*?)^```$/gm)) {
    if (heading !== undefined) title = heading;
    else if (kind === info && code !== undefined) examples.push({ title, code });
  }
  return examples;
}

/** `expression; // value` becomes a comparison. */
const EXPECTATION = /^(?!const |let |\/\/)(.*); \/\/ (.*)$/gm;

function withChecks(code: string): string {
  const checked = code.replaceAll(
    EXPECTATION,
    (_line, expression: string, value: string) => `$check(${expression}, ${value}, ${JSON.stringify(expression)});`,
  );
  return `import { deepStrictEqual as $equal } from 'node:assert';
import { isMainThread as $isMain } from 'node:worker_threads';
const $check = (actual: unknown, expected: unknown, text: string) => { $equal(actual, expected, undefined); if ($isMain) console.log(text); };
${checked}`;
}

async function compiled(code: string): Promise<string> {
  return (await transform(code, { loader: 'ts', target: 'es2022', format: 'esm' })).code;
}

describe.each([
  ['README.md', 20],
  ['values.md', 8],
  ['caches.md', 9],
  ['code.md', 3],
])('the guide, %s', (page, least) => {
  const [setting, ...examples] = blocksOf(page, '');

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(least);
  });

  test.each(examples.map(({ title, code }, index) => ({ title, code, index })))(
    '$title ($index) gives what it says',
    async ({ code, index }) => {
      const checks = code.match(EXPECTATION)?.length ?? 0;
      expect(checks).toBeGreaterThan(0);
      const path = join(folder, `${page}-${index}.mjs`);
      writeFileSync(path, await compiled(withChecks(`${setting?.code}\n${code}`)));
      const { stdout } = await promisify(execFile)(process.execPath, [path]);
      expect(stdout.trim().split('\n')).toHaveLength(checks);
    },
  );
});

describe('the executor of the guide', () => {
  const holder: { open?: () => Executor } = {};

  beforeAll(async () => {
    const [example] = blocksOf('executors.md', 'executor');
    const path = join(folder, 'polite.mjs');
    writeFileSync(path, await compiled(example?.code ?? ''));
    const module = (await import(pathToFileURL(path).href)) as { polite: () => Executor };
    holder.open = module.polite;
  });

  const cases = executorSuite(() => {
    if (holder.open === undefined) throw new Error('The executor was not loaded');
    return holder.open();
  });
  test.each(cases)('polite $name', ({ run }) => run());
});
