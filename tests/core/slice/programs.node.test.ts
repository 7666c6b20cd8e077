import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evaluateMarked, evaluateSlices, type EvaluatedProgram, type Sources } from './support/evaluate-program.js';
import { caseFolder } from './support/execute.js';
import { programIn, slicesIn } from './support/program-in.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const somen = "import { schedule, tasks, unwrap } from 'somen';\n";
let count = 0;

/** Evaluates the slices of entries, which must make each task that can be sliced, and nothing else of these modules. */
async function sliced(files: Sources, entries: readonly string[] = ['/main.ts']): Promise<EvaluatedProgram> {
  const evaluated = await evaluateSlices(join(folder, `slice-${count++}`), files, entries);
  const program = programIn(files);
  for (const path of entries) {
    for (const { name, version, sliced: isThere } of program.tasks(path)) {
      const mark = evaluated.markOf(name);
      expect([name, mark?.slice !== undefined]).toEqual([name, isThere]);
      if (mark?.version !== undefined) expect(mark.version).toBe(version);
    }
  }
  return evaluated;
}

/** The page: globals that workers do not have. */
const page = "document.title = 'page';\nwindow.addEventListener('load', () => {});\n";

describe('the slices of a program', () => {
  test('leave the page out', async () => {
    const files = {
      '/main.ts': `${somen}import { f } from './lib.ts';\n${page}export const task = schedule((x: number) => f(x) + 1);\nexport const body = document.body;\n`,
      '/lib.ts': `${page}const k = 2;\nexport const f = (x: number) => x * k;\nexport const g = () => document;\n`,
    };
    const { call } = await sliced(files);
    expect(call('task', 3)).toBe(7);
  });

  test('hold what several modules reach once, with what all of them need', async () => {
    const files = {
      '/a.ts': `${somen}import { Point, f } from './lib.ts';\nexport const make = schedule((x: number) => new Point(f(x)));`,
      '/b.ts': `${somen}import { Point, g } from './lib.ts';\nexport const look = schedule((p: Point) => [p instanceof Point, g(p.x)]);`,
      '/lib.ts': `${page}export class Point { constructor(readonly x: number) {} }\nexport const f = (x: number) => x + 1;\nexport const g = (x: number) => x * 2;\nexport const h = 1;`,
    };
    expect(Object.keys(slicesIn(files, ['/a.ts', '/b.ts'])).toSorted()).toEqual(['/a.ts', '/b.ts', '/lib.ts']);
    const { call } = await sliced(files, ['/a.ts', '/b.ts']);
    expect(call('look', call('make', 3))).toEqual([true, 8]);
    expect(slicesIn(files, ['/a.ts'])['/lib.ts']).not.toContain('const g');
  });

  test('follow what is passed on', async () => {
    const files = {
      '/main.ts': `${somen}import { f, second as g, fallback, space } from './index.ts';\nimport * as all from './index.ts';\nexport const task = schedule((x: number) => [f(x), g(x), fallback(x), space.f(x), all.last]);`,
      '/index.ts': `${page}export * from './far/a.ts';\nexport { first as second, default as fallback } from './far/b.ts';\nexport * as space from './far/a.ts';\nimport { last } from './far/b.ts';\nexport { last, last as unused };`,
      '/far/a.ts': 'export const f = (x: number) => x + 1;',
      '/far/b.ts': `export function first(x: number) { return x + 2; }\nexport default function (x: number) { return x + 3; }\nexport const last = 'z', page = document;`,
    };
    const { call } = await sliced(files);
    expect(call('task', 1)).toEqual([2, 3, 4, 2, 'z']);
  });

  test('read JSON and files beside them', async () => {
    const files = {
      '/main.ts': `${somen}import { readFileSync } from 'node:fs';\nimport data, { k as l } from './data/d.json' with { type: 'json' };\nexport const task = schedule(() => [data.k, readFileSync(new URL('./data/x.txt', import.meta.url), 'utf8')]);\nexport const unused = l;`,
      '/data/d.json': '{ "k": 5 }',
      '/data/x.txt': 'text',
    };
    const { call } = await sliced(files);
    expect(call('task')).toEqual([5, 'text']);
    const [slice] = programIn(files).slices(['/main.ts']).values();
    expect(slice).toMatchObject({ imports: [], files: ['/data/d.json', '/data/x.txt'] });
  });

  test('import modules when they are asked to', async () => {
    const files = {
      '/main.ts': `${somen}${page}export const task = schedule(async (x: number) => (await import('./lib.ts')).f(x));`,
      '/lib.ts': 'export const f = (x: number) => x + k;\nconst k = 1;',
    };
    const { call } = await sliced(files);
    expect(await call('task', 1)).toBe(2);
  });

  test('evaluate modules in the order of the program, also where they import each other', async () => {
    const files = {
      '/main.ts': `${somen}import { even } from './even.ts';\nimport { order } from './order.ts';\nimport { odd } from './odd.ts';\nexport const task = schedule((n: number) => [even(n), odd(n), order.join()]);`,
      '/even.ts': `import { odd } from './odd.ts';\nimport { order } from './order.ts';\norder.push('even');\n${page}export const even = (n: number): boolean => n === 0 || odd(n - 1);`,
      '/odd.ts': `import { even } from './even.ts';\nimport { order } from './order.ts';\norder.push('odd');\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
      '/order.ts': 'export const order: string[] = [];',
    };
    const { call } = await sliced(files);
    expect(call('task', 5)).toEqual([false, true, 'odd,even']);
  });

  test('keep what fills a table for one task, where another one fills it itself', async () => {
    const source = `${somen}const table = new Map<string, number>();\nfunction fill(k: number) { table.set('k', k); }\nfill(3);\nexport const read = schedule(() => table.get('k'));\nexport const write = schedule((k: number) => { fill(k); return table.size; });`;
    const { call } = await sliced({ '/main.ts': source });
    expect(call('read')).toBe(3);
    expect(call('write', 4)).toBe(1);
  });

  test('keep some declarators, and end statements that another one ended', async () => {
    const source = `${somen}const a = 1, b = document, c = 2,\n  d = window;\nlet e = document, f = 3\nlet g = f\nconst h = window;\n(globalThis as any).there = true;\nexport const task = schedule(() => [a, c, f, g, list]);\nconst list: number[] = []\nconst page = document;\n[4, 5].forEach((x) => list.push(x));`;
    const { call } = await sliced({ '/main.ts': source });
    expect(call('task')).toEqual([1, 2, 3, 3, [4, 5]]);
  });

  test('leave each line where it is', () => {
    const source = `${somen}${page}import {\n  f,\n  g,\n} from './lib.ts';\n\n/**\n * What it does.\n */\nexport const task = schedule(\n  (x: number) =>\n    f(x),\n);\nfunction App() {\n  return schedule((y: number) => y);\n}\nexport { App,\n  g };\nconst last = schedule(() => 0);\n`;
    const files = { '/main.ts': source, '/lib.ts': 'export const f = (x: number) => x, g = 1;' };
    const lines = slicesIn(files, ['/main.ts'])['/main.ts']?.split('\n') ?? [];
    for (const text of ['import {', 'export const task', 'f(x),', 'const last']) {
      const line = source.split('\n').findIndex((one) => one.includes(text));
      expect(lines[line]).toContain(text.replace('import {', 'import'));
    }
  });

  test('make tasks that stand in expressions and functions', async () => {
    const source = `${somen}${page}const k = 2;
export const all = { page: document, add: schedule((x: number) => x + k, { name: 'all/add' }) };
export class Box { static page = document; static mul = schedule(function mul(x: number) { return x * k; }); }
export function App() {
  const { up } = tasks('app', { up(x: number) { return x + k; }, down: (x: number) => x - k });
  return document.body.append(up, schedule(function shown(x: number) { return [x]; }, { name: 'app/shown', retries: k }));
}
const made = [1, 2].map(() => schedule(async (x: number) => x * k));
schedule(function alone(x: number) { return x; });
export default schedule((x: number) => -x, { name: 'default' });
export const { one, two: renamed } = tasks('two', { one: () => 1, two: () => one() }, { retries: 2 });`;
    const { call, registry } = await sliced({ '/main.ts': source });
    expect(call('all/add', 1)).toBe(3);
    expect(call('mul', 3)).toBe(6);
    expect([call('app/up', 1), call('app/down', 1)]).toEqual([3, -1]);
    expect(call('app/shown', 1)).toEqual([1]);
    expect([call('alone', 1), call('default', 1), call('two/two')]).toEqual([1, -1, 1]);
    const anonymous = [...registry.keys()].find((name) => name.startsWith('anonymous-')) ?? '';
    expect(await call(anonymous, 2)).toBe(4);
  });

  test('hold methods and classes', async () => {
    const source = `import { schedule as later } from 'somen';\nimport * as s from 'somen';\n${page}const k = 2;
@later
export class Counter {
  #by = k;
  @later add(x: number) { return x + this.#by; }
  @s.schedule({ version: '2' }) static mul(x: number) { return x * k; }
  plain() { return document; }
}
const hints = { version: '3' };
export default class { @later(hints) last() { return k; } }
class Unused { page = document; }`;
    const { call, registry, exports, markOf } = await sliced({ '/main.ts': source });
    const { Counter } = exports['/main.ts'] as { Counter: new () => object };
    expect([...registry.keys()].toSorted()).toEqual(['Counter', 'Counter.add', 'Counter.mul', 'default.last']);
    expect(registry.get('Counter')?.fn).toBe(Counter);
    expect(registry.get('Counter.add')?.fn.call(new Counter(), 3)).toBe(5);
    expect(call('Counter.mul', 3)).toBe(6);
    expect(markOf('Counter')).toMatchObject({ version: expect.any(String), slice: expect.any(String) });
  });

  test('hold tasks that components lift', async () => {
    const files = {
      '/app.tsx': `${somen}import { useMemo, useState } from 'react';
import { scale } from './lib.ts';
import './style.css';
${page}const unit = 10;
export function App({ k }: { k: number }) {
  const [count, setCount] = useState(0);
  const help = (x: number) => scale(x) * k;
  const inner = schedule((x: number) => help(x) + count);
  const outer = useMemo(() => schedule((x: number) => [inner(x), unit], { name: 'app/outer' }), [inner]);
  return <button onClick={() => setCount(1)}>{String(outer)}</button>;
}`,
      '/lib.ts': `${page}export const scale = (x: number) => x * 2;`,
    };
    const { call, markOf } = await sliced(files, ['/app.tsx']);
    const [inner] = programIn(files).tasks('/app.tsx');
    expect(inner?.captured).toEqual(['k', 'count']);
    expect(call(inner?.name ?? '', [3, 7], 5)).toBe(37);
    expect(call('app/outer', [3, 7], 5)).toEqual([37, 10]);
    expect(markOf('app/outer')?.captured).toBeUndefined();
    expect(slicesIn(files, ['/app.tsx'])['/app.tsx']).not.toMatch(/react|document|style/);
  });

  test('are TypeScript where the program is', async () => {
    const files = {
      '/main.ts': `${somen}import { type Shape, Kind, area } from './lib.ts';\nimport type { Other } from './other.ts';\ndeclare const DEBUG: boolean;\ninterface Box<T> { readonly value: T }\ntype Pair = [Box<number>, Other?];\nabstract class Base<T> { abstract get(): T; twice(): [T, T] { return [this.get(), this.get()]; } }\nclass Own extends Base<number> { constructor(private readonly k: number, public shape?: Shape) { super(); } override get() { return this.k; } }\nfunction pick(x: number): number;\nfunction pick(x: string): string;\nfunction pick(x: any) { return x; }\nexport const task = schedule(<T extends number>(x: T): unknown => [pick(x)!, Kind.B, area({ side: x } satisfies Shape), new Own(x as number).twice()] as Pair | unknown);`,
      '/lib.ts':
        'export interface Shape { side: number }\nexport enum Kind { A = 1, B = A + 2 }\nexport const area = ({ side }: Shape) => side ** 2;\nexport const page: Document = document;',
      '/other.ts': 'export type Other = number;',
    };
    const { call } = await sliced(files);
    expect(call('task', 3)).toEqual([3, 3, 9, [3, 3]]);
  });

  test('leave out tasks that cannot be followed, and tasks that call them', async () => {
    const source = `${somen}let count = 0;\nfunction up() { count++; }\nup();\nexport const bad = schedule(() => count);\nexport const { fine, worse } = tasks('n', { fine: (x: number) => x, worse: () => count });\nexport const outer = schedule((x: number) => bad(x));\nexport const good = schedule((x: number) => x + 1);`;
    const files = { '/main.ts': source };
    const { registry, call } = await sliced(files);
    expect([...registry.keys()].toSorted()).toEqual(['good', 'n/fine']);
    expect([call('good', 1), call('n/fine', 1)]).toEqual([2, 1]);
    const marked = await evaluateMarked(join(folder, `marked-${count++}`), files, ['/main.ts']);
    expect(marked.markOf('bad')).toEqual({
      module: 'somen:app/main.ts',
      name: 'bad',
      refused: expect.stringMatching(/^No slice holds 'bad': Cannot follow 'count': .*\(app\/main\.ts:5:35\)$/),
    });
    expect(marked.markOf('outer')).toMatchObject({ version: expect.any(String) });
    expect(marked.markOf('outer')).not.toHaveProperty('slice');
    expect(marked.markOf('good')).toMatchObject({ slice: expect.stringMatching(/^file:.*main\.ts$/) });
  });

  test('know tasks of the main thread by their names, and leave out what these reach', async () => {
    const source = `${somen}const root = document.body;
export const show = schedule(
  (x: number) => { root.append(String(x)); return [1].map(() => schedule(() => x, { name: 'show/inner' })); },
  { name: 'show', main: true },
);
export const { put } = tasks('page', { put(x: number) { root.append(String(x)); } }, { main: true });
export const task = schedule((x: number) => [typeof show, typeof put, x]);
export const direct = schedule((x: number) => unwrap(show)(x), { name: 'direct' });`;
    const files = { '/main.ts': source };
    const { call, markOf } = await sliced(files);
    expect(call('task', 1)).toEqual(['function', 'function', 1]);
    expect(() => call('direct', 1)).toThrow("Cannot run 'show' in a worker: it is for the main thread alone");
    const [, inner] = programIn(files).tasks('/main.ts');
    expect(inner).toMatchObject({ name: 'show/inner', version: expect.any(String), sliced: true });
    expect(call('show/inner', [7])).toBe(7);
    expect(markOf('show')).toEqual({ module: 'somen:app/main.ts', name: 'show', version: expect.any(String) });
    expect(markOf('page/put')).toEqual({ module: 'somen:app/main.ts', name: 'page/put', version: expect.any(String) });
  });

  test('are empty for modules without tasks, and missing for those that are not there', () => {
    const files = { '/main.ts': `${page}export const f = 1;` };
    expect(slicesIn(files, ['/main.ts', '/nowhere.ts'])).toEqual({ '/main.ts': expect.stringMatching(/^[\s;]*$/) });
    const program = programIn(files);
    expect([program.tasks('/nowhere.ts'), program.instrument('/nowhere.ts'), program.instrument('/main.ts')]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('a program with marks', () => {
  test('does the same as before, and its marks agree with those in slices', async () => {
    const files = {
      '/main.ts': `${somen}import { lib } from './lib.ts';\nexport const a = schedule((x: number) => lib(x) + 1);\nexport const { b } = tasks('n', { b(x: number) { return a(x) * 2; } });\nexport const make = (k: number) => schedule((x: number) => b(x) + k, { name: 'made' });\nexport const plain = unwrap(a)(3);\nexport const result = make(5)(3);`,
      '/lib.ts': `${somen}export const lib = schedule((x: number) => x * 10);`,
    };
    const marked = await evaluateMarked(join(folder, `marked-${count++}`), files, ['/main.ts']);
    expect(marked.exports['/main.ts']).toMatchObject({ plain: 31, result: 67 });
    const { call, markOf } = await sliced(files, ['/main.ts', '/lib.ts']);
    for (const name of ['a', 'n/b', 'made', 'lib']) {
      const { version, module } = marked.markOf(name) ?? {};
      expect(markOf(name)).toMatchObject({ version, module });
    }
    expect(marked.markOf('made')?.captured?.()).toEqual([5]);
    expect(call('made', [5], 3)).toBe(67);
  });

  test('tells where each task stands', () => {
    const source = `${somen}\nexport const a = schedule(() => 1);\nclass A {\n  @schedule\n  m() {}\n}\nconst all = [tasks('n', { b() {} }), schedule(() => 2)];`;
    const tasks = programIn({ '/main.ts': source }).tasks('/main.ts');
    expect(tasks.map(({ name, named, line, column }) => [name.slice(0, 9), named, line, column])).toEqual([
      ['a', false, 3, 18],
      ['A.m', false, 5, 3],
      ['n/b', true, 8, 14],
      ['anonymous', false, 8, 38],
    ]);
  });

  test('is read anew when a file changes', () => {
    const files: Record<string, string> = {
      '/main.ts': `${somen}import { k } from './lib.ts';\nexport const a = schedule(() => k);`,
      '/lib.ts': 'export const k = 1;',
    };
    const program = programIn(files);
    const [before] = program.tasks('/main.ts');
    expect(before?.modules).toEqual(['/lib.ts', '/main.ts']);
    files['/lib.ts'] = 'export const k = 2;';
    expect(program.tasks('/main.ts')[0]?.version).not.toBe(before?.version);
    files['/lib.ts'] = 'export const k = 1;';
    expect(program.tasks('/main.ts')[0]?.version).toBe(before?.version);
  });
});
