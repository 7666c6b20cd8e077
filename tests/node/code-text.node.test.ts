/** When a text that runs counts as the one that is written: after tools that take types away, and no others. */
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import { isSameFunction, isSameModule } from '../../dist/node/code-text.js';
import { moduleSource } from '../../dist/node/module-source.js';

const { parse } = moduleSource();
const path = '/app/main.ts';

const isSame = (written: string, running: string): boolean => isSameFunction({ path, written, running }, parse);

/** As tsx compiles. */
function compiled(source: string): string {
  const options = { loader: 'ts', minifyWhitespace: true, keepNames: true, target: 'node20', format: 'esm' } as const;
  return transformSync(source, options).code;
}

test('isSameFunction holds without types, comments, formatting, names of locals and kept names', () => {
  const written =
    'async function load(url: string, { a = 1 }: Options = {}): Promise<number> { /* a */ return (await get(url)) + a; }';
  expect(isSame(written, 'async function load2(u,{a:b=1}={}){return await get(u)+b}')).toBe(true);
  expect(isSame('(x: number) => inner(x)', '(y)=>inner(y)')).toBe(true);
  expect(isSame('(x) => { const f = (y) => y; return f(x); }', 'x=>{const f=__name(y=>y,"f");return f(x)}')).toBe(true);
  expect(isSame('word(text: string): string { return this.a + text; }', 'word(text) { return this.a + text; }')).toBe(
    true,
  );
});

test('isSameFunction does not hold for other code, nor for other names of what stands outside', () => {
  expect(isSame('(x) => x + 1', '(x) => x + 2')).toBe(false);
  expect(isSame('(x) => inner(x)', '(x) => outer(x)')).toBe(false);
  expect(isSame('(x) => inner(x)', '(x) => (0, __vi_import_0__.inner)(x)')).toBe(false);
  expect(isSame('(x) => x', 'function wrapper(...args) { return fn(...args); }')).toBe(false);
  expect(isSame('(x) => x', 'function () { [native code] }')).toBe(false);
});

test('isSameModule holds for what tsx makes of a module, until that is edited', () => {
  const source = `
    import { helper, unused, type Kind } from './helper.ts';
    import type { Other } from './other.ts';
    interface A { readonly x: number }
    export const one = make(function one(a: A): number { const f = (y: number) => y; return helper(f(a.x)); });
    export default class Point { constructor(public name: Kind) {} }
    export { helper as again };`.replace('public name', 'name');
  const running = compiled(source);
  expect(isSameModule({ path, written: source, running }, parse)).toBe(true);
  expect(isSameModule({ path, written: source.replace('helper(f', 'unused(f'), running }, parse)).toBe(false);
  expect(isSameModule({ path, written: source.replace("'./helper.ts'", "'./elsewhere.ts'"), running }, parse)).toBe(
    false,
  );
  expect(isSameModule({ path, written: source.replace('helper as again', 'helper as more'), running }, parse)).toBe(
    false,
  );
  expect(isSameModule({ path, written: `${source}\nact();`, running }, parse)).toBe(false);
});
