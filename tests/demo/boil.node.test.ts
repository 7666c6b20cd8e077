/** Boil, the make tool among the demos, with a real compiler: what it compiles, and what it does not compile again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, cp, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { onTerminal } from '../support/terminal.ts';
import { emptyFolder, runProgram, startProgram, type Ended } from './support/program.ts';

const EXAMPLE = join(packageRoot, 'demo', 'node', 'boil', 'example');
const SOURCES = ['main/main', 'src/common', 'src/iterate', 'src/julia', 'src/mandel', 'src/render'];

let folder: string;

beforeEach(async () => {
  folder = join(await emptyFolder(), 'example');
  await cp(EXAMPLE, folder, {
    recursive: true,
    filter: (path) => !/example\/(obj|hello|unittests)$/.test(path),
  });
});

const at = (name: string): string => join(folder, name);

function boil(...args: string[]): Promise<Ended> {
  return runProgram('boil', args, folder);
}

/** The sources that were compiled, without `.cc`. */
function compiledBy({ stdout }: Pick<Ended, 'stdout'>): string[] {
  return [...stdout.matchAll(/^Compiling (\S+)\.cc \.\.\. done$/gm)].map(([, name = '']) => name).sort();
}

/** Builds the default target, which has to work; what was compiled, and whether it was linked. */
async function build(...args: string[]): Promise<readonly string[]> {
  const ended = await boil(...args);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return [...compiledBy(ended), ...(ended.stdout.includes('Linking ... done\n') ? ['link'] : [])];
}

async function edit(name: string, change: (text: string) => string): Promise<void> {
  await writeFile(at(name), change(await readFile(at(name), 'utf8')));
}

test('boil compiles what is out of date, and nothing else', { timeout: 120_000 }, async () => {
  expect(await build('main', '-j4')).toEqual([...SOURCES, 'link']);
  expect(execFileSync(at('hello'), { encoding: 'utf8' })).toMatch(/^ +\.+\n[^]*@{20}[^]*\n$/);

  const again = await boil('main', '-j4');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(compiledBy(again)).toEqual([]);
  expect(again.stdout).toContain('hello is up to date');

  // Newer than all that was made of them, with the content that they had.
  for (const name of ['src/types.hh', 'src/iterate.cc']) await utimes(at(name), new Date(), new Date());
  expect(await build('-j1')).toEqual([]);

  await edit('src/render.hh', (text) => text.replace('<ostream>', '<iosfwd>\n#include <ostream>'));
  expect(await build('-j2')).toEqual(['main/main', 'src/render', 'link']);

  // The object file comes out as it was, so the program is what it was.
  await edit('src/iterate.cc', (text) => text.replace('return MAX_STEPS;', 'return MAX_STEPS; // It stays'));
  expect(await build()).toEqual(['src/iterate']);

  await rm(at('obj/src/julia.o'));
  expect(await build()).toEqual(['src/julia']);
  await rm(at('hello'));
  expect(await build()).toEqual(['link']);
  // As content counts, this one is as little up to date.
  await appendFile(at('hello'), 'x');
  expect(await build()).toEqual(['link']);
  await edit('boil.ini', (text) => text.replace('-lm', '-lm -s'));
  expect(await build()).toEqual(['link']);

  // The objects that both programs are made of are there already.
  expect(await build('test')).toEqual(['test/main', 'test/test_iterate', 'test/test_pictures', 'link']);
  expect(await boil('check')).toMatchObject({ code: 0, stdout: '11 passed, 0 failed\n' });
  expect(await boil('clean')).toMatchObject({ code: 0, stderr: '' });
  expect((await readdir(folder)).sort()).toEqual(
    (await readdir(EXAMPLE)).filter((name) => !/^(obj|hello|unittests)$/.test(name)).sort(),
  );
});

test(
  'boil shows what the compiler writes, compiles what can be, and goes on from there',
  { timeout: 60_000 },
  async () => {
    await edit('src/julia.cc', (text) => text.replace('return picture;', 'return pictures;'));
    await edit('src/mandel.cc', (text) => text.replace('"iterate.hh"', '"iterates.hh"'));
    await edit('src/common.cc', (text) => text.replace('const double y', 'int unused;\n    const double y'));
    const broken = await boil('-j4', '--dumb');
    expect(broken.code).toBe(1);
    const output = broken.stdout + broken.stderr;
    expect(output).toMatch(
      /^src\/julia\.cc: In function .*\nsrc\/julia\.cc:\d+:\d+: error: .pictures. was not declared/m,
    );
    expect(output).toMatch(/^src\/mandel\.cc:\d+:\d+: fatal error: iterates\.hh: No such file or directory$/m);
    expect(output).not.toContain('Linking');
    expect(output).not.toContain('CommandFailed');
    expect((await readdir(at('obj/src'))).sort()).toEqual(['common.o', 'iterate.o', 'render.o']);

    await edit('src/julia.cc', (text) => text.replace('return pictures;', 'return picture;'));
    await edit('src/mandel.cc', (text) => text.replace('"iterates.hh"', '"iterate.hh"'));
    const program = join(packageRoot, 'demo', 'node', 'boil', 'boil.mjs');
    const mended = onTerminal([program, '-j1', '-C', folder]);
    expect(await mended.ended).toBe(0);
    const lines = await mended.lines();
    expect(lines.slice(0, 5)).toEqual([
      '╭─(Building target hello)',
      '│ Compiling src/julia.cc ... (✔)',
      '│ Compiling src/mandel.cc ... (✔)',
      '│ Linking ... (✔)',
      '╰─(success, 4 retrieved)',
    ]);
    expect(lines[6]).toMatch(/^src\/common\.cc:\d+:\d+: warning: unused variable/);
    // Of a file that is not compiled again, its warnings are told all the same.
    const again = await boil();
    expect(compiledBy(again)).toEqual([]);
    expect(again.stderr).toMatch(/^src\/common\.cc:.* warning: unused variable/m);
  },
);

/** A program of four sources that compile at once, with a compiler that is a script. */
async function writeSmall(compiler: string): Promise<void> {
  await rm(folder, { recursive: true });
  await mkdir(at('src'), { recursive: true });
  await writeFile(at('cc'), `#!/bin/sh\n${compiler}`, { mode: 0o755 });
  await writeFile(
    at('boil.ini'),
    '[generic]\ncc = ./cc\next = .cc\n[small]\nsrcdir = src\nmodules = . ../src\ntarget = small\n',
  );
  for (const name of ['a', 'b', 'c']) await writeFile(at(`src/${name}.cc`), `int ${name}() { return 2; }\n`);
  await writeFile(at('src/main.cc'), 'int a(); int b(); int c();\nint main() { return a() * b() * c(); }\n');
}

/** Whether the program is there and works. */
function smallWorks(): boolean {
  return spawnSync(at('small')).status === 8;
}

test.each([
  // Each compilation waits until there were four.
  [
    '-j4',
    'case " $* " in *" -c "*) touch "met.$$"; until [ "$(ls met.* | wc -l)" -ge 4 ]; do sleep 0.02; done;; esac\ng++ "$@"\n',
  ],
  // None gets on while there is another.
  ['-j1', 'mkdir lock || exit 9\ng++ "$@"; code=$?\nrmdir lock; exit $code\n'],
])('boil %s runs so many compilers at the same time', { timeout: 30_000 }, async (option, compiler) => {
  await writeSmall(compiler);
  expect(await build(option)).toEqual(['src/a', 'src/b', 'src/c', 'src/main', 'link']);
  expect(smallWorks()).toBe(true);
});

test('boil is not misled by times, nor by who saves a file while it is compiled', { timeout: 30_000 }, async () => {
  await writeSmall(`g++ "$@" || exit
case " $* " in *' -c '*'src/b.cc '*) [ -e edited ] || { touch edited; echo 'int late;' >> src/b.cc; };; esac
`);
  const disturbed = await boil();
  expect(disturbed).toMatchObject({ code: 1, stderr: '' });
  expect(disturbed.stdout).toContain(
    "Cannot read the file 'src/b.cc': it has another content than when it was looked at",
  );
  expect(await build()).toEqual(['src/b', 'link']);

  await writeFile(at('src/a.cc'), 'int a() { return 1 + 1; }\nint other;\n');
  await utimes(at('src/a.cc'), new Date(0), new Date(0));
  expect(await build()).toEqual(['src/a', 'link']);
  expect(smallWorks()).toBe(true);
});

/** Waits with one source until there is a file `go`, and says so by a file `waiting`. */
const PATIENT = `case " $* " in *' -c '*'src/c.cc '*) touch waiting; until [ -e go ]; do sleep 0.02; done;; esac
exec g++ "$@"
`;

test.each(['SIGKILL', 'SIGINT'] as const)(
  'boil that is ended by %s in the middle goes on from there',
  { timeout: 30_000 },
  async (signal) => {
    await writeSmall(PATIENT);
    const running = startProgram('boil', ['-j2'], folder);
    await expect.poll(() => running.written().match(/^Compiling .* done$/gm), { timeout: 15_000 }).toHaveLength(3);
    await expect.poll(() => readdir(folder)).toContain('waiting');
    running.kill(signal);
    expect((await running.ended).code).toBe(signal === 'SIGINT' ? 130 : null);
    await writeFile(at('go'), '');
    const resumed = await build();
    expect(resumed).toContain('src/c');
    // Results are written behind the run: those of the last moment may be lost to a SIGKILL, never all.
    expect(resumed.length).toBeLessThan(5);
    if (signal === 'SIGINT') expect(resumed).toEqual(['src/c', 'link']);
    expect(smallWorks()).toBe(true);
  },
);

test('boil says what it can build, and what is wrong with a request', async () => {
  expect(await boil('list')).toMatchObject({ code: 0, stdout: 'Possible targets: main, test, check, clean\n' });
  expect((await boil('--help')).stdout).toMatch(/^Usage: .*boil[^]*-C DIR[^]*-j N[^]*--dumb/);
  await writeFile(at('bad.ini'), '');
  for (const [args, complaint] of [
    [['nothing'], 'Cannot build nothing: the targets of boil.ini are main, test, check, clean'],
    [['main', 'test'], 'Cannot build main and test: name one target'],
    [['-j', '0'], 'Cannot run 0 compilers'],
    [['-C', 'nowhere'], 'Cannot go to nowhere'],
    [['-C', 'src'], 'Cannot find boil.ini'],
    [['--fast'], "Unknown option '--fast'"],
  ] as const)
    expect(await boil(...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(complaint) as string,
    });
});

test.each([
  ['[main]\ntarget = x', 'it has no section [generic]'],
  ['[generic]\na = ${b}\nb = ${generic:a}\n[x]', 'refers to itself'],
  ['[generic]\na = ${c}\n[x]', 'x:a refers to x:c, which is not there'],
  ['[generic]\ncc = g++\n[x]\next = .cc', "boil.ini says nothing of 'target'"],
  ['[generic]\ncc = no-such-compiler\next = .cc\n[x]\ntarget = x', 'no-such-compiler'],
  ['[generic]\ncc = g++\next = .f90\nsrcdir = src\n[x]\ntarget = x', 'Cannot find a source *.f90 in src'],
])('boil says what is wrong with the configuration %j', async (text, complaint) => {
  await writeFile(at('boil.ini'), text);
  const { code, stdout, stderr } = await boil('x');
  expect(code).toBeGreaterThan(0);
  expect(stdout + stderr).toContain(complaint);
  expect(stdout + stderr).not.toMatch(/^ +at /m);
});

test('boil fills in values of the same section, of others, and dollar signs', async () => {
  const text =
    '[generic]\nname = world\n[hello]\nwhom = ${name}\ncommand = echo "$$HOME? Hello ${whom}, ${other:x}" | sed s,.*?,,\n[other]\nx = ${generic:name}s';
  await writeFile(at('boil.ini'), text);
  expect(await boil('hello')).toMatchObject({ code: 0, stdout: ' Hello world, worlds\n' });
});
