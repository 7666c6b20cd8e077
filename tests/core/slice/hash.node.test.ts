import { describe, expect, test } from 'vitest';
import { closureHash, helpersOf } from '../../../dist/core/slice/closure-hash.js';
import { Slicer } from '../../../dist/core/slice/slicer.js';
import { createNodeHasher } from '../../../dist/node/hasher.js';
import { memoryPorts, sliceIn } from './support/memory-ports.js';

const hasher = createNodeHasher();

/** The hash of `task` in a program that consists of one module or several. */
function hash(
  source: string | Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>> = {},
): string {
  const files = typeof source === 'string' ? { '/main.ts': source } : source;
  return closureHash(sliceIn(files, versions), hasher);
}

const task = (body: string, around = ''): string => `${around}\nexport function task(a: any, b: any): any { ${body}\n}`;

describe('closureHash is the same', () => {
  test.each([
    ['formatting', task('return a+b;'), task('return (a\n  + b)\n')],
    ['comments', task('return a + b;'), task('/* sum */ return a + b; // done')],
    ['types', task('return a + b;'), `export function task(a, b) { return (a as number)! + b; }`],
    ['interfaces', task('return a;', 'interface X {}'), task('return a;')],
    ['quotes', task(`return "x'y" + 'z';`), task('return `x\'y` + "\\u007a";')],
    ['concatenation of texts', task('return "x" + `y${a}` + "z";'), task('return `xy${a}z`;')],
    ['constants of minifiers', task('return [undefined, true, Infinity];'), task('return [void 0, !0, 1 / 0];')],
    ['numbers', task('return 1000 + 255;'), task('return 1e3 + 0xff;')],
    ['bigints', task('return 255n;'), task('return 0xffn;')],
    ['names of parameters', task('return a + b;'), `export function task(x: any, y: any) { return x + y; }`],
    ['names of locals', task('const k = a; return k;'), task('const l = a; return l;')],
    ['names of labels', task('k: for (;;) break k;'), task('l: for (;;) break l;')],
    ['names of helpers', task('return f(a);', 'const f = (n) => n;'), task('return g(a);', 'const g = (m) => m;')],
    [
      'names of classes',
      task('return new A();', 'class A { m() { return A; } }'),
      task('return new B();', 'class B { m() { return B; } }'),
    ],
    [
      'names of imports',
      task('return s(a);', "import { sum as s } from 'd3-array';"),
      task('return sum(a);', "import { sum } from 'd3-array';"),
    ],
    [
      'namespaces of packages',
      task('return d3.sum(a);', "import * as d3 from 'd3-array';"),
      task('return sum(a);', "import { sum } from 'd3-array';"),
    ],
    [
      'names of function expressions',
      task('return (function f() { return a; })();'),
      task('return (function () { return a; })();'),
    ],
    ['keys in quotes', task("return { 'k': a }['k'];"), task('return { k: a }.k;')],
    ['shorthands', task('return { a };'), task('return { a: a };')],
    ['braces', task('if (a) { return b; } else { return a; }'), task('if (a) return b; else return a;')],
    ['empty statements', task(';;return a;;'), task('return a;')],
    [
      'the order of functions',
      task('return f(a) + g(b);', 'const f = (n) => n; function g(n) { return n + 1; }'),
      task('return f(a) + g(b);', 'function g(n) { return n + 1; } const f = (n) => n;'),
    ],
    [
      'the order of constants',
      task('return k + l;', 'const k = 1, l = 2;'),
      task('return k + l;', 'const l = 2; const k = 1;'),
    ],
    ['let that is a constant', task('return k;', 'let k = 1;'), task('return k;', 'const k = 1;')],
    ['what is not reached', task('return a;', 'const k = 1;'), task('return a;', 'const k = 2; console.log(k);')],
    ['export', task('return k;', 'export const k = 1;'), task('return k;', 'const k = 1;\nexport { k };')],
    ['strict directives', task("'use strict'; return a;"), task('return a;')],
    ['flags of regular expressions in another order', task('return /x/gi;'), task('return /x/ig;')],
    ['optional commas and parentheses', task('return [a, b,];'), task('return ([a, (b)]);')],
  ])('whatever the %s', (_what, one, other) => {
    expect(hash(one)).toBe(hash(other));
  });

  test('when a helper moves to another module', () => {
    const here = hash(task('return f(a);', 'const k = 2; const f = (n) => n * k;'));
    const there = hash({
      '/main.ts': task('return twice(a);', "import { f as twice } from './lib.ts';"),
      '/lib.ts': "import { two } from './k.ts';\nexport const f = (n) => n * two;",
      '/k.ts': 'const k = 2;\nexport { k as two };',
    });
    expect(there).toBe(here);
  });

  test('when members of a namespace are imported by name', () => {
    const lib = 'export const f = (n) => n;';
    const spaced = { '/main.ts': task('return lib.f(a);', "import * as lib from './lib.ts';"), '/lib.ts': lib };
    const named = { '/main.ts': task('return f(a);', "import { f } from './lib.ts';"), '/lib.ts': lib };
    expect(hash(spaced)).toBe(hash(named));
  });

  test('when a default export gets a name', () => {
    const program = (lib: string): Record<string, string> => ({
      '/main.ts': task('return f(a);', "import f from './lib.ts';"),
      '/lib.ts': lib,
    });
    const anonymous = hash(program('export default function (n) { return n; }'));
    expect(hash(program('export default function f(n) { return n; }'))).toBe(anonymous);
    expect(hash(program('function f(n) { return n; }\nexport { f as default };'))).toBe(anonymous);
  });

  test('when modules that import each other are named otherwise', () => {
    const program = (odd: string, even: string): Record<string, string> => ({
      '/main.ts': task('return odd(a);', `import { odd } from './${odd}';`),
      [`/${odd}`]: `import { even } from './${even}';\nexport const odd = (n) => n !== 0 && even(n - 1);`,
      [`/${even}`]: `import { odd } from './${odd}';\nexport const even = (n) => n === 0 || odd(n - 1);`,
    });
    expect(hash(program('a.ts', 'b.ts'))).toBe(hash(program('x.ts', 'y.ts')));
  });
});

describe('closureHash is another', () => {
  test.each([
    ['a literal', task('return a + 1;'), task('return a + 2;')],
    ['what is assigned once', task('return k;', 'let k; k = 1;'), task('return k;', 'let k; k = 2;')],
    ['a literal beyond all numbers', task('return [1e999, null];'), task('return [null, 1e999];')],
    ['the type of a literal', task("return '1';"), task('return 1;')],
    ['an operator', task('return a + b;'), task('return a - b;')],
    ['the order of operands', task('return a - b;'), task('return b - a;')],
    ['parentheses that matter', task('return a * (b + 1);'), task('return a * b + 1;')],
    ['the end of an optional chain', task('return (a?.b).c;'), task('return a?.b.c;')],
    ['a default', task('return ((n = 1) => n)();'), task('return ((n = 2) => n)();')],
    ['a member', task('return a.x;'), task('return a.y;')],
    ['a key', task('return { x: a };'), task('return { y: a };')],
    ['the order of keys', task('return { x: a, y: b };'), task('return { y: b, x: a };')],
    ['a global', task('return parseInt(a);'), task('return parseFloat(a);')],
    ['async', task('return (() => a)();'), task('return (async () => a)();')],
    ['const of a local', task('const k = a; return k;'), task('var k = a; return k;')],
    [
      'which helper is called',
      task('return f(a) + f(b);', 'const f = (n) => n + 1; const g = (n) => n + 2;'),
      task('return f(a) + g(b);', 'const f = (n) => n + 1; const g = (n) => n + 2;'),
    ],
    ['which local is meant', task('const x = a, y = b; return x;'), task('const x = a, y = b; return y;')],
    [
      'a helper of a helper',
      task('return f(a);', 'const f = () => g(); const g = () => 1;'),
      task('return f(a);', 'const f = () => g(); const g = () => 2;'),
    ],
    ['a constant', task('return k;', 'const k = 1;'), task('return k;', 'const k = 2;')],
    [
      'a base class',
      task('return new C();', 'class B {} class C extends B {}'),
      task('return new C();', 'class B {} class C {}'),
    ],
    [
      'a method of a class',
      task('return new C();', 'class C { m() { return 1; } }'),
      task('return new C();', 'class C { m() { return 2; } }'),
    ],
    ['static', task('return C;', 'class C { static x = 1; }'), task('return C;', 'class C { x = 1; }')],
    [
      'a private member',
      task('return new C();', 'class C { #x = 1; x = 2; }'),
      task('return new C();', 'class C { #x = 2; x = 1; }'),
    ],
    ['a getter', task('return { get x() { return a; } };'), task('return { x() { return a; } };')],
    ['an enum', task('return E.A;', 'enum E { A = 1 }'), task('return E.A;', 'enum E { A = 2 }')],
    [
      'a parameter property',
      task('return new C(a);', 'class C { constructor(private x) {} }'),
      task('return new C(a);', 'class C { constructor(private y) {} }'),
    ],
    [
      'a decorator',
      task('return C;', 'const d = () => {}; @d class C {}'),
      task('return C;', 'const d = () => {}; class C {}'),
    ],
    ['an effect', task('return t;', 'const t = {}; t.x = 1;'), task('return t;', 'const t = {}; t.x = 2;')],
    [
      'the order of effects',
      task('return t;', 'const t = []; t.push(1); t.push(2);'),
      task('return t;', 'const t = []; t.push(2); t.push(1);'),
    ],
    [
      'when something is read',
      task('return t + n;', 'const t = []; t.push(1); const n = t.length;'),
      task('return t + n;', 'const t = []; const n = t.length; t.push(1);'),
    ],
    ['a template', task('return `a${b}c`;'), task('return `a${b}d`;')],
    ['a raw template', task('return String.raw`\\x41${b}`;'), task('return String.raw`A${b}`;')],
    ['a regular expression', task('return /a/g;'), task('return /a/;')],
    ['a label', task('k: for (;;) { l: for (;;) break k; }'), task('k: for (;;) { l: for (;;) break l; }')],
    ['yield', task('return function* () { yield a; };'), task('return function* () { yield* a; };')],
    [
      'an imported name',
      task('return s(a);', "import { sum as s } from 'd3-array';"),
      task('return s(a);', "import { max as s } from 'd3-array';"),
    ],
    [
      'a part of a package',
      task('return s(a);', "import { s } from 'd3-array';"),
      task('return s(a);', "import { s } from 'd3-array/x';"),
    ],
    [
      'a package',
      task('return s(a);', "import { s } from 'd3-array';"),
      task('return s(a);', "import { s } from 'lodash';"),
    ],
    ['a hole', task('return [, a];'), task('return [undefined, a];')],
    ['typeof', task('return typeof a;'), task('return void a;')],
    ['a computed __proto__', task("return { ['__proto__']: a };"), task('return { __proto__: a };')],
  ])('with %s', (_what, one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });

  test('with the version of a package', () => {
    const source = task('return sum(a);', "import { sum } from 'd3-array';");
    expect(hash(source, { 'd3-array': '3.2.4' })).not.toBe(hash(source, { 'd3-array': '3.2.5' }));
  });

  test('with a helper two modules away', () => {
    const program = (k: number): Record<string, string> => ({
      '/main.ts': task('return f(a);', "import { f } from './a.ts';"),
      '/a.ts': "export * from './b.ts';",
      '/b.ts': `export const f = () => ${k};\nexport const g = 0;`,
    });
    expect(hash(program(1))).not.toBe(hash(program(2)));
  });

  test('with JSON and files beside the module', () => {
    const json = (text: string): string =>
      hash({ '/main.ts': task('return d.x;', "import d from './d.json' with { type: 'json' };"), '/d.json': text });
    const asset = (text: string): string =>
      hash({ '/main.ts': task("return new URL('./d.txt', import.meta.url);"), '/d.txt': text });
    expect(json('{"x":1}')).toBe(json('{ "x": 1 }'));
    expect(json('{"x":1}')).not.toBe(json('{"x":2}'));
    expect(asset('a')).not.toBe(asset('b'));
  });
});

describe('helpersOf', () => {
  const source = (k: number): string =>
    task('return f(a) + g(b);', `const k = ${k}; const f = (n) => n + k; const g = (n) => n;`);

  test('helpersOf names the part that changed, and no other', () => {
    const before = helpersOf(sliceIn({ '/main.ts': source(1) }), hasher);
    const after = helpersOf(sliceIn({ '/main.ts': source(2) }), hasher);
    expect([...before.keys()]).toEqual(['/main.ts#task', '/main.ts#f', '/main.ts#g', '/main.ts#k']);
    const changed = [...after].filter(([name, digest]) => before.get(name) !== digest);
    expect(changed.map(([name]) => name)).toEqual(['/main.ts#k']);
  });

  test('helpersOf names packages with their versions, and modules as it is told', () => {
    const slice = sliceIn(
      { '/main.ts': task('return sum(a);', "import { sum } from 'd3-array';") },
      { 'd3-array': '3.2.5' },
    );
    expect([...helpersOf(slice, hasher, (path) => `app${path}`).keys()]).toEqual([
      'app/main.ts#task',
      'd3-array@3.2.5',
    ]);
  });
});

describe('Slicer', () => {
  test('a slicer sees what was changed in a module, and parses each text once', () => {
    const files: Record<string, string> = { '/main.ts': task('return k;', 'const k = 1;') };
    const ports = memoryPorts(files);
    let parsed = 0;
    const slicer = new Slicer({ ...ports, parse: (path, source) => (parsed++, ports.parse(path, source)) });
    const digest = (): string => {
      const slice = slicer.slice('/main.ts', { name: 'task' });
      return slice === undefined ? '' : closureHash(slice, hasher);
    };
    const first = digest();
    expect(digest()).toBe(first);
    expect(parsed).toBe(1);
    files['/main.ts'] = task('return k;', 'const k = 2;');
    expect(digest()).not.toBe(first);
    expect(parsed).toBe(2);
  });

  test('a slicer does not take a function for another when its place is that of another text', () => {
    const source = `import { schedule } from 'somen';
      export const f = schedule(function f() { return 1; });
      export const g = schedule(() => 2, { name: 'g' });
      export const make = () => other((a) => a);`;
    const slicer = new Slicer(memoryPorts({ '/main.ts': source }));
    expect(slicer.slice('/main.ts', { line: 2, column: 24, name: 'g' })?.name).toBe('g');
    expect(slicer.slice('/main.ts', { line: 2, column: 24, name: 'h' })).toBeUndefined();
    expect(slicer.slice('/main.ts', { line: 4, column: 33, name: 'h' })).toBeUndefined();
  });

  test('a slicer says nothing of a function that is not there', () => {
    const slicer = new Slicer(memoryPorts({ '/main.ts': 'export const k = 1;' }));
    expect(slicer.slice('/main.ts', { name: 'task' })).toBeUndefined();
    expect(slicer.slice('/nowhere.ts', { name: 'task' })).toBeUndefined();
    expect(slicer.slice('/main.ts', { line: 9, column: 1 })).toBeUndefined();
  });
});
