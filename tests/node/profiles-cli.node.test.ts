/** Profiles from the command line: `somen run --on`, `somen profiles`, `SOMEN_ON`; and that workers load none. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject, type Project } from './support/project.ts';

/** Prints where its jobs ran, what they gave, and whether they were retrieved. */
const SCRIPT = `
import { run, schedule } from 'somen/node';
const twice = schedule(function twice(x) { return 2 * x; });
const options = JSON.parse(process.argv[2] ?? '{}');
const computing = run(twice(4), options);
const workers = [];
const reading = (async () => { for await (const event of computing.events) if (event.type === 'started') workers.push(event.worker); })();
const value = await computing;
await reading;
console.log(JSON.stringify({ value, workers, retrieved: computing.summary.retrieved }));
`;

/** Each profile is told apart by its worker's name. */
const CONFIG = `
import { defineConfig, hybrid, inline, workers } from 'somen/node';
console.error('loaded');
export default defineConfig({
  profiles: {
    laptop: { executor: hybrid({ laptop: inline() }), cache: 'file:laptop-results' },
    lab: { executor: () => hybrid({ lab: inline() }), cache: async () => 'file:lab-results' },
    threads: { executor: () => workers({ size: 1 }) },
  },
});
`;

async function project(config: string = CONFIG): Promise<Project> {
  return createProject({ 'somen.config.mjs': config, 'script.mjs': SCRIPT }, ['tsx']);
}

async function told(ended: Promise<{ code: number | null; stdout: string; stderr: string }>): Promise<object> {
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(`Cannot tell: ${code} ${stderr}`);
  return JSON.parse(stdout) as object;
}

test('run --on uses a profile, with its cache, for runs that say nothing else', { timeout: 60_000 }, async () => {
  const { folder, somen } = await project();
  const lab = { value: 8, workers: ['lab/inline'], retrieved: 0 };
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab']))).toEqual(lab);
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab']))).toEqual({ value: 8, workers: [], retrieved: 1 });
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab', '--no-cache']))).toEqual(lab);
  expect(await readdir(folder)).not.toContain('.somen');
  // What the command line says beside it goes before it, and what the script says before both.
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab', '--workers', '1', '--cache', 'own']))).toEqual({
    value: 8,
    workers: ['somen-1'],
    retrieved: 0,
  });
  expect(await readdir(folder)).toContain('own');
  const options = JSON.stringify({ on: 'laptop' });
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab', '--', options]))).toEqual({
    value: 8,
    workers: ['laptop/inline'],
    retrieved: 0,
  });
});

test('SOMEN_ON chooses a profile for plain node, and for run where --on does not', { timeout: 60_000 }, async () => {
  const { folder, node, somen } = await project();
  const env = { SOMEN_ON: 'laptop' };
  expect(await told(node(['script.mjs'], { env }))).toMatchObject({ workers: ['laptop/inline'] });
  expect(await readdir(folder)).toContain('laptop-results');
  expect(await told(somen(['run', 'script.mjs'], { env }))).toMatchObject({ workers: [], retrieved: 1 });
  expect(await told(somen(['run', 'script.mjs', '--on', 'lab'], { env }))).toMatchObject({ workers: ['lab/inline'] });
  // Who says nothing gets no profile, and no file is read.
  const plain = await node(['script.mjs']);
  expect([plain.stderr, JSON.parse(plain.stdout)]).toEqual(['', expect.objectContaining({ workers: ['somen-1'] })]);
});

test(
  'run uses the default of the file, and what it does without a profile beside it',
  { timeout: 60_000 },
  async () => {
    const { folder, node, somen } = await project(CONFIG.replace('profiles: {', "default: 'threads', profiles: {"));
    const ended = await somen(['run', 'script.mjs']);
    expect(ended.stderr).toBe('loaded\n');
    expect(JSON.parse(ended.stdout)).toMatchObject({ workers: ['somen-1'] });
    // That profile has no cache, so there is the one of the program.
    expect(await readdir(folder)).toContain('.somen');
    expect((await node(['script.mjs'])).stderr).toBe('');
  },
);

test('processes as data have the environment that the profile says', { timeout: 60_000 }, async () => {
  const { node } = await createProject({
    'somen.config.json': JSON.stringify({
      profiles: {
        apart: { executor: { type: 'processes', size: '1', env: { GREETING: '${HELLO}' }, cwd: 'node_modules' } },
      },
    }),
    'script.mjs': `
      import { run, schedule } from 'somen/node';
      const told = schedule(function told() { return [process.env.GREETING, process.cwd()]; });
      console.log(await run(told(), { on: 'apart' }));`,
  });
  const { stdout, stderr } = await node(['script.mjs'], { env: { HELLO: 'Oote' } });
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^\[ 'Oote', '.*\/node_modules' \]\n$/), '']);
});

test('pilots as data run jobs, and store results in the cache of the profile', { timeout: 60_000 }, async () => {
  const { folder, node } = await createProject({
    'somen.config.json': JSON.stringify({
      profiles: {
        away: {
          cache: 'file:results',
          executor: {
            type: 'pilots',
            launch: { type: 'command', argv: [process.execPath, 'node_modules/somen/dist/node/cli/main.js', 'pilot'] },
            slots: 1,
            idleTimeout: 100,
          },
        },
      },
    }),
    'script.mjs': `
      import { run, schedule } from 'somen/node';
      const made = schedule(function made() { return new Uint8Array(1e6).fill(7); });
      const size = schedule(function size(bytes) { return [bytes.length, bytes[0], process.pid]; });
      const [length, first, pid] = await run(size(made()), { on: 'away' });
      console.log(length, first, pid === process.pid);`,
  });
  const { stdout, stderr } = await node(['script.mjs']);
  expect([stdout, stderr]).toEqual(['1000000 7 false\n', '']);
  expect(await readdir(folder)).toContain('results');
});

test('workers that import a script load no profiles', { timeout: 60_000 }, async () => {
  const { node } = await project();
  // The script names its profile itself, so each worker that imports it meets the name.
  const { code, stdout, stderr } = await node(['script.mjs', JSON.stringify({ on: 'threads' })], {
    env: { SOMEN_ON: 'nowhere' },
  });
  expect([code, stderr]).toEqual([0, 'loaded\n']);
  expect(JSON.parse(stdout)).toMatchObject({ value: 8, workers: ['somen-1'] });
});

test(
  'run loads a file of TypeScript for a script of JavaScript and for one of TypeScript',
  { timeout: 60_000 },
  async () => {
    const typed = `${CONFIG}\nexport type Name = 'lab';`;
    const { somen } = await createProject(
      { 'somen.config.ts': typed, 'script.mjs': SCRIPT, 'typed.ts': `${SCRIPT}\nexport type None = never;` },
      ['tsx'],
    );
    for (const script of ['script.mjs', 'typed.ts']) {
      const { stdout, stderr } = await somen(['run', script, '--on', 'lab', '--no-cache']);
      expect([JSON.parse(stdout), stderr]).toEqual([expect.objectContaining({ workers: ['lab/inline'] }), 'loaded\n']);
    }
  },
);

test('run says what is wrong, and ends with 1, where there is no such profile', { timeout: 60_000 }, async () => {
  const { folder, somen } = await project();
  const message = `Cannot run on 'lap': ${folder}/somen.config.mjs has no such profile. Did you mean 'laptop'? There are laptop, lab, threads`;
  expect(await somen(['run', 'script.mjs', '--on', 'lap'])).toEqual({
    code: 1,
    stdout: '',
    stderr: `loaded\n${message}\n`,
  });
  const { somen: elsewhere } = await createProject({ 'script.mjs': SCRIPT });
  const { code, stderr } = await elsewhere(['run', 'script.mjs', '--on', 'lab']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^Cannot run on 'lab': there is no somen\.config\.ts, /)]);
});

test('profiles lists them with what is known, and makes none', { timeout: 60_000 }, async () => {
  const { folder, somen, write } = await project(`
    const never = () => { throw new Error('made'); };
    export default {
      profiles: {
        laptop: { cache: 'file:.somen' },
        lab: { executor: { type: 'workers', size: 4 }, cache: () => httpCache('https://host/', { headers: never() }) },
        cluster: { executor: async () => { const launch = never(); return pilots({ launch }); }, cache: never },
      },
      default: 'laptop',
    };`);
  const listed = await somen(['profiles']);
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['PROFILE', 'EXECUTOR', 'CACHE'],
    ['laptop (default)', 'file:.somen'],
    ['lab', 'workers', 'httpCache(…)'],
    ['cluster', 'pilots(…)', 'a function'],
    [join(folder, 'somen.config.mjs')],
    [''],
  ]);
  expect(JSON.parse((await somen(['profiles', '--json'])).stdout)).toEqual([
    { name: 'laptop', executor: '', cache: 'file:.somen', isDefault: true, file: join(folder, 'somen.config.mjs') },
    expect.objectContaining({ name: 'lab', executor: 'workers', isDefault: false }),
    expect.objectContaining({ name: 'cluster' }),
  ]);
  await write({ 'somen.config.mjs': 'export default 1;' });
  expect(await somen(['profiles'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/without profiles\. Write/),
  });
  const { somen: elsewhere } = await createProject({});
  expect(await elsewhere(['profiles'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No profiles: there is/),
  });
});
