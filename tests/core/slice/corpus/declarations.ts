import type { SliceCase } from '../support/slice-case.js';

/** A module with a task whose body and surroundings are given. */
function module(body: string, around: string): string {
  return `import { schedule } from 'somen';\n${around}\nexport const task = schedule(function task(a: number): any { ${body} });`;
}

function one(about: string, body: string, around: string, keeps: string, args: readonly unknown[] = [5]): SliceCase {
  return { about, files: module(body, around), keeps, args };
}

/** Which declarations of a module belong to a slice. */
export const declarationCases: readonly SliceCase[] = [
  one('keeps nothing for a function that needs nothing', 'return a + 1;', 'const k = 1;', ''),
  one('keeps a constant', 'return a + k;', 'const k = 1;', 'const k = 1;'),
  one(
    'keeps constants of constants',
    'return a + k;',
    'const z = 0, j = 2;\nconst k = j + 1;',
    'const j = 2;\nconst k = j + 1;',
  ),
  one('keeps one of several declarators', 'return a + y;', 'const x = 1, y = 2, z = 3;', 'const y = 2;'),
  one('keeps export where it stands', 'return a + y;', 'export const x = 1, y = 2;', 'export const y = 2;'),
  one('keeps a let that nobody assigns', 'return a + y;', 'let y = 2;', 'let y = 2;'),
  one('keeps a var that is declared below', 'return a + y();', 'var y = () => 2;', 'var y = () => 2;'),
  one(
    'keeps a function that is declared below',
    'return f(a);',
    'function f(n: number) { return g(n); }\nfunction g(n: number) { return n; }\nfunction h() {}',
    'function f(n: number) { return g(n); }\nfunction g(n: number) { return n; }',
  ),
  one(
    'keeps functions that call each other',
    'return even(a);',
    'function even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }',
    'function even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }',
  ),
  one(
    'keeps a destructuring whole',
    'return a + x;',
    'const { x, y } = { x: 1, y: 2 };',
    'const { x, y } = { x: 1, y: 2 };',
  ),
  one(
    'keeps what defaults of a destructuring reach',
    'return a + x;',
    'const d = 7, e = 8;\nconst [x = d, ...rest] = [] as number[];',
    'const d = 7;\nconst [x = d, ...rest] = [] as number[];',
  ),
  one(
    'keeps what a computed name of a destructuring reaches',
    'return a + x;',
    "const key = 'k';\nconst { [key]: x } = { k: 4 };",
    "const key = 'k';\nconst { [key]: x } = { k: 4 };",
  ),
  one(
    'keeps a class',
    'return new C().m(a);',
    'class C { m(n: number) { return n; } }\nclass D {}',
    'class C { m(n: number) { return n; } }',
  ),
  one(
    'keeps a base class and what its fields reach',
    'return new C().x + a;',
    'const k = 3;\nclass B { x = k; }\nclass C extends B {}',
    'const k = 3;\nclass B { x = k; }\nclass C extends B {}',
  ),
  one(
    'keeps what static blocks reach',
    'return C.x + a;',
    'const k = 3;\nclass C { static x = 0; static { C.x = k; } }',
    'const k = 3;\nclass C { static x = 0; static { C.x = k; } }',
  ),
  one(
    'keeps private members',
    'return new C().x + a;',
    'class C { #y = 2; static #z = 3; get x() { return this.#y + C.#z; } has(o: object) { return #y in o; } }',
    'class C { #y = 2; static #z = 3; get x() { return this.#y + C.#z; } has(o: object) { return #y in o; } }',
  ),
  one(
    'keeps what computed members reach',
    'return new C().m(a);',
    "const name = 'm';\nclass C { [name](n: number) { return n; } declare m: (n: number) => number; }",
    "const name = 'm';\nclass C { [name](n: number) { return n; } declare m: (n: number) => number; }",
  ),
  one('does not keep what only shares its name with a member', 'return { k: a }.k;', 'const k = 1;', ''),
  one('does not keep what a parameter shadows', 'return ((k: number) => k)(a);', 'const k = 1;', ''),
  one('does not keep what a local variable shadows', 'const k = a; return k;', 'const k = 1;', ''),
  one('does not keep what a hoisted var shadows', 'if (a) { var k = a; } return k;', 'const k = 1;', ''),
  one(
    'does not keep what a function in the body shadows',
    'return k(a); function k(n: number) { return n; }',
    'const k = 1;',
    '',
  ),
  one(
    'keeps what is shadowed in a block only',
    '{ const k = 9; a += k; } return a + k;',
    'const k = 1;',
    'const k = 1;',
  ),
  one('keeps what a default of a parameter reaches', 'return ((n = k) => n)() + a;', 'const k = 1;', 'const k = 1;'),
  one('does not keep what a catch parameter shadows', 'try { throw a; } catch (k) { return k; }', 'const k = 1;', ''),
  one('does not keep what a loop shadows', 'let s = 0; for (const k of [a]) s += k; return s;', 'const k = 1;', ''),
  one(
    'keeps what the list of a loop reaches',
    'let s = 0; for (const n of k) s += n * a; return s;',
    'const k = [1, 2];',
    'const k = [1, 2];',
  ),
  one(
    'does not keep what the name of a class expression shadows',
    'return new (class k { v = a; })().v;',
    'const k = 1;',
    '',
  ),
  one(
    'does not keep what the name of a function expression shadows',
    'return (function k(n: number): number { return n ? k(n - 1) : 0; })(a);',
    'const k = 1;',
    '',
  ),
  one(
    'does not keep what destructured parameters shadow',
    'return (({ k, ...l }: any) => k + l.m)({ k: a, m: 1 });',
    'const k = 1, l = 2;',
    '',
  ),
  one('keeps the target of a shorthand member', 'return { k }.k + a;', 'const k = 1;', 'const k = 1;'),
];
