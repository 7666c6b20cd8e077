import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evaluateMarked, evaluateSlices } from './support/evaluate-program.js';
import { caseFolder } from './support/execute.js';
import { programIn } from './support/program-in.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const somen = "import { schedule, tasks, unwrap } from 'somen';\nimport * as s from 'somen';\n";

/** Forms in which tasks may stand, each with the name, what it is called with (what is lifted first), and the result. */
const forms: readonly (readonly [
  about: string,
  source: string,
  name: string,
  args: readonly unknown[],
  result: unknown,
])[] = [
  ['in parentheses', 'export const t = schedule(((x: number) => (x)));', 't', [1], 1],
  ['between comments', 'export const t = schedule(/* a */ (x: number) => x /* b */, // c\n);', 't', [1], 1],
  ['with a comment at its end', 'export const t = schedule((x: number) => x // c\n);', 't', [1], 1],
  ['with a type', 'export const t = schedule(<(x: number) => number>((x) => x));', 't', [1], 1],
  ['with type arguments', 'export const t = schedule<(x: number) => number>((x) => x);', 't', [1], 1],
  ['returning an object', 'export const t = schedule((x: number) => ({ x }));', 't', [1], { x: 1 }],
  ['in a sequence', 'export const t = (0, schedule((x: number) => x, { name: "seq" }));', 'seq', [1], 1],
  [
    'in a default',
    'export function f(t = schedule((x: number) => x, { name: "default" })) { return t; }',
    'default',
    [1],
    1,
  ],
  [
    'in a default that mentions a parameter',
    'export function f(k: number, t = schedule((x: number) => x * k, { name: "d" })) { return t; }',
    'd',
    [[2], 3],
    6,
  ],
  [
    'in a condition',
    'if (typeof document === "undefined") schedule(function t(x: number) { return x; });',
    't',
    [1],
    1,
  ],
  ['in a template', 'export const text = `${schedule((x: number) => x, { name: "tpl" })}`;', 'tpl', [1], 1],
  ['in another call', 'export const t = [schedule(schedule((x: number) => x, { name: "in" }))];', 'in', [1], 1],
  [
    'bound',
    'export const t = schedule(function (this: any, x: number) { return this.k + x; }.bind({ k: 2 }));',
    't',
    [1],
    3,
  ],
  [
    'in a static block',
    'const k = 2; export class A { static { schedule((x: number) => x * k, { name: "block" }); } }',
    'block',
    [2],
    4,
  ],
  [
    'in a class in a function',
    'export function f() { return class A { @schedule m(x: number) { return x; } }; }',
    'A.m',
    [1],
    1,
  ],
  ['in a class expression', 'export const A = class { @schedule static m(x: number) { return x; } };', 'A.m', [1], 1],
  ['in a class with a name in quotes', "export class A { @schedule 'm n'(x: number) { return x; } }", 'A.m n', [1], 1],
  ['exported as another', 'const t = schedule((x: number) => x);\nexport { t as default, t as u };', 't', [1], 1],
  ['beside another one', 'export const t = schedule((x: number) => x), u = document;', 't', [1], 1],
  ['with a member of a namespace', 'export const t = s.schedule((x: number) => x);', 't', [1], 1],
  [
    'with characters of two units',
    'const k = "😀"; /* 😀 */ export const t = schedule((x: number) => `😀${k}${x}`);',
    't',
    [1],
    '😀😀1',
  ],
  [
    'with lines of Windows',
    'const k = 2;\r\nconst page = () => document;\r\nexport const t = schedule(\r\n  (x: number) => x * k,\r\n);\r\n',
    't',
    [2],
    4,
  ],
  [
    'with a name that globals have',
    'const Object = { k: 1 }; export const t = unwrap(schedule((x: number) => x, { name: "o" })); void Object;',
    'o',
    [1],
    1,
  ],
  [
    'with keys of many kinds',
    "export const all = tasks('n', { default: (x: number) => x, 1(x: number) { return x; }, async ['c'](x: number) { return x; }, get: (x: number) => x });",
    'n/1',
    [1],
    1,
  ],
  [
    'as a function that is declared below',
    'export const t = schedule(below);\nfunction below(x: number) { return x + k; }\nconst k = 1;',
    'below',
    [1],
    2,
  ],
  [
    'two levels down',
    'export const f = (a: number) => (b: number) => [1].map((c) => schedule((x: number) => [a, b, c, x], { name: "deep" }));',
    'deep',
    [[1, 2, 3], 4],
    [1, 2, 3, 4],
  ],
  [
    'in a generator',
    'export function* f(k: number) { yield schedule((x: number) => x * k, { name: "gen" }); }',
    'gen',
    [[2], 3],
    6,
  ],
  [
    'in a getter',
    'export const o = { get t() { const k = 3; return schedule((x: number) => x * k, { name: "got" }); } };',
    'got',
    [[3], 3],
    9,
  ],
  [
    'with a helper of a keyword-like name',
    'export function f(of: number) { const async = (x: number) => x + of; return schedule((x: number) => async(x), { name: "kw" }); }',
    'kw',
    [[1], 3],
    4,
  ],
];

describe('a task', () => {
  test.each(forms)(
    '%s is made by its slice alone, and by the module with marks',
    async (about, source, name, args, result) => {
      const files = { '/main.ts': somen + source };
      const own = join(folder, about.replaceAll(/\W/g, '-'));
      const task = programIn(files)
        .tasks('/main.ts')
        .find((one) => one.name === name);
      expect(task).toMatchObject({ refusals: [], sliced: true });
      const sliced = await evaluateSlices(join(own, 'slice'), files, ['/main.ts']);
      expect(await sliced.call(name, ...args)).toEqual(result);
      expect(sliced.markOf(name)).toMatchObject({ version: task?.version, slice: expect.any(String) });
      if (!source.includes('document')) await evaluateMarked(join(own, 'marked'), files, ['/main.ts']);
    },
  );
});
