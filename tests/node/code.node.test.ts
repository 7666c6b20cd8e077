/** Code that travels: sessions in files, and tasks by the digest of their code, in processes that never saw the project. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createRegistry,
  fileCache,
  inline,
  loadSession,
  receiveTask,
  run,
  saveSession,
  schedule,
  shipTask,
  type ShippedTask,
} from 'somen/node';
import { expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { rejection, temporaryFolder } from './support/pool.ts';
import { add } from './fixtures/tasks.mjs';

const fixtures = fileURLToPath(new URL('./fixtures/code/', import.meta.url));
const tsx = join(packageRoot, 'node_modules', 'tsx', 'dist', 'loader.mjs');

const stated = schedule(
  function stated(n: number) {
    return n + 1;
  },
  { name: 'code-test/stated', version: '1' },
);
const included = schedule(
  function included(n: number) {
    return n + 2;
  },
  { hashIncludes: [1] },
);

/** Runs a script of the project, or of this folder, and gives what it writes. */
async function output(script: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, script, ...args], { cwd });
  return stdout.trim();
}

/** The project, in a folder of its own. */
async function makeProject(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(fixtures, 'project'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "stars", "type": "module" }');
  await linkAll(folder, ['somen', 'd3-array', 'internmap']);
  return folder;
}

/** A folder like that of another project, which has these packages. */
async function elsewhere(...packages: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  await linkAll(folder, packages);
  await writeFile(join(folder, 'load.mjs'), await readFile(join(fixtures, 'load.mjs')));
  await writeFile(join(folder, 'receive.mjs'), await readFile(join(fixtures, 'receive.mjs')));
  return folder;
}

async function linkAll(folder: string, packages: readonly string[]): Promise<void> {
  for (const name of packages) await link(folder, name, name === 'somen' ? '.' : join('node_modules', name));
}

async function link(folder: string, name: string, target: string): Promise<void> {
  const path = join(folder, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(packageRoot, target), path, 'junction');
}

async function savedSession(folder: string, what = 'all'): Promise<string> {
  const file = join(folder, 'stars.somen');
  const project = await makeProject();
  expect(await output(join(project, 'save.ts'), [file, what], project)).toBe('the project is here');
  return file;
}

test('loadSession brings values and functions back in a process that never saw the project', async () => {
  const folder = await elsewhere('somen', 'd3-array', 'internmap');
  const file = await savedSession(folder);
  const told = await output(join(folder, 'load.mjs'), [file, 'accept'], folder);
  expect(JSON.parse(told)).toEqual({
    results: [[273.15, 373.15], ['Vega', 3, 0.5, false], 274.15],
    xs: [1, 2, 3],
    when: '1970-01-01T00:00:00.000Z',
    shared: true,
  });
});

test('loadSession runs no code that is not accepted', async () => {
  const folder = await elsewhere('somen', 'd3-array');
  const file = await savedSession(folder);
  const told = await output(join(folder, 'load.mjs'), [file], folder);
  expect(told).toMatch(/^ERR_CODE: Cannot run kelvin, where, climate of the session .*\{ acceptCode: true \}$/);
});

test('loadSession names the package that is missing, or there in another version', async () => {
  const folder = await elsewhere('somen');
  const file = await savedSession(folder);
  const args = [file, 'accept'];
  expect(await output(join(folder, 'load.mjs'), args, folder)).toMatch(
    /^ERR_CODE: .* needs d3-array@3\.\d.*not installed/,
  );
  await mkdir(join(folder, 'node_modules', 'd3-array'));
  await writeFile(join(folder, 'node_modules', 'd3-array', 'package.json'), '{ "version": "1.0.0" }');
  expect(await output(join(folder, 'load.mjs'), args, folder)).toMatch(
    /needs d3-array@3\..* is there in version 1\.0\.0/,
  );
});

test('loadSession needs what the saved functions reach, and nothing of their neighbours', async () => {
  const folder = await elsewhere('somen');
  const file = await savedSession(folder, 'climate');
  await writeFile(
    join(folder, 'warm.mjs'),
    `import { inline, loadSession, run } from 'somen/node';
     const { climate } = await loadSession(process.argv[2], { acceptCode: true });
     console.log(await run(climate([0]), { executor: inline(), display: false }));`,
  );
  expect(await output(join(folder, 'warm.mjs'), [file], folder)).toBe('[ 273.15 ]');
});

test('loadSession refuses a file that is damaged, or no session', async () => {
  const folder = await elsewhere('somen', 'd3-array', 'internmap');
  const file = await savedSession(folder);
  const bytes = await readFile(file);
  const place = bytes.indexOf('273.15');
  expect(place).toBeGreaterThan(0);
  bytes[place] = '9'.charCodeAt(0);
  await writeFile(file, bytes);
  expect(await output(join(folder, 'load.mjs'), [file, 'accept'], folder)).toMatch(/^ERR_DESERIALIZATION: .*damaged/);
  await writeFile(file, 'something else');
  expect(await output(join(folder, 'load.mjs'), [file, 'accept'], folder)).toMatch(/^ERR_DESERIALIZATION/);
  expect(await output(join(folder, 'load.mjs'), [`${file}-gone`, 'accept'], folder)).toMatch(/^ERR_FILE/);
});

test('saveSession says why a function cannot come along, and leaves no file', async () => {
  const folder = await temporaryFolder();
  const project = await makeProject();
  const saving = output(join(project, 'save.ts'), [join(folder, 'x.somen'), 'counted'], project);
  const { message } = await rejection(saving);
  expect(message).toContain("Cannot take the code of 'counted' along");
  expect(message).toContain("Cannot follow 'counter'");
  expect(await readdir(folder)).toEqual([]);
});

test('a session of this process needs no code: hints, and other tasks of the modules, do not matter', async () => {
  const file = join(await temporaryFolder(), 'own.somen');
  await saveSession(file, { stated, included });
  const session = await loadSession<{ stated: typeof stated; included: typeof included }>(file);
  expect(await run([session.stated(1), session.included(1)], { executor: inline() })).toEqual([2, 3]);
});

test('saveSession refuses a function that takes values which nobody sees', async () => {
  const make = (k: number): unknown => schedule((n: number) => n * k);
  const error = await rejection(saveSession(join(await temporaryFolder(), 'x.somen'), { times: make(2) }));
  expect(error).toMatchObject({ code: 'ERR_CODE' });
  expect(error.message).toContain("it takes 'k' from the function around it");
});

test('loadSession gives each session its own version of a function, and saveSession takes it along again', async () => {
  const folder = await temporaryFolder();
  const files = await Promise.all(
    [1, 2].map(async (step) => {
      const app = await temporaryFolder();
      const file = join(folder, `${step}.somen`);
      await writeFile(join(app, 'package.json'), '{ "name": "steps", "type": "module" }');
      await writeFile(
        join(app, 'save.mjs'),
        `import { saveSession, schedule } from 'somen/node';
        export const step = schedule(function step(n) { return n + ${step}; });
        await saveSession(${JSON.stringify(file)}, { step });`,
      );
      await linkAll(app, ['somen']);
      await output(join(app, 'save.mjs'), [], app);
      return file;
    }),
  );
  const steps = [];
  for (const index of [0, 1, 0, 1]) {
    const { step } = await loadSession<{ step: (n: number) => number }>(files[index] ?? '', { acceptCode: true });
    const again = join(folder, 'again.somen');
    await saveSession(again, { step });
    steps.push(step(10), (await loadSession<{ step: (n: number) => number }>(again)).step(20));
  }
  expect(await run(steps, { executor: inline() })).toEqual([11, 21, 12, 22, 11, 21, 12, 22]);
});

test('loadSession writes no file that its manifest does not name', async () => {
  const folder = await elsewhere('somen', 'd3-array', 'internmap');
  const file = await savedSession(folder);
  const values = createRegistry({ name: 'code/sessions' });
  const session = values.fromBinary(await readFile(file)) as { code: { files: Map<string, Uint8Array> }[] };
  session.code[0]?.files.set(`../${'../'.repeat(20)}${folder}/evil.mjs`, new Uint8Array(1));
  await writeFile(file, values.toBinaryFile(session));
  await output(join(folder, 'load.mjs'), [file, 'accept'], folder);
  expect(await readdir(folder)).not.toContain('evil.mjs');
});

test.each([
  ['a file', { files: { '../0.mjs': '' } }],
  ['a package', { packages: { '../evil': '1.0.0' } }],
  ['no tasks', { tasks: null }],
  ['an entry that is no file', { entry: '7.mjs' }],
])('receiveTask refuses a manifest with %s that is none', async (_, change) => {
  const cache = fileCache(await temporaryFolder());
  const shipped = await shipTask(add, cache);
  const text = new TextDecoder().decode((await cache.get('cas', shipped.code)) ?? new Uint8Array());
  const bytes = new TextEncoder().encode(JSON.stringify({ ...(JSON.parse(text) as object), ...change }));
  const code = createHash('sha256').update(bytes).digest('hex');
  await cache.put('cas', code, bytes);
  const error = await rejection(receiveTask({ ...shipped, code }, cache, { acceptCode: true }));
  expect(error).toMatchObject({ code: 'ERR_CODE' });
  expect(error.message).toContain('it is no bundle');
});

test('saveSession refuses decorators, which would not load', async () => {
  const project = await makeProject();
  await writeFile(
    join(project, 'decorated.ts'),
    `import { saveSession, schedule } from 'somen/node';
     @schedule class Star { @schedule light() { return 1; } }
     const shine = schedule(function shine() { return new Star(); });
     await saveSession(process.argv[2], { shine }).catch((error) => console.log(error.code, error.message));`,
  );
  const told = await output(join(project, 'decorated.ts'), [join(project, 'x.somen')], project);
  expect(told).toMatch(/^ERR_CODE .*decorated\.ts along: it has decorators/);
});

test('receiveTask runs a task from the store, where code is accepted', async () => {
  const folder = await elsewhere('somen', 'd3-array', 'internmap');
  const store = join(folder, 'store');
  const project = await makeProject();
  const shipped = (await output(join(project, 'ship.ts'), [store], project)).split('\n').at(-1) ?? '';
  const receive = (...more: string[]): Promise<string> =>
    output(join(folder, 'receive.mjs'), [shipped, store, ...more], folder);
  expect(await receive()).toMatch(/^ERR_CODE: Cannot run the task 'where'/);
  expect(JSON.parse(await receive('accept'))).toEqual(['Vega', 3, 0.5, false]);
});

test('receiveTask takes nothing from a store that is damaged, or has not all of it', async () => {
  const folder = await temporaryFolder();
  const cache = fileCache(folder);
  const shipped = await shipTask(add, cache);
  const [digest] = Object.values(await filesOf(shipped, cache));
  await cache.put('cas', digest ?? '', new TextEncoder().encode('export const evil = 1;'));
  const accept = { acceptCode: true };
  expect(await rejection(receiveTask(shipped, cache, accept))).toMatchObject({ code: 'ERR_CODE' });
  expect((await rejection(receiveTask(shipped, cache, accept))).message).toContain('has no content');
  expect((await rejection(receiveTask({ ...shipped, code: '0'.repeat(64) }, cache, accept))).message).toContain(
    'has no',
  );
});

async function filesOf({ code }: ShippedTask, cache: ReturnType<typeof fileCache>): Promise<Record<string, string>> {
  const manifest = JSON.parse(new TextDecoder().decode((await cache.get('cas', code)) ?? new Uint8Array())) as {
    files: Record<string, string>;
  };
  return manifest.files;
}

test('shipTask refuses what is no scheduled function', async () => {
  const cache = fileCache(await temporaryFolder());
  await expect(shipTask(() => 1, cache)).rejects.toThrow(/only a scheduled function/);
});
