import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transformSync } from 'esbuild';
import { run } from 'somen/node';
import { afterAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../../dist/core/slice/edits.js';
import { liftCases, refusedCaptures, type LiftCase } from './corpus/lifting.js';
import type { behind, MarkedFunction, registry } from './support/direct-schedule.js';
import { caseFolder, writeFiles } from './support/execute.js';
import { instrumented, programIn, slicesIn } from './support/program-in.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const somen = "import { maybe, schedule, tasks } from 'somen';\n";

const direct = new URL('./support/direct-schedule.ts', import.meta.url).pathname;

type AnyFunction = (...args: unknown[]) => unknown;

interface Evaluated {
  readonly main: { readonly make?: AnyFunction };
  readonly registry: typeof registry;
  readonly behind: typeof behind;
}

/**
 * Compiles and evaluates a module.
 * @param isDirect - whether a `schedule` stands for the package's own whose tasks are called at once. @default true
 */
async function evaluate(source: string, name: string, isDirect = true): Promise<Evaluated> {
  const own = join(folder, name);
  writeFiles(own, new Map([['main.ts', source]]));
  const outfile = join(own, 'compiled.mjs');
  await build({
    stdin: {
      contents: `export * as main from './main.ts'; ${isDirect ? "export { behind, registry } from 'somen';" : ''}`,
      resolveDir: own,
      loader: 'ts',
    },
    ...(isDirect ? { alias: { somen: direct } } : { packages: 'external' }),
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return (await import(pathToFileURL(outfile).href)) as Evaluated;
}

function isIterator(value: unknown): value is AsyncGenerator | Generator {
  return typeof value === 'object' && value !== null && 'next' in value;
}

/** A result, iterators read to their end. */
async function resultOf(value: unknown): Promise<unknown> {
  const result = await value;
  if (!isIterator(result)) return result;
  const all: unknown[] = [];
  for await (const one of result) all.push(one);
  return all;
}

function made({ main }: Evaluated, { make = [3] }: LiftCase): AnyFunction {
  return main.make?.(...make) as AnyFunction;
}

function markedOf(evaluated: Evaluated, task: AnyFunction): MarkedFunction {
  const marked = evaluated.behind.get(task);
  if (marked === undefined) throw new Error('No task was made');
  return marked;
}

describe('a task that captures', () => {
  const cases = liftCases.map((one, index) => [one.about, one, `case-${index}`] as const);

  test.each(cases)('%s computes the same when it is lifted, and when its slice is alone', async (_about, one, name) => {
    const files = { '/main.ts': somen + one.source };
    const { args = [5] } = one;
    const original = await evaluate(files['/main.ts'], `${name}-original`);
    const expected = await resultOf(made(original, one)(...args));
    expect(expected).not.toBeUndefined();

    const lifted = await evaluate(instrumented(files), `${name}-lifted`);
    const task = made(lifted, one);
    expect(await resultOf(task(...args))).toEqual(expected);

    const { mark } = markedOf(lifted, task);
    const definition = programIn(files)
      .tasks('/main.ts')
      .find((each) => each.name === mark?.name);
    expect(definition).toMatchObject({ captured: one.captured, refusals: [], sliced: true, version: mark?.version });
    const slice = await evaluate(slicesIn(files, ['/main.ts'])['/main.ts'] ?? '', `${name}-slice`);
    const fn = slice.registry.get(mark?.name ?? '')?.fn;
    const captured = mark?.captured === undefined ? [] : [structuredClone(mark.captured())];
    expect(captured.length > 0).toBe(one.captured.length > 0);
    expect(mark?.captures ?? []).toEqual(one.captured);
    expect(await resultOf(fn?.(...captured, ...args))).toEqual(expected);
  });

  test.each(cases.filter(([, one]) => one.isDirect !== true))('%s runs in a worker', async (_about, one, name) => {
    const { args = [5] } = one;
    const source = somen + one.source;
    const expected = await resultOf(made(await evaluate(source, `${name}-plain`), one)(...args));
    const program = programIn(
      { '/main.ts': source },
      { sliceUrl: () => 'new URL("./slice.mjs", import.meta.url).href' },
    );
    const slice = applyEdits(source, program.slices(['/main.ts']).get('/main.ts')?.edits ?? []);
    const { code } = transformSync(slice, { loader: 'ts', target: 'es2022' });
    writeFiles(join(folder, `${name}-run`), new Map([['slice.mjs', code]]));
    const lifted = await evaluate(applyEdits(source, program.instrument('/main.ts')), `${name}-run`, false);
    expect(await run(made(lifted, one)(...args))).toEqual(expected);
  });

  test.each(cases)('%s leaves each line where it is', (_about, one) => {
    const files = { '/main.ts': somen + one.source };
    const lines = files['/main.ts'].split('\n');
    const starts = (all: readonly string[]): readonly string[] => all.map((line) => line.trimStart().slice(0, 1));
    const written = instrumented(files).split('\n').slice(0, lines.length);
    expect(starts(written)).toEqual(starts(lines));
  });

  test.each(refusedCaptures.map((one) => [one.about, one] as const))('%s is refused', (_about, one) => {
    const source = `${somen}declare function wrap(fn: unknown): any;\nexport function make(this: any, n: any) { ${one.source} }`;
    const tasks = programIn({ '/main.ts': source }).tasks('/main.ts');
    expect(tasks.map(({ version, sliced }) => [version, sliced])).toEqual([[undefined, false]]);
    expect(tasks[0]?.refusals).toMatchObject([{ kind: one.kind, message: expect.stringContaining(one.says) }]);
    expect(instrumented({ '/main.ts': source })).toBe(source);
  });
});

describe('the version of a lifted task', () => {
  const version = (source: string): string => {
    const [task] = programIn({ '/main.ts': somen + source })
      .tasks('/main.ts')
      .slice(-1);
    expect(task?.refusals).toEqual([]);
    return task?.version ?? '';
  };
  const base =
    'export const make = (k: number) => { const f = (n: number) => n + k; return schedule((x: number) => f(x) * k); };';

  test.each([
    ['names', base.replaceAll('k', 'l').replaceAll('f(', 'g(').replace('const f', 'const g')],
    ['formatting', base.replaceAll(' + ', '\n+\n').replaceAll('; ', ';\n\n')],
    ['what stands around it', base.replace('return', 'console.log(k); return')],
    [
      'where its functions stand',
      base.replace('const f = (n: number) => n + k; return', 'if (k > 0) { var f = (n: number) => n + k; } return'),
    ],
  ])('stays with other %s', (_about, source) => {
    expect(version(source)).toBe(version(base));
  });

  test.each([
    ['its own code', base.replace('* k', '/ k')],
    ['a function that comes along', base.replace('n + k', 'n - k')],
    [
      'which variable it captures',
      base.replace('f(x) * k', 'f(x) * m').replace('(k: number)', '(k: number, m: number)'),
    ],
  ])('changes with %s', (_about, source) => {
    expect(version(source)).not.toBe(version(base));
  });

  test('stays when a local task that has a name is edited, and changes when it is looked into', () => {
    const source = (k: number, call = 'inner(x)'): string =>
      `import { run } from 'somen';\nexport const make = (l: number) => { const inner = schedule((x: number) => x * l + ${k}, { name: 'inner' }); return schedule((x: number) => ${call}); };`;
    expect(version(source(1))).toBe(version(source(2)));
    expect(version(source(1, 'run(inner(x))'))).not.toBe(version(source(2, 'run(inner(x))')));
  });
});
