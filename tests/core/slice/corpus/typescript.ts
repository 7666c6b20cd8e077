import type { SliceCase } from '../support/slice-case.js';

function one(about: string, body: string, around: string, keeps: string, args: readonly unknown[] = [5]): SliceCase {
  const files = `import { schedule } from 'somen';\n${around}\nexport const task = schedule(function task(a: number): any { ${body} });`;
  return { about, files, keeps, args };
}

const react = `
  export const seen = [];
  const createElement = (type, props, ...children) => ({ type, props, children });
  export default { createElement, Fragment: 'fragment' };`;
const keptReact = `
  const createElement = (type, props, ...children) => ({ type, props, children });
  export default { createElement, Fragment: 'fragment' };`;
const runtime = `
  export const jsx = (type, props) => ({ type, props });
  export const jsxs = (type, props) => ({ type, props, many: true });
  export const Fragment = 'fragment';`;

/** What only TypeScript and JSX have. */
export const typeScriptCases: readonly SliceCase[] = [
  one(
    'without interfaces and types',
    'const x: Foo = { a }; return (x as Bar).a;',
    'interface Foo { a: number }\ntype Bar = Foo;',
    '',
  ),
  one('without what only a type mentions', 'const x: typeof k = a; return x;', 'const k = 1 as number;', ''),
  one(
    'with assertions of types',
    'return (k as any)!.x satisfies number;',
    'const k = { x: 3 } as const;',
    'const k = { x: 3 } as const;',
  ),
  one(
    'with type arguments',
    'return id<Foo>(a);',
    'interface Foo {}\nconst id = <T>(x: any): T => x;',
    'const id = <T>(x: any): T => x;',
  ),
  one(
    'with an enum',
    'return Color.Red + a + Color[1]!.length;',
    'enum Color { Red, Green = Red + 1 }\nenum Other {}',
    'enum Color { Red, Green = Red + 1 }',
  ),
  one(
    'with a constant enum',
    'return Color.Green + a;',
    'const enum Color { Red = 3, Green = Red << 1 }',
    'const enum Color { Red = 3, Green = Red << 1 }',
  ),
  one(
    'with an enum that reaches constants',
    'return E.A + a;',
    "const k = 7;\nenum E { A = k, B = 'x'.length }",
    "const k = 7;\nenum E { A = k, B = 'x'.length }",
  ),
  one(
    'with a merged enum',
    'return E.B + a;',
    'enum E { A = 1 }\nenum E { B = 2 }',
    'enum E { A = 1 }\nenum E { B = 2 }',
  ),
  one(
    'with parameter properties',
    'return new P(a).sum();',
    'const k = 1;\nclass P { constructor(private x: number, readonly y = k) {} sum() { return this.x + this.y; } }',
    'const k = 1;\nclass P { constructor(private x: number, readonly y = k) {} sum() { return this.x + this.y; } }',
  ),
  one(
    'with overloads',
    'return f(a);',
    'function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: any) { return x; }',
    'function f(x: any) { return x; }',
  ),
  one(
    'with an abstract class',
    'return new B().m() + a;',
    'abstract class A { abstract n(): number; m() { return this.n(); } declare z: string; }\nclass B extends A { n() { return 3; } }',
    'abstract class A { abstract n(): number; m() { return this.n(); } declare z: string; }\nclass B extends A { n() { return 3; } }',
  ),
  one(
    'with a decorator',
    'return new B().m(a);',
    'const log = (fn: any, _c: any) => function (this: any, n: number) { return fn.call(this, n) + 1; };\nclass B { @log m(n: number) { return n; } }',
    'const log = (fn: any, _c: any) => function (this: any, n: number) { return fn.call(this, n) + 1; };\nclass B { @log m(n: number) { return n; } }',
  ),
  one(
    'with a decorator that is called',
    'return new B().v + a;',
    'const k = 4;\nconst start = (n: number) => (_v: any, _c: any) => () => n;\nclass B { @start(k) v = 0; }',
    'const k = 4;\nconst start = (n: number) => (_v: any, _c: any) => () => n;\nclass B { @start(k) v = 0; }',
  ),
  one(
    'with the this parameter of a function',
    'return f.call({ k: a });',
    'function f(this: { k: number }) { return this.k; }',
    'function f(this: { k: number }) { return this.k; }',
  ),
  one(
    'without what is declared only',
    'return a;',
    'declare const k: number;\ndeclare function f(): void;\ndeclare global {}',
    '',
  ),
  one(
    'with optional parameters and definite variables',
    'let x!: number; x = f(a); return x;',
    'function f(n?: number) { return n ?? 0; }',
    'function f(n?: number) { return n ?? 0; }',
  ),
  one(
    'with instantiated functions',
    'return g(a);',
    'const f = <T,>(x: T) => x;\nconst g = f<number>;',
    'const f = <T,>(x: T) => x;\nconst g = f<number>;',
  ),
  {
    about: 'without imports of types',
    files: {
      'main.ts': `
        import { schedule } from 'somen';
        import type { Foo } from './types.ts';
        import { type Bar, k, Baz } from './types.ts';
        export const task = schedule(function task(a: Foo): Bar { const x: Baz = a + k; return x; });`,
      'types.ts': `
        export type Foo = number; export type Bar = number; export interface Baz {}
        export const k = 1;`,
    },
    keeps: { 'types.ts': 'export const k = 1;', 'main.ts': "import { k } from './types.ts';" },
  },
  {
    about: 'with JSX for React',
    jsx: 'transform',
    files: {
      'main.tsx': `
        import { schedule } from 'somen';
        import React from './react.js';
        const Box = (props: any) => props, Other = 1;
        export const task = schedule(function task(a: number) { return JSON.stringify(<div id="k"><Box {...{ a }}> x </Box>{a}</div>); });`,
      'react.js': react,
    },
    keeps: {
      'react.js': keptReact,
      'main.tsx': "import { default as React } from './react.js';\nconst Box = (props: any) => props;",
    },
  },
  {
    about: 'with fragments and members as elements',
    jsx: 'transform',
    files: {
      'main.tsx': `
        import { schedule } from 'somen';
        import React from './react.js';
        const ui = { Box: (props: any) => props };
        export const task = schedule(function task(a: number) { return JSON.stringify(<><ui.Box a={a} /></>); });`,
      'react.js': react,
    },
    keeps: {
      'react.js': keptReact,
      'main.tsx': "import { default as React } from './react.js';\nconst ui = { Box: (props: any) => props };",
    },
  },
  {
    about: 'with the JSX runtime of a pragma',
    jsx: 'automatic',
    files: {
      'main.tsx': `
        /** @jsxImportSource ./own */
        import { schedule } from 'somen';
        export const task = schedule(function task(a: number) { return <p>{a}<b /></p>; });`,
      'own/jsx-runtime.js': runtime,
    },
    keeps: { 'own/jsx-runtime.js': runtime, 'main.tsx': '/** @jsxImportSource ./own */' },
  },
];
