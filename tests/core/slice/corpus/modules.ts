import type { SliceCase } from '../support/slice-case.js';

const main = (imports: string, body: string): string => `
  import { schedule } from 'somen';
  ${imports}
  export const task = schedule(function task(a: number): any { ${body} });`;

interface Linked {
  readonly about: string;
  readonly imports: string;
  readonly body?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly keeps: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly external?: readonly string[];
}

function linked({ about, imports, body = 'return f(a);', files = {}, keeps, notes, external }: Linked): SliceCase {
  return {
    about,
    files: { 'main.ts': main(imports, body), ...files },
    keeps,
    ...(notes && { notes }),
    ...(external && { imports: external }),
  };
}

const lib = `
  const k = 2;
  export const f = (n: number) => n + k;
  export const g = () => 0;
  globalThis.dispatchEvent?.(new Event('loaded'));`;
const kept = `
  const k = 2;
  export const f = (n: number) => n + k;`;

/** What is imported, from modules, packages and the runtime. */
export const moduleCases: readonly SliceCase[] = [
  linked({
    about: 'that import by name',
    imports: "import { f, g } from './lib.ts';",
    files: { 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'main.ts': "import { f } from './lib.ts';" },
  }),
  linked({
    about: 'that import under another name',
    imports: "import { g, f as h } from './lib.ts';",
    body: 'return h(a);',
    files: { 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'main.ts': "import { f as h } from './lib.ts';" },
  }),
  linked({
    about: 'that import JavaScript by the name of its TypeScript',
    imports: "import { f } from './lib.js';",
    files: { 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'main.ts': "import { f } from './lib.js';" },
  }),
  linked({
    about: 'that import without an ending',
    imports: "import { f } from './lib';",
    files: { 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'main.ts': "import { f } from './lib';" },
  }),
  linked({
    about: 'that import a folder',
    imports: "import { f } from './lib';",
    files: { 'lib/index.ts': lib },
    keeps: { 'lib/index.ts': kept, 'main.ts': "import { f } from './lib';" },
  }),
  linked({
    about: 'that import a default function',
    imports: "import f from './lib.ts';",
    files: { 'lib.ts': 'export default function (n: number) { return n; }\nexport const x = 1;' },
    keeps: {
      'lib.ts': 'export default function (n: number) { return n; }',
      'main.ts': "import { default as f } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import a default expression',
    imports: "import f from './lib.ts';",
    files: { 'lib.ts': 'const k = 1;\nexport default (n: number) => n + k;' },
    keeps: {
      'lib.ts': 'const k = 1;\nexport default (n: number) => n + k;',
      'main.ts': "import { default as f } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import a default and a name',
    imports: "import f, { k, l } from './lib.ts';",
    body: 'return f(a) + k;',
    files: { 'lib.ts': 'export const k = 1, l = 2;\nexport default (n: number) => n;' },
    keeps: {
      'lib.ts': 'export const k = 1;\nexport default (n: number) => n;',
      'main.ts': "import { default as f, k } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import a class as default',
    imports: "import C from './lib.ts';",
    body: 'return new C().m(a);',
    files: { 'lib.ts': 'export default class C { m(n: number) { return n; } }' },
    keeps: {
      'lib.ts': 'export default class C { m(n: number) { return n; } }',
      'main.ts': "import { default as C } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import what is exported apart from its declaration',
    imports: "import { h } from './lib.ts';",
    body: 'return h(a);',
    files: { 'lib.ts': 'function f(n: number) { return n; }\nfunction g() {}\nexport { f as h, g };' },
    keeps: {
      'lib.ts': 'function f(n: number) { return n; }\nexport { f as h };',
      'main.ts': "import { h } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import what is exported as default by name',
    imports: "import h from './lib.ts';",
    body: 'return h(a);',
    files: { 'lib.ts': 'function f(n: number) { return n; }\nexport { f as default };' },
    keeps: {
      'lib.ts': 'function f(n: number) { return n; }\nexport { f as default };',
      'main.ts': "import { default as h } from './lib.ts';",
    },
  }),
  linked({
    about: 'that import through a re-export',
    imports: "import { f } from './all.ts';",
    files: { 'all.ts': "export { f, g } from './lib.ts';", 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'all.ts': 'export { f } from "./lib.ts";', 'main.ts': "import { f } from './all.ts';" },
  }),
  linked({
    about: 'that import through a renaming re-export',
    imports: "import { h } from './all.ts';",
    body: 'return h(a);',
    files: { 'all.ts': "export { f as h } from './lib.ts';", 'lib.ts': lib },
    keeps: {
      'lib.ts': kept,
      'all.ts': 'export { f as h } from "./lib.ts";',
      'main.ts': "import { h } from './all.ts';",
    },
  }),
  linked({
    about: 'that import through export *',
    imports: "import { f } from './all.ts';",
    files: {
      'all.ts': "export * from './other.ts';\nexport * from './lib.ts';",
      'other.ts': 'export const x = 1;',
      'lib.ts': lib,
    },
    keeps: { 'lib.ts': kept, 'all.ts': 'export { f } from "./lib.ts";', 'main.ts': "import { f } from './all.ts';" },
  }),
  linked({
    about: 'that import through several re-exports',
    imports: "import { f } from './a.ts';",
    files: { 'a.ts': "export * from './b.ts';", 'b.ts': "export { f } from './lib.ts';", 'lib.ts': lib },
    keeps: {
      'lib.ts': kept,
      'b.ts': 'export { f } from "./lib.ts";',
      'a.ts': 'export { f } from "./b.ts";',
      'main.ts': "import { f } from './a.ts';",
    },
  }),
  linked({
    about: 'that import what was imported and exported',
    imports: "import { f } from './all.ts';",
    files: { 'all.ts': "import { f, g } from './lib.ts';\nexport { f, g };", 'lib.ts': lib },
    keeps: {
      'lib.ts': kept,
      'all.ts': "import { f } from './lib.ts';\nexport { f };",
      'main.ts': "import { f } from './all.ts';",
    },
  }),
  linked({
    about: 'that import a default through a re-export',
    imports: "import { f } from './all.ts';",
    files: { 'all.ts': "export { default as f } from './lib.ts';", 'lib.ts': 'export default (n: number) => n;' },
    keeps: {
      'lib.ts': 'export default (n: number) => n;',
      'all.ts': 'export { default as f } from "./lib.ts";',
      'main.ts': "import { f } from './all.ts';",
    },
  }),
  linked({
    about: 'that import a re-exported namespace',
    imports: "import { lib } from './all.ts';",
    body: 'return lib.f(a);',
    files: { 'all.ts': "export * as lib from './lib.ts';", 'lib.ts': lib },
    keeps: {
      'lib.ts': kept,
      'all.ts': 'export * as lib from "./lib.ts";',
      'main.ts': "import { lib } from './all.ts';",
    },
  }),
  linked({
    about: 'that use members of a namespace',
    imports: "import * as lib from './lib.ts';",
    body: 'return lib.f(a);',
    files: { 'lib.ts': lib },
    keeps: { 'lib.ts': kept, 'main.ts': "import * as lib from './lib.ts';" },
  }),
  linked({
    about: 'that use a namespace as a value',
    imports: "import * as lib from './lib.ts';",
    body: "return (lib as any)[a > 0 ? 'f' : 'g'](a);",
    files: {
      'lib.ts': 'const z = 1;\nexport const f = (n: number) => n;\nexport const g = () => 0;\nexport type T = 1;',
    },
    notes: ['whole-module'],
    keeps: {
      'lib.ts': 'export const f = (n: number) => n;\nexport const g = () => 0;',
      'main.ts': "import * as lib from './lib.ts';",
    },
  }),
  linked({
    about: 'that import each other',
    imports: "import { odd } from './odd.ts';",
    body: 'return odd(a);',
    files: {
      'odd.ts': "import { even } from './even.ts';\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);",
      'even.ts': "import { odd } from './odd.ts';\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);",
    },
    keeps: {
      'even.ts': "import { odd } from './odd.ts';\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);",
      'odd.ts': "import { even } from './even.ts';\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);",
      'main.ts': "import { odd } from './odd.ts';",
    },
  }),
  linked({
    about: 'that import from what imports them',
    imports: "import { f } from './lib.ts';\nexport const k = 3, l = 4;",
    files: { 'lib.ts': "import { k } from './main.ts';\nexport const f = (n: number) => n + k;" },
    keeps: {
      'lib.ts': "import { k } from './main.ts';\nexport const f = (n: number) => n + k;",
      'main.ts': "import { f } from './lib.ts';\nexport const k = 3;",
    },
  }),
  linked({
    about: 'that import through folders',
    imports: "import { f } from './a/b/lib.ts';",
    files: { 'a/b/lib.ts': "export { f } from '../../lib.ts';", 'lib.ts': lib },
    keeps: {
      'lib.ts': kept,
      'a/b/lib.ts': 'export { f } from "../../lib.ts";',
      'main.ts': "import { f } from './a/b/lib.ts';",
    },
  }),
  linked({
    about: 'that import a package',
    imports: "import { sum, max } from 'd3-array';",
    body: 'return sum([a, 1]);',
    keeps: { 'main.ts': "import { sum } from 'd3-array';" },
    external: ['d3-array'],
  }),
  linked({
    about: 'that import a part of a package',
    imports: "import { add } from 'date-fns/add';",
    body: 'return add(new Date(0), { days: a });',
    keeps: { 'main.ts': "import { add } from 'date-fns/add';" },
    external: ['date-fns/add'],
  }),
  linked({
    about: 'that import the default of a package',
    imports: "import Matrix, { abs } from 'ml-matrix';",
    body: 'return new Matrix.Matrix(a, a).rows + Matrix.Matrix.length;'.replaceAll('Matrix.Matrix', 'Matrix'),
    keeps: { 'main.ts': "import { default as Matrix } from 'ml-matrix';" },
    external: ['ml-matrix'],
  }),
  linked({
    about: 'that import a package by a module',
    imports: "import { f } from './lib.ts';",
    files: { 'lib.ts': "import * as d3 from 'd3-array';\nexport const f = (n: number) => d3.sum([n, 2]);" },
    keeps: {
      'lib.ts': "import * as d3 from 'd3-array';\nexport const f = (n: number) => d3.sum([n, 2]);",
      'main.ts': "import { f } from './lib.ts';",
    },
    external: ['d3-array'],
  }),
  linked({
    about: 'that import what a package is re-exported as',
    imports: "import { sum } from './lib.ts';",
    body: 'return sum([a]);',
    files: { 'lib.ts': "export * from 'd3-array';" },
    keeps: { 'lib.ts': 'export { sum } from "d3-array";', 'main.ts': "import { sum } from './lib.ts';" },
    external: ['d3-array'],
  }),
  linked({
    about: 'that import parts of the runtime',
    imports: "import { basename, join } from 'node:path';\nimport fs from 'fs';",
    body: "return basename('/x/y') + a + typeof fs.statSync;",
    keeps: { 'main.ts': "import { basename } from 'node:path';\nimport { default as fs } from 'fs';" },
    external: ['node:fs', 'node:path'],
  }),
  linked({
    about: 'that import a module when they run',
    imports: '',
    body: "return import('./lib.ts').then((m) => m.f(a));",
    files: { 'lib.ts': 'const z = 0;\nexport const f = (n: number) => n;\nexport const g = 1;' },
    keeps: { 'lib.ts': 'export const f = (n: number) => n;\nexport const g = 1;', 'main.ts': '' },
  }),
  linked({
    about: 'that import a package when they run',
    imports: '',
    body: "return import('d3-array').then((m) => m.sum([a]));",
    keeps: { 'main.ts': '' },
    external: ['d3-array'],
  }),
  linked({
    about: 'that import JSON',
    imports: "import data from './data.json' with { type: 'json' };",
    body: 'return data.x + a;',
    files: { 'data.json': '{ "x": 4 }' },
    keeps: { 'main.ts': "import { default as data } from './data.json' with { type: 'json' };" },
  }),
  linked({
    about: 'that name a file beside them',
    imports: "import { readFileSync } from 'node:fs';",
    body: "return readFileSync(new URL('./data.txt', import.meta.url), 'utf8') + a;",
    files: { 'data.txt': 'hello' },
    keeps: { 'main.ts': "import { readFileSync } from 'node:fs';" },
  }),
  linked({
    about: 'that import a constant let',
    imports: "import { k } from './lib.ts';",
    body: 'return k + a;',
    files: { 'lib.ts': 'export let k = 1;' },
    keeps: { 'lib.ts': 'export let k = 1;', 'main.ts': "import { k } from './lib.ts';" },
  }),
  linked({
    about: 'that import what is exported under a name that is a string',
    imports: "import { 'f g' as f } from './lib.ts';",
    files: { 'lib.ts': "const f = (n: number) => n;\nexport { f as 'f g' };" },
    keeps: {
      'lib.ts': 'const f = (n: number) => n;\nexport { f as "f g" };',
      'main.ts': 'import { "f g" as f } from \'./lib.ts\';',
    },
  }),
  linked({
    about: 'without imports for effects',
    imports: "import './lib.ts';",
    body: 'return a;',
    files: { 'lib.ts': lib },
    keeps: { 'main.ts': '' },
  }),
];
