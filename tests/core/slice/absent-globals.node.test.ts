import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../../dist/core/slice/edits.js';
import { evaluateSlices } from './support/evaluate-program.js';
import { caseFolder } from './support/execute.js';
import { programIn } from './support/program-in.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const somen = "import { schedule, tasks } from 'somen';\n";
const options = { absentGlobals: new Set(['document', 'window', 'HTMLElement']) };

/** The tasks of a module, each with what keeps it out of the slice. */
function obstacles(...lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const tasks = programIn({ '/main.ts': somen + lines.join('\n') }, options).tasks('/main.ts');
  return Object.fromEntries(
    tasks.map((task) => [task.name, task.obstacles.map(({ name, line, column }) => `${name} ${line}:${column}`)]),
  );
}

describe('a task that needs a page when its module is evaluated', () => {
  test('is in no slice, and those beside it work', async () => {
    const files = {
      '/main.ts': `${somen}import { width } from './lib.ts';\nconst el = document.querySelector('a');\nexport const wide = schedule((x: number) => x * width);\nexport const linked = schedule(() => String(el));\nexport const outer = schedule((x: number) => wide(x));\nexport const plain = schedule((x: number) => x + 1);`,
      '/lib.ts': 'export const width = document.body.clientWidth;',
    };
    const program = programIn(files, options);
    const [wide, linked, outer, plain] = program.tasks('/main.ts');
    for (const task of [wide, linked, outer])
      expect(task).toMatchObject({ version: expect.any(String), refusals: [], sliced: false });
    expect(wide?.obstacles).toEqual([
      {
        kind: 'absent-global',
        message:
          "Cannot evaluate 'width' in a worker: it needs 'document', which only a page has, as soon as its module is loaded. Use 'document' inside of a function that the page calls, or pass what the task needs as an argument",
        name: 'width',
        module: '/lib.ts',
        line: 1,
        column: 22,
      },
    ]);
    expect(linked?.obstacles).toMatchObject([{ name: 'el', module: '/main.ts', line: 3, column: 12 }]);
    expect(outer?.obstacles).toEqual(wide?.obstacles);
    expect(plain).toMatchObject({ sliced: true, obstacles: [] });
    const marks = applyEdits(files['/main.ts'], program.instrument('/main.ts')).match(/name: "\w+".*?\}/g) ?? [];
    expect(marks.map((mark) => /slice/.test(mark))).toEqual([false, false, false, true]);
    const { call, registry } = await evaluateSlices(join(folder, 'slices'), files, ['/main.ts'], options);
    expect([...registry.keys()]).toEqual(['plain']);
    expect(call('plain', 1)).toBe(2);
  });

  test('is found by what it calls, extends or changes at the top level', () => {
    expect(
      obstacles(
        'const find = (name: string) => document.querySelector(name);',
        "const found = find('a');",
        'class Own extends HTMLElement { static k = 1; }',
        'const list: unknown[] = [];',
        'list.push(document.title);',
        'const [at] = [1].map(() => window.innerWidth);',
        'export const called = schedule(() => found);',
        'export const extended = schedule(() => Own.k);',
        'export const changed = schedule(() => list);',
        'export const mapped = schedule(() => at);',
      ),
    ).toEqual({ called: ['found 2:32'], extended: ['Own 4:19'], changed: ['undefined 6:11'], mapped: ['at 7:28'] });
  });
});

test('a task whose page code may not run is in the slice', () => {
  const found = obstacles(
    "const isPage = typeof document !== 'undefined';",
    'const el = isPage ? document.body : undefined;',
    'const title = isPage && document.title;',
    'const find = () => document.body;',
    'function guarded() { if (!isPage) return 0; return document.body.clientWidth; }',
    'const width = guarded();',
    'const other = isPage ? find() : undefined;',
    'class Lazy { el = document.body; get() { return document; } static k = 1; }',
    'const kind: typeof document.nodeType = 1;',
    'const own = (document: number) => document;',
    'const seen = own(1);',
    'export const a = schedule(() => [el, title, width, other, Lazy.k, kind, seen]);',
    'export const b = schedule(() => find());',
    'export const { c } = tasks("n", { c: () => document.title });',
  );
  expect(found).toEqual({ a: [], b: [], 'n/c': [] });
});

test('a program without absent globals has all tasks in slices', () => {
  const source = `${somen}const el = document.body;\nexport const a = schedule(() => el);`;
  expect(programIn({ '/main.ts': source }).tasks('/main.ts')).toMatchObject([{ sliced: true, obstacles: [] }]);
});
