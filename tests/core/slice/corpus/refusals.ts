import type { SliceCase } from '../support/slice-case.js';

type Expected = readonly (readonly [kind: string, place: string])[];

function one(about: string, source: string, refuses: Expected, at = 'task'): SliceCase {
  return { about, files: `import { schedule } from 'somen';\n${source}`, refuses, at };
}

/** What cannot be followed is said, with its place. */
export const refusalCases: readonly SliceCase[] = [
  one(
    'for a variable that a function assigns',
    'let count = 0;\nexport const tick = () => { count++; };\nexport const task = schedule(function task() { return count; });',
    [['mutable-state', '4:55']],
  ),
  one(
    'for a variable that the task assigns',
    'let last;\nexport const task = schedule(function task(a: number) { last = a; });',
    [['mutable-state', '3:57']],
  ),
  one(
    'for a variable that is assigned after its declaration',
    'let k = 1;\nk = 3;\nexport const task = schedule(() => k);',
    [['mutable-state', '4:36']],
  ),
  one('for a variable that is assigned twice', 'let k;\nk = 3;\nk = 4;\nexport const task = schedule(() => k);', [
    ['mutable-state', '5:36'],
  ]),
  one(
    'for a variable that is assigned under a condition',
    'let k;\nif (Math) k = 3;\nexport const task = schedule(() => k);',
    [['mutable-state', '4:36']],
  ),
  one(
    'for a variable that a function assigns once',
    'let k;\nconst set = () => { k = 3; };\nset();\nexport const task = schedule(() => k);',
    [['mutable-state', '5:36']],
  ),
  one(
    'for a variable that is destructured into',
    'let k = 0, l = 1;\n({ k, x: [l] } = { k: 1, x: [2] });\nexport const task = schedule(() => k);',
    [['mutable-state', '4:36']],
  ),
  one('for a variable that a loop assigns', 'let k;\nfor (k of [1, 2]);\nexport const task = schedule(() => k);', [
    ['mutable-state', '4:36'],
  ]),
  one('for a var that is assigned', 'var k = 1;\nk += 1;\nexport const task = schedule(() => k);', [
    ['mutable-state', '4:36'],
  ]),
  one(
    'for a function that is assigned',
    'function f() {}\n// @ts-expect-error\nf = null;\nexport const task = schedule(() => f());',
    [['mutable-state', '5:36']],
  ),
  {
    about: 'for an exported variable of another module that is assigned',
    files: {
      'main.ts':
        "import { schedule } from 'somen';\nimport { k } from './k.ts';\nexport const task = schedule(() => k);",
      'k.ts': 'export let k = 0;\nexport const set = (n: number) => { k = n; };',
    },
    refuses: [['mutable-state', '3:36']],
  },
  one('for eval', "export const task = schedule(() => eval('1'));", [['eval', '2:36']]),
  one(
    'for eval in a helper',
    "const help = (text: string) => eval(text);\nexport const task = schedule(() => help('1'));",
    [['eval', '2:32']],
  ),
  {
    about: 'for with',
    files: {
      'main.js':
        "import { schedule } from 'somen';\nfunction help(o) { with (o) { return x; } }\nexport const task = schedule(() => help({ x: 1 }));",
    },
    refuses: [['with', '2:20']],
  },
  one(
    'for await in what is reached',
    'const k = await Promise.resolve(1), l = await 3;\nexport const task = schedule(() => k);',
    [['top-level-await', '2:11']],
  ),
  one(
    'for await in a statement that is reached',
    'const list: number[] = [];\nfor await (const n of [1]) list.push(n);\nexport const task = schedule(() => list);',
    [['top-level-await', '3:1']],
  ),
  one(
    'for what an asynchronous function changes',
    'const cfg = { a: 1 };\nasync function go() {\n  cfg.a = 50;\n  console.log(await run(task()));\n}\nvoid go();\nexport const task = schedule(() => cfg.a);',
    [['mutable-state', '4:3']],
  ),
  one(
    'for what is changed where an asynchronous function calls another one',
    'const cfg = { a: 1 }, set = (to: number) => { cfg.a = to; };\nconst go = async () => set(3);\ngo();\nexport const task = schedule(() => cfg.a);',
    [['mutable-state', '2:47']],
  ),
  one(
    'for what an asynchronous function changes that is called where it stands',
    'const cfg = { a: 1 };\n(async () => {\n  await fetch("x");\n  cfg.a = 50;\n})();\nexport const task = schedule(() => cfg.a);',
    [['mutable-state', '5:3']],
  ),
  one(
    'for what is given to an asynchronous function that changes it',
    'const cfg = { a: 1 };\nconst fill = async (to: { a: number }) => { to.a = 2; };\nfill(cfg);\nexport const task = schedule(() => cfg.a);',
    [['mutable-state', '3:7']],
  ),
  one(
    'for what is changed by a function that runs tasks',
    'import { run } from "somen";\nconst cfg = { a: 1 };\nconst show = () => run(task()).then(console.log);\nfunction go() {\n  cfg.a = 50;\n  show();\n}\ngo();\nexport const task = schedule(() => cfg.a);',
    [['mutable-state', '6:3']],
  ),
  one(
    'for a parameter of a function around',
    'export const make = (k: number) => schedule((a: number) => a * k);',
    [['captured-local', '2:64']],
    '2:40',
  ),
  one(
    'for a variable of a function around, once',
    'export function make() {\n  const k = 1;\n  return schedule((a: number) => k + k + a);\n}',
    [['captured-local', '4:34']],
    '4:15',
  ),
  one(
    'for each variable of functions around',
    'export function make(l: number) {\n  const k = 1;\n  return schedule((a: number) => k + l + a);\n}',
    [
      ['captured-local', '4:34'],
      ['captured-local', '4:38'],
    ],
    '4:15',
  ),
  one('for a variable of a block around', '{\n  const k = 1;\n  schedule(function task() { return k; });\n}', [
    ['captured-local', '4:37'],
  ]),
  one(
    'for arguments of a function around',
    'export function make() {\n  return schedule(() => arguments.length);\n}',
    [['captured-arguments', '3:25']],
    '3:15',
  ),
  one(
    'for this of a function around',
    'export function make(this: any) {\n  return schedule(() => this.k);\n}',
    [['captured-this', '3:25']],
    '3:15',
  ),
  one(
    'for this of a class around',
    'export class C {\n  static k = 1;\n  static t = schedule(() => this.k);\n}',
    [['captured-this', '4:29']],
    '4:15',
  ),
  one(
    'for a private member of a class around',
    'export class C {\n  static #k = 1;\n  static t = schedule(() => C.#k);\n}',
    [['captured-this', '4:31']],
    '4:15',
  ),
  one(
    'for new.target of a function around',
    'export function Make() {\n  return schedule(() => new.target);\n}',
    [['captured-this', '3:25']],
    '3:15',
  ),
  one('for import() of what is not written out', 'export const task = schedule((name: string) => import(name));', [
    ['dynamic-import', '2:48'],
  ]),
  one('for import() of a template', 'export const task = schedule((name: string) => import(`./${name}.js`));', [
    ['dynamic-import', '2:48'],
  ]),
  one('for a module that is not there', "import { f } from './nowhere.js';\nexport const task = schedule(() => f());", [
    ['not-found', '3:36'],
  ]),
  one(
    'for a package that is not there',
    "import { f } from 'no-such-package-anywhere';\nexport const task = schedule(() => f());",
    [['not-found', '3:36']],
  ),
  {
    about: 'for an export that is not there',
    files: {
      'main.ts':
        "import { schedule } from 'somen';\nimport { f } from './lib.ts';\nexport const task = schedule(() => f());",
      'lib.ts': 'export const g = 1;',
    },
    refuses: [['not-found', '3:36']],
  },
  {
    about: 'for re-exports that lead to themselves',
    files: {
      'main.ts':
        "import { schedule } from 'somen';\nimport { f } from './lib.ts';\nexport const task = schedule(() => f());",
      'lib.ts': "export { f } from './lib.ts';",
    },
    refuses: [['not-found', '3:36']],
  },
  {
    about: 'for a module that cannot be parsed',
    files: {
      'main.ts':
        "import { schedule } from 'somen';\nimport { f } from './lib.ts';\nexport const task = schedule(() => f());",
      'lib.ts': 'export const f = ;',
    },
    refuses: [['not-parsed', '3:36']],
  },
  one(
    'for a file that is not there',
    "export const task = schedule(() => new URL('./nowhere.txt', import.meta.url));",
    [['not-found', '2:36']],
  ),
  one(
    'for a namespace of TypeScript',
    'namespace N { export const k = 1; }\nexport const task = schedule(() => N.k);',
    [['unsupported-syntax', '2:1']],
  ),
  one(
    'for an import that is assigned',
    "import fs = require('node:fs');\nexport const task = schedule(() => fs.existsSync('/'));",
    [['unsupported-syntax', '2:1']],
  ),
  {
    about: 'for modules of the program that are required',
    files: {
      'main.js': `
        const { schedule } = require('somen');
        const { sum } = require('./sum.js');
        exports.task = schedule(function task(a) { return sum([a]); });`,
      'sum.js': 'exports.sum = ([a]) => a;',
    },
    refuses: [['unsupported-syntax', '2:17']],
  },
  {
    about: 'not for what is not reached',
    files:
      "import { schedule } from 'somen';\nlet count = 0;\ncount++;\nconst k = await Promise.resolve(1);\nexport const make = (n: number) => () => n + k + count;\nexport const task = schedule(function task(a: number) { return a; });",
    keeps: '',
  },
];
