import type { SliceCase } from '../support/slice-case.js';

function one(about: string, fn: string, around: string, keeps: string, args: readonly unknown[] = [5]): SliceCase {
  const files = `import { schedule } from 'somen';\n${around}\nexport const task = schedule(${fn});`;
  return { about, files: { 'main.js': files }, keeps, args };
}

/** Constructs of ECMAScript inside of what is reached. */
export const languageCases: readonly SliceCase[] = [
  one(
    'with a generator',
    'function* task(a) { yield a; yield* more(a); }',
    'function* more(a) { yield k; }\nconst k = 2;',
    'function* more(a) { yield k; }\nconst k = 2;',
  ),
  one(
    'with async iteration',
    'async function task(a) { let s = 0; for await (const n of more(a)) s += n; return s; }',
    'async function* more(a) { yield a; }',
    'async function* more(a) { yield a; }',
  ),
  one(
    'with labels that are named like constants',
    'function task(a) { k: for (;;) { for (;;) break k; } return a; }',
    'const k = 1;',
    '',
  ),
  one(
    'with a labelled block',
    'function task(a) { out: { if (a) break out; return 0; } return l + a; }',
    'const out = 1, l = 2;',
    'const l = 2;',
  ),
  one(
    'with a tagged template',
    'function task(a) { return tag`x${a}\\n`; }',
    'const tag = (s, n) => s.raw[1] + n;',
    'const tag = (s, n) => s.raw[1] + n;',
  ),
  one('with a template', 'function task(a) { return `${k}-${a}`; }', 'const k = 1;', 'const k = 1;'),
  one(
    'with optional chains',
    'function task(a) { return k?.b?.(a) ?? l?.[0]; }',
    'const k = { b: null }, l = [3];',
    'const k = { b: null }, l = [3];',
  ),
  one(
    'with getters and setters',
    'function task(a) { const o = { get k() { return k; }, set k(v) {} }; return o.k + a; }',
    'const k = 1;',
    'const k = 1;',
  ),
  one(
    'with spread arguments',
    'function task(a) { return Math.max(...list, a); }',
    'const list = [9];',
    'const list = [9];',
  ),
  one(
    'with computed members',
    'function task(a) { return table[key] + a; }',
    "const key = 'x', other = 1;\nconst table = { x: 4 };",
    "const key = 'x';\nconst table = { x: 4 };",
  ),
  one(
    'with new.target',
    'function task(a) { function F() { return new.target === undefined ? { v: 1 } : { v: k }; } return new F().v + a; }',
    'const k = 2;',
    'const k = 2;',
  ),
  one(
    'with a switch',
    'function task(a) { switch (a) { case k: return 1; default: let l = 2; return l; } }',
    'const k = 5, l = 3;',
    'const k = 5;',
  ),
  one(
    'with regular expressions and bigints',
    'function task(a) { return re.test(String(a)) ? big : 0n; }',
    'const re = /\\d+/g, big = 10n;',
    'const re = /\\d+/g, big = 10n;',
  ),
  one(
    'with this of a method',
    'function task(a) { return helper.get(a); }',
    'const helper = { k: 3, get(n) { return this.k + n; } };',
    'const helper = { k: 3, get(n) { return this.k + n; } };',
  ),
  one('with arguments of its own', 'function task() { return arguments.length + k; }', 'const k = 1;', 'const k = 1;'),
  {
    about: 'with this at the top level of the module',
    files: {
      'main.js':
        "import { schedule } from 'somen';\nexport const task = schedule((a) => (this === undefined ? a : 0), { name: 'corpus/this' });",
    },
    at: 'corpus/this',
    keeps: '',
  },
  one(
    'with typeof of what is not declared',
    "function task(a) { return typeof nowhere === 'undefined' ? a : k; }",
    'const k = 1;',
    'const k = 1;',
  ),
  one(
    'with assignments to locals',
    'function task(a) { let n; [n, a] = [a, k]; ({ n } = { n: n + 1 }); n++; n ||= 3; return n + a; }',
    'const k = 1;',
    'const k = 1;',
  ),
  one(
    'with exceptions',
    'function task(a) { try { throw new Failure(a); } catch ({ message }) { return message; } finally { done.has(1); } }',
    'class Failure extends Error {}\nconst done = new Set();',
    'class Failure extends Error {}\nconst done = new Set();',
  ),
  one(
    'with a sequence, void and delete',
    'function task(a) { const o = { k: 1 }; delete o.k; return (void 0, k, a); }',
    'const k = 1;',
    'const k = 1;',
  ),
  one(
    'with exponents and compound assignment',
    'function task(a) { let x = a; x **= k; x >>>= 1; return x; }',
    'const k = 2;',
    'const k = 2;',
  ),
  one(
    'with a class inside',
    'function task(a) { class B { static #k = k; static get() { return B.#k; } } return B.get() + a; }',
    'const k = 2;',
    'const k = 2;',
  ),
  one(
    'with super',
    'function task(a) { return new B().m(a); }',
    'class A { m(n) { return n + 1; } }\nclass B extends A { m(n) { return super.m(n) * 2; } }',
    'class A { m(n) { return n + 1; } }\nclass B extends A { m(n) { return super.m(n) * 2; } }',
  ),
  one(
    'with a variable of its own in each loop',
    'function task(a) { const fs = []; for (let i = 0; i < a; i++) fs.push(() => i + k); return fs.map((f) => f()); }',
    'const k = 2, i = 4;',
    'const k = 2;',
  ),
  one(
    'with global functions',
    'function task(a) { return structuredClone([a]).concat(parseInt("3", k)); }',
    'const k = 10;',
    'const k = 10;',
  ),
  one(
    'with symbols as members',
    'function task(a) { return [...new Range(a)]; }',
    'class Range { constructor(n) { this.n = n; } *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i; } }',
    'class Range { constructor(n) { this.n = n; } *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i; } }',
  ),
  one('with comments inside', 'function task(a) { /* k */ return a; }', '// about k\nconst k = 1;', ''),
  one(
    'with a directive',
    "function task(a) { 'use strict'; return a + k; }",
    "'use strict';\nconst k = 1;",
    'const k = 1;',
  ),
];
