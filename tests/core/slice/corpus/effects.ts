import type { SliceCase } from '../support/slice-case.js';

function one(about: string, body: string, around: string, keeps: string, args: readonly unknown[] = [5]): SliceCase {
  const files = `import { schedule } from 'somen';\n${around}\nexport const task = schedule(function task(a) { ${body} });`;
  return { about, files: { 'main.js': files }, keeps, args };
}

/** Statements that belong to what they change, and those that do not. */
export const effectCases: readonly SliceCase[] = [
  one(
    'keep an assignment to a member',
    'return table.x + a;',
    'const table = {};\ntable.x = 1;',
    'const table = {};\ntable.x = 1;',
  ),
  one(
    'keep an assignment deep inside',
    'return table.x.y + a;',
    'const table = { x: {} };\ntable.x.y = 1;\ntable["x"].z++;',
    'const table = { x: {} };\ntable.x.y = 1;\ntable["x"].z++;',
  ),
  one(
    'keep the only assignment of a variable',
    'return table.x + k + a;',
    'let table, k, other;\nother = 1;\nk = 2;\ntable = { x: k };',
    'let table, k;\nk = 2;\ntable = { x: k };',
  ),
  one(
    'keep calls of methods',
    'return list[0] + a;',
    'const list = [], other = [];\nlist.push(3);\nother.push(4);',
    'const list = [];\nlist.push(3);',
  ),
  one(
    'keep members of a function',
    'return f(a) + f.k;',
    'function f(n) { return n; }\nf.k = 3;\nconst g = 1;',
    'function f(n) { return n; }\nf.k = 3;',
  ),
  one(
    'keep Object.assign',
    'return f(a) + f.k;',
    'const f = (n) => n;\nconst more = { k: 3 };\nObject.assign(f, more);',
    'const f = (n) => n;\nconst more = { k: 3 };\nObject.assign(f, more);',
  ),
  one(
    'keep Object.defineProperty',
    'return o.k + a;',
    "const o = {};\nObject.defineProperty(o, 'k', { value: 3 });",
    "const o = {};\nObject.defineProperty(o, 'k', { value: 3 });",
  ),
  one(
    'keep what extends a prototype',
    'return new C().m(a);',
    'class C {}\nC.prototype.m = function (n) { return n + 1; };',
    'class C {}\nC.prototype.m = function (n) { return n + 1; };',
  ),
  one(
    'keep loops that fill a table',
    'return table[2] + a;',
    'const table = [];\nfor (let i = 0; i < 3; i++) table[i] = i * k;\nconst k = 2;'
      .replace('\nconst k = 2;', '')
      .replace('* k', '* 2'),
    'const table = [];\nfor (let i = 0; i < 3; i++) table[i] = i * 2;',
  ),
  one(
    'keep callbacks that fill a table',
    'return table.b + a;',
    "const table = {};\n['a', 'b'].forEach((name, i) => { table[name] = i; });",
    "const table = {};\n['a', 'b'].forEach((name, i) => { table[name] = i; });",
  ),
  one(
    'keep conditions around changes',
    'return table.x + a;',
    'const table = { x: 0 };\nif (typeof process === "object") { table.x = 2; }',
    'const table = { x: 0 };\nif (typeof process === "object") { table.x = 2; }',
  ),
  one(
    'keep functions that are called at once',
    'return table.x + a;',
    'const table = {};\n(() => { table.x = 2; })();',
    'const table = {};\n(() => { table.x = 2; })();',
  ),
  one(
    'keep constants that change something on the way',
    'return list.length + a;',
    'const list = [1];\nconst count = list.push(2), other = 3;',
    'const list = [1];\nconst count = list.push(2);',
  ),
  one(
    'keep deletions',
    'return Object.keys(table).length + a;',
    'const table = { x: 1, y: 2 };\ndelete table.y;',
    'const table = { x: 1, y: 2 };\ndelete table.y;',
  ),
  one(
    'keep calls of functions that fill what they are given',
    'return table.x + a;',
    'const table = {};\nfunction fill(t) { t.x = 5; }\nfill(table);',
    'const table = {};\nfunction fill(t) { t.x = 5; }\nfill(table);',
  ),
  one(
    'keep calls of functions that fill a constant',
    'return table.x + a;',
    'const table = {};\nfunction setup() { inner(); }\nfunction inner() { table.x = 5; }\nsetup();',
    'const table = {};\nfunction setup() { inner(); }\nfunction inner() { table.x = 5; }\nsetup();',
  ),
  one(
    'keep the changes in their order',
    'return list.join() + a;',
    'const list = [];\nlist.push(1);\nconst n = list.length;\nlist.push(n);\nlist.reverse();',
    'const list = [];\nlist.push(1);\nconst n = list.length;\nlist.push(n);\nlist.reverse();',
  ),
  one(
    'keep destructuring into members',
    'return table.x + a;',
    'const table = {};\n[table.x, table.y] = [1, 2];',
    'const table = {};\n[table.x, table.y] = [1, 2];',
  ),
  one(
    'leave out what only reads',
    'return list[0] + a;',
    'const list = [3];\nglobalThis.seen = list.length;\nconst first = list.map((x) => x);',
    'const list = [3];',
  ),
  one(
    'leave out handlers that change something later',
    'return list.length + a;',
    'const list = [3];\nsetTimeout(() => { list.push(4); }, 0).unref();',
    'const list = [3];',
  ),
  one(
    'leave out calls that fill a cache of the task',
    'return fib(a);',
    'const cache = new Map();\nfunction fib(n) { if (!cache.has(n)) cache.set(n, n < 2 ? n : fib(n - 1) + fib(n - 2)); return cache.get(n); }\nglobalThis.first = fib(3);',
    'const cache = new Map();\nfunction fib(n) { if (!cache.has(n)) cache.set(n, n < 2 ? n : fib(n - 1) + fib(n - 2)); return cache.get(n); }',
  ),
  one(
    'leave out what happens to something else',
    'return k + a;',
    'const k = 1, page = { append() {} };\npage.append(k);\nglobalThis.title = `x${k}`;',
    'const k = 1;',
  ),
  {
    about: 'keep changes of what is imported',
    files: {
      'main.js': `
        import { schedule } from 'somen';
        import { table, get } from './table.js';
        table.x = 4;
        export const task = schedule(function task(a) { return get('x') + a; });`,
      'table.js': `
        export const table = {};
        table.y = 1;
        export const get = (name) => table[name];`,
    },
    keeps: {
      'table.js': `
        export const table = {};
        table.y = 1;
        export const get = (name) => table[name];`,
      'main.js': `
        import { table, get } from './table.js';
        table.x = 4;`,
    },
  },
  {
    about: 'keep plugins of packages',
    files: {
      'main.js': `
        import { schedule } from 'somen';
        import { Matrix, inverse } from 'ml-matrix';
        Matrix.prototype.first = function () { return this.get(0, 0); };
        export const task = schedule(function task(a) { return Matrix.eye(a).first(); });`,
    },
    keeps: {
      'main.js': `
        import { Matrix } from 'ml-matrix';
        Matrix.prototype.first = function () { return this.get(0, 0); };`,
    },
  },
];
