import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { closureHash } from '../../../dist/core/slice/closure-hash.js';
import { Slicer } from '../../../dist/core/slice/slicer.js';
import { createNodeHasher } from '../../../dist/node/hasher.js';
import { moduleSource } from '../../../dist/node/module-source.js';
import { callIn, caseFolder, writeFiles, type Call } from './support/execute.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasher = createNodeHasher();
const require = createRequire(import.meta.url);

interface Sliced {
  /** The file that the package's name stands for. */
  readonly entry: string;
  /** The module, inside of the package. */
  readonly file: string;
  readonly exported: string;
  /** A call of `f`, as an expression. */
  readonly call: string;
  /** Variables that the package assigns, so that no slice can be told to be whole. @default none */
  readonly mutable?: readonly string[];
}

const functions: readonly Sliced[] = [
  { entry: require.resolve('nanoid'), file: 'non-secure/index.js', exported: 'nanoid', call: 'f(9).length' },
  {
    entry: require.resolve('nanoid'),
    file: 'index.js',
    exported: 'customRandom',
    call: 'f("ab", 3, (n) => new Uint8Array(n).fill(1))()',
  },
  {
    entry: require.resolve('nanoid'),
    file: 'index.js',
    exported: 'customAlphabet',
    call: '/^[ab]{7}$/.test(f("ab", 7)())',
    mutable: ['pool', 'poolOffset'],
  },
  {
    entry: require.resolve('date-fns'),
    file: 'addBusinessDays.js',
    exported: 'addBusinessDays',
    call: 'f(new Date(Date.UTC(2026, 10, 26, 12)), 3).toISOString()',
  },
  {
    entry: require.resolve('date-fns'),
    file: 'index.js',
    exported: 'differenceInDays',
    call: 'f(new Date(9e9), new Date(0))',
  },
  {
    entry: require.resolve('date-fns'),
    file: 'format.js',
    exported: 'format',
    call: 'f(new Date(2026, 10, 26), "EEEE do MMMM yyyy")',
    mutable: ['defaultOptions'],
  },
  {
    entry: require.resolve('ml-matrix'),
    file: 'src/decompositions.js',
    exported: 'inverse',
    call: 'f([[2, 1], [1, 3]]).to2DArray()',
  },
  {
    entry: require.resolve('ml-matrix'),
    file: 'src/matrix.js',
    exported: 'default',
    call: 'f.ones(2, 3).mmul(f.eye(3)).sum()',
  },
  {
    entry: require.resolve('d3-array'),
    file: 'dist/d3-array.mjs',
    exported: 'quantile',
    call: 'f([3, 1, 4, 1, 5], 0.4)',
  },
  {
    entry: require.resolve('d3-array'),
    file: 'dist/d3-array.mjs',
    exported: 'bin',
    call: 'f()([1, 2, 2, 3, 9]).map((bin) => bin.length)',
  },
  {
    entry: require.resolve('d3-array'),
    file: 'dist/d3-array.mjs',
    exported: 'rollup',
    call: '[...f(["a", "b", "aa"], (all) => all.length, (s) => s.length)]',
  },
];

test.each(functions)('a slice of $exported out of $file computes what the package computes', async (one) => {
  const root = packageFolder(one.entry, one.file);
  const path = join(root, one.file);
  const slice = new Slicer(moduleSource()).slice(path, { name: one.exported });
  expect(slice?.refusals.map(({ kind, name }) => [kind, name])).toEqual(
    (one.mutable ?? []).map((name) => ['mutable-state', name]),
  );
  const modules = slice?.modules ?? [];
  const entry = relative(root, modules.at(-1)?.path ?? '');
  const target = mkdtempSync(join(folder, 'package-'));
  writeFiles(target, new Map(modules.map((module) => [relative(root, module.path), module.code])));
  const call = (fn: string): Call => ({ fn: `() => ((f) => ${one.call})(${fn})`, args: [] });
  const copy = join(target, 'original');
  writeFiles(copy, new Map([['index.js', `import * as all from ${JSON.stringify(path)};\nexport { all };`]]));
  const expected = await callIn(copy, 'index.js', call(`main.all.${one.exported}`));
  expect(expected).not.toBeUndefined();
  expect(await callIn(join(target, dirname(entry)), basename(entry), call('main.$task'))).toEqual(expected);
});

test.each([
  ['d3-array', require.resolve('d3-array'), 'dist/d3-array.mjs'],
  ['ml-matrix', require.resolve('ml-matrix'), 'src/index.js'],
  ['nanoid', require.resolve('nanoid'), 'index.js'],
])('the hash of each function of %s stays when the package is minified', async (_name, entry, file) => {
  const path = join(packageFolder(entry, file), file);
  const ports = moduleSource();
  const texts = new Map<string, string>();
  const minified = (one: string): string | undefined => {
    const source = ports.load(one);
    if (source === undefined || one.endsWith('.json')) return source;
    if (!texts.has(one)) texts.set(one, minify(source));
    return texts.get(one);
  };
  const [plain, small] = [new Slicer(ports), new Slicer({ ...ports, load: minified })];
  const names = Object.keys((await import(pathToFileURL(entry).href)) as object);
  const hashed = names.flatMap((name) => {
    const slice = plain.slice(path, { name });
    return slice === undefined ? [] : [[name, closureHash(slice, hasher)]];
  });
  expect(hashed.length).toBeGreaterThan(3);
  for (const [name = '', digest] of hashed) {
    const slice = small.slice(path, { name });
    expect([name, slice && closureHash(slice, hasher)]).toEqual([name, digest]);
  }
});

function minify(source: string): string {
  const options = { format: 'esm', target: 'esnext', minifyWhitespace: true, minifyIdentifiers: true } as const;
  return transformSync(source, options).code;
}

/** The folder of a package, which is one of those above its entry. */
function packageFolder(entry: string, file: string): string {
  let root = dirname(entry);
  while (!existsSync(join(root, file)) || !existsSync(join(root, 'package.json'))) root = dirname(root);
  return root;
}
