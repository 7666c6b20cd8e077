import { describe, expect, test } from 'vitest';
import { programIn, taskIn } from './support/program-in.js';

type Files = Readonly<Record<string, string>>;

function version(files: string | Files, name = 'outer'): string {
  const task = taskIn(files, name);
  expect(task.refusals).toEqual([]);
  return task.version ?? '';
}

const somen = "import { createRuntime, run, schedule, tasks, unwrap } from 'somen';\n";
const outer = 'export const outer = schedule((x: any) => inner(x));\n';

/** Ways to call another task, with the text `EDIT` where its code may be edited. */
const calls: readonly (readonly [string, string | Files])[] = [
  ['of a variable', `${somen}const inner = schedule((x: any) => x * EDIT);\n${outer}`],
  ['of a function with a name', `${somen}const inner = schedule(function own(x: any) { return x * EDIT; });\n${outer}`],
  ['of a declared function', `${somen}function f(x: any) { return x * EDIT; }\nconst inner = schedule(f);\n${outer}`],
  ['with a name hint', `${somen}const inner = schedule((x: any) => x * EDIT, { name: 'a/b' });\n${outer}`],
  ['among tasks', `${somen}const { inner } = tasks('n', { inner: (x: any) => x * EDIT });\n${outer}`],
  ['among tasks, renamed', `${somen}const { a: inner } = tasks('n', { a(x: any) { return x * EDIT; } });\n${outer}`],
  [
    'that is a member of tasks',
    `${somen}const n = tasks('n', { a: (x: any) => x * EDIT });\nexport const outer = schedule((x: any) => n.a(x));`,
  ],
  [
    'of another module',
    {
      '/main.ts': `${somen}import { a as inner } from './lib.ts';\n${outer}`,
      '/lib.ts': `${somen}const k = EDIT;\nexport const a = schedule((x: any) => x * k);`,
    },
  ],
  [
    'that is passed on',
    {
      '/main.ts': `${somen}import { b as inner } from './index.ts';\n${outer}`,
      '/index.ts': "export * from './between.ts';",
      '/between.ts': "export { default as b } from './lib.ts';",
      '/lib.ts': `${somen}export default schedule(function a(x: any) { return x * EDIT; });`,
    },
  ],
  [
    'of a namespace',
    {
      '/main.ts': `${somen}import * as lib from './lib.ts';\nexport const outer = schedule((x: any) => lib.a(x));`,
      '/lib.ts': `${somen}export const a = schedule((x: any) => x * EDIT);`,
    },
  ],
];

function edited(files: string | Files, text: string): string | Files {
  if (typeof files === 'string') return files.replace('EDIT', text);
  return Object.fromEntries(Object.entries(files).map(([path, source]) => [path, source.replace('EDIT', text)]));
}

function withBody(files: string | Files, body: string): string | Files {
  const replace = (source: string): string =>
    source.replace(/(outer = schedule\(\(x: any\) => )([^;]*)\)/, `$1${body})`);
  if (typeof files === 'string') return replace(files);
  return Object.fromEntries(Object.entries(files).map(([path, source]) => [path, replace(source)]));
}

describe('a version', () => {
  test.each(calls)('stays when a task %s that it calls is edited', (_about, files) => {
    expect(version(edited(files, '2'))).toBe(version(edited(files, '3')));
  });

  test.each(calls)('changes with a task %s that is looked into', (_about, files) => {
    const callee = JSON.stringify(files).includes('n.a(x)')
      ? 'n.a'
      : JSON.stringify(files).includes('lib.a(x)')
        ? 'lib.a'
        : 'inner';
    for (const body of [`unwrap(${callee})(x)`, `run(${callee}(x))`, `createRuntime({}).run(${callee}(x))`]) {
      const looking = withBody(files, body);
      expect(version(edited(looking, '2'))).not.toBe(version(edited(looking, '3')));
    }
  });

  test('changes with what a helper runs', () => {
    const source = (k: number): string =>
      `${somen}const inner = schedule((x: any) => x * ${k});\nconst help = (x: any) => run(inner(x));\nexport const outer = schedule((x: any) => help(x));`;
    expect(version(source(2))).not.toBe(version(source(3)));
  });

  test('changes when another task is called', () => {
    const source = (name: string): string =>
      `${somen}const inner = schedule((x: any) => x, { name: '${name}' });\n${outer}`;
    expect(version(source('a'))).not.toBe(version(source('b')));
  });

  test('changes with the module of a task that has no given name', () => {
    const files = (path: string): Files => ({
      '/main.ts': `${somen}import { inner } from './${path}';\n${outer}`,
      [`/${path}`]: `${somen}export const inner = schedule((x: any) => x);`,
    });
    expect(version(files('a.ts'))).not.toBe(version(files('b.ts')));
  });

  test('stays when the module of a task with a given name is another', () => {
    const files = (path: string): Files => ({
      '/main.ts': `${somen}import { inner } from './${path}';\n${outer}`,
      [`/${path}`]: `${somen}export const inner = schedule((x: any) => x, { name: 'inner' });`,
    });
    expect(version(files('a.ts'))).toBe(version(files('b.ts')));
  });

  test('changes with a task whose name is not written out', () => {
    const source = (k: number): string =>
      `${somen}const hints = { name: 'x' };\nconst inner = schedule((x: any) => x * ${k}, hints);\n${outer}`;
    expect(version(source(2))).not.toBe(version(source(3)));
  });

  test('stays when a task that it calls cannot be followed', () => {
    const source = `${somen}let count = 0;\nexport const inner = schedule(() => count++);\n${outer}`;
    expect(taskIn(source, 'inner')).toMatchObject({ version: undefined, sliced: false });
    expect(taskIn(source, 'outer')).toMatchObject({ sliced: false, refusals: [] });
    expect(version(source)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is missing where a variable holds one task after another', () => {
    const source = `${somen}let inner = schedule((x: any) => x, { name: 'a' });\ninner = schedule((x: any) => x, { name: 'b' });\n${outer}`;
    expect(taskIn(source, 'outer').refusals).toMatchObject([{ kind: 'mutable-state', name: 'inner' }]);
  });

  test('is the same for tasks that call each other, whichever comes first', () => {
    const a = 'export const a = schedule((n: number): any => (n > 0 ? b(n - 1) : n));\n';
    const b = 'export const b = schedule((n: number): any => (n > 0 ? a(n - 1) : n + 1));\n';
    expect(version(somen + a + b, 'a')).toBe(version(somen + b + a, 'a'));
    expect(version(somen + a + b, 'a')).not.toBe(version(somen + a + b, 'b'));
  });

  test('of a scheduled function of another package is its text only', () => {
    const source = (k: number): string =>
      `import { schedule } from 'cron';\nimport { schedule as s } from 'somen';\nconst inner = schedule((x: any) => x * ${k});\nexport const outer = s((x: any) => inner(x));`;
    expect(version(source(2))).not.toBe(version(source(3)));
  });
});

describe('the name of a task', () => {
  const names = (source: string): readonly string[] =>
    programIn({ '/main.ts': `${somen}${source}` })
      .tasks('/main.ts')
      .map(({ name }) => name);

  test.each<readonly [string, string, readonly string[]]>([
    ['its hint', "schedule(function f() {}, { name: 'a/b' });", ['a/b']],
    [
      'its namespace and key',
      "tasks('n', { a() {}, 'b c': () => 0, ['d']: () => 1, last });\nconst last = () => 2;",
      ['n/a', 'n/b c', 'n/d', 'n/last'],
    ],
    ["the function's own", 'export const x = schedule(function f() {});', ['f']],
    ["a declared function's", 'function f() {}\nexport const x = schedule(f);', ['f']],
    ['its class and member', 'class A { @schedule m() {} @schedule({}) static s() {} }', ['A.m', 'A.s']],
    ['the variable', 'export const mul = schedule(() => 0);', ['mul']],
    [
      'a number more where it is taken',
      'const a = [schedule(function f() { return 1; }), schedule(function f() { return 2; })];',
      ['f', 'f-2'],
    ],
    ['the same where the function is', 'function f() {}\nconst a = schedule(f), b = schedule(f);', ['f', 'f']],
  ])('is %s', (_about, source, expected) => {
    expect(names(source)).toEqual(expected);
  });

  test('begins with anonymous where there is no other, and stays when the code is formatted', () => {
    const [one = ''] = names('export const all = [schedule((a) => a+1)];');
    expect(one).toMatch(/^anonymous-[0-9a-f]{8}$/);
    expect(names('export const all = [schedule((b) => (b\n + 1))];')).toEqual([one]);
    expect(names('export const all = [schedule((b) => (b + 2))];')).not.toEqual([one]);
  });

  test('is not the variable where another function is called so', () => {
    const [one = '', two] = names('const f = schedule(() => 1), g = schedule(function f() {});');
    expect(one).toMatch(/^anonymous-/);
    expect(two).toBe('f');
  });
});
