/** Profiles: which file counts, which profile of it, what it says beside what a run is given, and when it is made. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createRuntime,
  defineConfig,
  inline,
  mapStream,
  memoryCache,
  run,
  schedule,
  type Executor,
  type JobEvent,
  type Run,
  type RuntimeOptions,
} from 'somen/node';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventsOf, rejection } from './support/pool.ts';
import { createProject, type Project } from './support/project.ts';

const add = schedule((a: number, b: number) => a + b, { name: 'profiles/add' });

/** A project that is the working directory until the test ends. */
async function project(files: Readonly<Record<string, string>>): Promise<Project> {
  const created = await createProject(files, ['tsx']);
  const before = process.cwd();
  process.chdir(created.folder);
  onTestFinished(() => process.chdir(before));
  return created;
}

/** A module that exports executors which say how often they were made and used, by name. */
const COUNTING = `
import { inline } from 'somen/node';
globalThis.made = {};
export const counting = (name) => {
  globalThis.made[name] = (globalThis.made[name] ?? 0) + 1;
  const executor = inline();
  return { name, close: () => executor.close(), open: (listener) => executor.open({
    ...listener,
    started: (job, worker) => listener.started(job, name + '/' + worker),
    done: (...done) => listener.done(...done),
    expanded: (...expanded) => listener.expanded(...expanded),
    failed: (...failed) => listener.failed(...failed),
    lost: (...lost) => listener.lost(...lost),
    log: (...log) => listener.log(...log),
    resized: () => listener.resized(),
  }) };
};
`;
const made = () => (globalThis as { made?: Record<string, number> }).made;

const TWO = `
import { defineConfig } from 'somen/node';
import { counting } from './counting.mjs';
export default defineConfig({
  profiles: {
    laptop: { executor: () => counting('laptop') },
    lab: { executor: async () => counting('lab'), concurrency: 1 },
  },
});
`;

/** The workers that jobs ran on. */
async function workersOf(computing: Run<unknown>): Promise<string[]> {
  const events = await eventsOf(computing);
  await computing;
  return events.flatMap((event: JobEvent) => (event.type === 'started' ? [event.worker] : []));
}

/** What a run on a profile is rejected with. */
function failure(on: string, options: RuntimeOptions = {}): Promise<Error & { code?: string }> {
  return rejection(run(add(1, 2), { on, display: false, ...options }));
}

describe('the file', () => {
  const code = (name: string) => `
    import { counting } from './counting.mjs';
    export default { profiles: { here: { executor: () => counting('${name}') } } };`;
  const typed = (name: string) => `${code(name)}\nexport type Name = string;`;

  test.each(['somen.config.ts', 'somen.config.mts', 'somen.config.js', 'somen.config.mjs'])(
    'run uses the profile of a file when it is called %s',
    async (name) => {
      await project({ 'counting.mjs': COUNTING, [name]: name.endsWith('ts') ? typed(name) : code(name) });
      expect(await workersOf(run(add(1, 2), { on: 'here' }))).toEqual([`${name}/inline`]);
    },
  );

  test('run uses the profile of a file when it is JSON', async () => {
    const { folder } = await project({
      'somen.config.json': JSON.stringify({
        profiles: { here: { executor: { type: 'inline' }, cache: 'file:results' } },
      }),
    });
    const first = run(add(1, 2), { on: 'here' });
    expect(await workersOf(first)).toEqual(['inline']);
    process.chdir('node_modules');
    const second = run(add(1, 2), { on: 'here' });
    expect(await second).toBe(3);
    expect(second.summary).toMatchObject({ ran: 0, retrieved: 1 });
    expect(await (await import('node:fs/promises')).readdir(folder)).toContain('results');
  });

  test('run imports TypeScript with what it imports when only a file of CommonJS stands beside it', async () => {
    await project({
      'package.json': '{ "name": "common" }',
      'size.ts': 'export const size: number = 3;',
      'somen.config.ts': `
        import { inline } from 'somen/node';
        import { size } from './size.ts';
        const kind: 'small' = 'small';
        export default { profiles: { [kind]: { executor: inline({ concurrency: size }) } } };`,
    });
    expect(await run(add(1, 2), { on: 'small' })).toBe(3);
  });

  test('run looks in the folders above when there is none, up to that of the repository, else of the package', async () => {
    const { folder, write } = await project({
      'counting.mjs': COUNTING,
      'somen.config.mjs': code('top'),
      'packages/a/package.json': '{}',
      'packages/a/src/x.txt': '',
    });
    process.chdir('packages/a/src');
    expect((await failure('here')).message).toMatch(
      /^Cannot run on 'here': there is no somen\.config\.ts, .* in .*packages\/a\/src and above, up to .*packages\/a$/,
    );
    await mkdir(join(folder, '.git'));
    expect(await workersOf(run(add(1, 2), { on: 'here' }))).toEqual(['top/inline']);
    await write({ 'packages/a/somen.config.mjs': code('near').replace('./counting', '../../counting') });
    expect(await workersOf(run(add(1, 2), { on: 'here' }))).toEqual(['near/inline']);
  });

  test.each([
    ['somen.config.json', '{', /^Cannot read .*somen\.config\.json: /],
    ['somen.config.json', '[]', /^Cannot use .*: it gives .*, without profiles\. Write \{ "profiles": /],
    ['somen.config.mjs', 'throw new Error("no such host")', /^Cannot load .*somen\.config\.mjs: no such host$/],
    [
      'somen.config.mjs',
      'export const profiles = {}',
      /^Cannot use .*: it gives undefined, .*Write export default def/,
    ],
    [
      'somen.config.json',
      '{ "profiles": {}, "defualt": "x" }',
      /has a member 'defualt': there is none; did you mean 'd/,
    ],
    ['somen.config.json', '{ "profiles": { "x": 1 } }', /its profile 'x' is number 1, not an object$/],
    ['somen.config.json', '{ "profiles": { "x": {} }, "default": "y" }', /its default is the string 'y', .*: x$/],
  ])('run rejects with one clear error when %s is %s', async (name, text, message) => {
    await project({ [name]: text });
    expect((await failure('x')).message).toMatch(message);
  });

  test('run rejects with what to install when nothing loads TypeScript', async () => {
    // From Node 22.18 on, Node itself does.
    if ('typescript' in process.features && process.features.typescript !== false) return;
    const created = await createProject({
      'somen.config.ts': 'export default { profiles: { x: {} } }',
      'main.mjs': "import { run } from 'somen/node'; await run(1, { on: 'x' });",
    });
    const { code: status, stderr } = await created.node(['main.mjs']);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/does not load TypeScript\. Install tsx/)]);
  });
});

describe('the profile', () => {
  test('run rejects with the name that was meant and all there are when there is no such profile', async () => {
    const { folder } = await project({ 'counting.mjs': COUNTING, 'somen.config.mjs': TWO });
    const error = await failure('labtop');
    expect(error.message).toBe(
      `Cannot run on 'labtop': ${folder}/somen.config.mjs has no such profile. Did you mean 'laptop'? There are laptop, lab`,
    );
    expect(error.code).toBe('ERR_PROFILE');
    expect((await failure('toString')).message).toMatch(/has no such profile\. There are laptop, lab$/);
  });

  test('run throws a TypeError when on is no name, and a runtime when it is given one', async () => {
    expect(() => run(add(1, 2), { on: 4 as never })).toThrow(
      /^Cannot run on number 4: on must be the name of a profile/,
    );
    expect(() => createRuntime({ on: '' })).toThrow(TypeError);
    await using runtime = createRuntime({ executor: inline() });
    const attempt = () => runtime.run(add(1, 2), { on: 'lab' } as never);
    expect(attempt).toThrow(
      /^Cannot use the option 'on' here: profiles are chosen by run and createRuntime of somen\/node/,
    );
  });

  test('a profile is made when it is chosen, once for all its runs', async () => {
    await project({ 'counting.mjs': COUNTING, 'somen.config.mjs': TWO });
    const runs = [run(add(1, 2), { on: 'lab' }), run(add(3, 4), { on: 'lab' })];
    expect(await Promise.all(runs)).toEqual([3, 7]);
    expect(await workersOf(run(add(5, 6), { on: 'lab' }))).toEqual(['lab/inline']);
    await using runtime = createRuntime({ on: 'lab' });
    expect(await runtime.run(add(7, 8))).toBe(15);
    expect(await runtime.digest('x')).toMatch(/^[0-9a-f]{64}$/);
    const streamed: number[] = [];
    for await (const sum of mapStream((x: number) => x + 1, [1, 2], { on: 'lab' })) streamed.push(sum);
    expect(streamed).toEqual([2, 3]);
    expect(made()).toEqual({ lab: 1 });
  });

  test('a profile that could not be made is made anew for the next run', async () => {
    await project({
      'somen.config.mjs': `
        import { inline } from 'somen/node';
        export default { profiles: { x: { executor: () => { if (!process.env.READY) throw new Error('not yet'); return inline(); } } } };`,
    });
    const runtime = createRuntime({ on: 'x' });
    const error = await rejection(runtime.run(add(1, 2)));
    expect(error.message).toMatch(/^Cannot use the profile 'x' of .*somen\.config\.mjs: not yet$/);
    expect(error.cause).toMatchObject({ message: 'not yet' });
    vi.stubEnv('READY', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await runtime.run(add(1, 2))).toBe(3);
  });

  test('what a run is given wins over its profile, which wins over SOMEN_ON', async () => {
    await project({ 'counting.mjs': COUNTING, 'somen.config.mjs': TWO });
    vi.stubEnv('SOMEN_ON', 'laptop');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await workersOf(run(add(1, 2)))).toEqual(['laptop/inline']);
    expect(await workersOf(run(add(1, 2), { on: 'lab' }))).toEqual(['lab/inline']);
    expect(await workersOf(run(add(1, 2), { on: 'lab', executor: inline() }))).toEqual(['inline']);
    const none: Executor | undefined = undefined;
    expect(await workersOf(run(add(1, 2), { on: 'lab', executor: none } as never))).toEqual(['lab/inline']);
    vi.stubEnv('SOMEN_ON', '');
    expect(await workersOf(run(add(1, 2), { executor: inline() }))).toEqual(['inline']);
  });

  test('all that a profile says holds for its runs', async () => {
    await project({
      'somen.config.json': JSON.stringify({
        profiles: {
          all: {
            executor: { type: 'inline', concurrency: '${PLACES}' },
            concurrency: '${PLACES}',
            limits: { memory: 2 },
            display: false,
            history: false,
            onError: 'continue',
            store: 'hinted',
            lookup: 'leaf-first',
            cache: 'file:.somen',
          },
        },
      }),
    });
    vi.stubEnv('PLACES', '3');
    onTestFinished(() => void vi.unstubAllEnvs());
    let most = 0;
    let underWay = 0;
    const wait = schedule(
      async (index: number) => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        if (index % 4 === 3) throw new Error(`no ${index}`);
      },
      { name: 'profiles/wait', limits: ['memory'] },
    );
    const error = await rejection(
      run(
        [0, 1, 2, 3, 4, 5, 6, 7].map((index) => wait(index)),
        { on: 'all' },
      ),
    );
    expect(error).toBeInstanceOf(AggregateError);
    expect(most).toBe(2);
  });

  test.each([
    [{ executer: { type: 'inline' } }, /there is a member 'executer': there is none; did you mean 'executor'\?$/],
    [{ executor: 'workers' }, /executor is the string 'workers'\. Write \{ "type": "workers", "size": 4 \}/],
    [{ executor: {} }, /executor\.type is undefined, it must be a text$/],
    [
      { executor: { type: 'worker' } },
      /executor\.type is 'worker': did you mean 'workers'\? there are inline, workers, /,
    ],
    [{ executor: { type: 'workers', size: 'four' } }, /executor\.size is the string 'four', it must be a number$/],
    [{ executor: { type: 'workers', size: 0 } }, /Cannot start 0 workers: size must be/],
    [
      { executor: { type: 'workers', sise: 4 } },
      /executor has the member 'sise': there is none; did you mean 'size'\?$/,
    ],
    [
      { executor: { type: 'hybrid', executors: { a: { type: 'x' } } } },
      /executor\.executors\.a\.type is 'x': there are/,
    ],
    [{ executor: { type: 'hybrid', executors: {} } }, /Cannot make a hybrid executor of none/],
    [{ executor: { type: 'pilots' } }, /executor\.launch is undefined, it must be an object$/],
    [
      { executor: { type: 'pilots', launch: { type: 'slrum' } } },
      /executor\.launch\.type is 'slrum': did you mean 'slurm'\? there are command, ssh, slurm, pbs, torque, gridEngine$/,
    ],
    [
      { executor: { type: 'pilots', launch: { type: 'ssh' } } },
      /executor\.launch\.host is undefined, it must be a text$/,
    ],
    [
      { executor: { type: 'pilots', launch: { type: 'slurm', cpu: 4 } } },
      /executor\.launch has the member 'cpu': there is none; did you mean 'cpus'\?$/,
    ],
    [{ executor: { type: 'pilots', launch: { type: 'command', argv: [] } } }, /Cannot start pilots with \[\]/],
    [
      { executor: { type: 'pilots', launch: { type: 'slurm' }, listen: { tls: 'none' } } },
      /executor\.listen\.tls is the string 'none', it must be "token" or false$/,
    ],
    [
      { executor: { type: 'queue', connection: 6379 } },
      /executor\.connection is number 6379, it must be a URL or an object$/,
    ],
    [{ executor: { type: 'queue', name: 'a:b' } }, /a:b/],
    [{ executor: { type: 'pilots', launch: { type: 'slurm' }, max: 0 } }, /Cannot use 0 as max of pilots/],
    [{ cache: '.somen' }, /Cannot open the cache '\.somen': it is no URL\. Write file:\.somen/],
    [{ cache: {} }, /Cannot use an object .*as a cache/],
    [{ concurrency: 0 }, /Cannot run 0 jobs at once/],
    [{ limits: { memory: 'much' } }, /limits is .*, it must be an object of numbers$/],
    [{ display: true }, /display is true, it can only be false/],
    [{ onError: 'contine' }, /onError is the string 'contine', it must be 'stop' or 'continue'$/],
    [{ cache: 'file:${NO_SUCH_FOLDER}' }, /cache needs the environment variable NO_SUCH_FOLDER, which is not set/],
    [
      { executor: { type: 'workers', size: '${NO_SUCH_SIZE}' } },
      /executor\.size needs the environment variable NO_SUCH_SIZE, which is not set/,
    ],
  ])('run rejects and names the member when the profile is %j', async (profile, message) => {
    const { folder } = await project({ 'somen.config.json': JSON.stringify({ profiles: { x: profile } }) });
    const error = await failure('x');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`Cannot use the profile 'x' of ${folder}/somen.config.json: `);
    expect(error).toMatchObject({ code: 'ERR_PROFILE' });
  });

  test('executor gets the cache of its profile, and says so where there is none', async () => {
    await project({
      'somen.config.mjs': `
        import { inline, memoryCache } from 'somen/node';
        const executor = ({ cache }) => Object.assign(inline(), { name: cache.name });
        export default { profiles: { with: { executor, cache: () => memoryCache() }, without: { executor } } };`,
    });
    expect(await run(add(1, 2), { on: 'with' })).toBe(3);
    expect((await failure('without')).message).toMatch(
      /executor takes the profile's cache, and there is none\. Add cache/,
    );
  });

  test.each([
    { type: 'ssh', host: 'ada@lab3', port: '22', identity: '~/.ssh/lab', cwd: 'project', options: ['ProxyJump=gate'] },
    { type: 'slurm', partition: 'short', time: '1:00:00', cpus: 16, mem: '8G', setup: ['module load nodejs'] },
    { type: 'pbs', queue: 'workq', cpus: 8, array: false },
    { type: 'torque', queue: 'batch', cpus: 8 },
    { type: 'gridEngine', queue: 'all.q', cpus: 8, parallelEnvironment: 'smp', resources: ['h_vmem=4G'] },
    { type: 'command', argv: ['npx', 'somen', 'pilot'], env: { A: '1' } },
  ])('pilots as data take $type with its options, and launch none before there is a job', async (launch) => {
    const executor = {
      type: 'pilots',
      launch,
      slots: 4,
      min: 1,
      max: 20,
      parallelism: 0.5,
      idleTimeout: 1000,
      wallTime: 60_000,
      drain: 1000,
      heartbeat: { interval: 1000, timeout: 5000 },
      listen: { host: 'here', port: 4000, bind: '0.0.0.0', tls: 'token' },
    };
    await project({ 'somen.config.json': JSON.stringify({ profiles: { x: { executor, cache: 'file:.somen' } } }) });
    expect(await run({ nothing: 'to do' }, { on: 'x' })).toEqual({ nothing: 'to do' });
  });

  test('hybrid as data runs a job where its hint says', async () => {
    const executors = { first: { type: 'inline' }, other: { type: 'inline', concurrency: 2 } };
    await project({
      'somen.config.json': JSON.stringify({ profiles: { both: { executor: { type: 'hybrid', executors } } } }),
    });
    const there = schedule(() => 1, { name: 'profiles/there', executor: 'other' });
    expect(await workersOf(run(there(), { on: 'both' }))).toEqual(['other/inline']);
    expect(await workersOf(run(add(1, 2), { on: 'both' }))).toEqual(['first/inline']);
  });

  test('$${NAME} stands for itself', async () => {
    await project({
      'somen.config.mjs':
        'export default { profiles: { x: { cache: "file:$${HOME}/.somen", executor: { type: "inline" } } } }',
    });
    const { folder } = await project({
      'somen.config.json': JSON.stringify({ profiles: { x: { cache: 'file:a$${B}', executor: { type: 'inline' } } } }),
    });
    await run(add(1, 2), { on: 'x', history: false });
    expect(pathToFileURL(join(folder, 'a${B}')).href).toContain('a$%7BB%7D');
    expect(await (await import('node:fs/promises')).readdir(folder)).toContain('a${B}');
  });
});

describe('a run that waits for its profile', () => {
  const SLOW = `
    import { inline } from 'somen/node';
    export default { profiles: { slow: { executor: () => new Promise(() => undefined) } } };`;

  test('abort ends it at once', async () => {
    await project({ 'somen.config.mjs': SLOW });
    const stop = new AbortController();
    const runs = [run(add(1, 2), { on: 'slow' }), run(add(1, 2), { on: 'slow', signal: stop.signal })];
    const failures = Promise.all(runs.map((each) => rejection(each)));
    runs[0]?.abort(new Error('enough'));
    stop.abort(new Error('stopped'));
    expect((await failures).map(({ message }) => message)).toEqual(['enough', 'stopped']);
    for await (const event of runs[0]?.events ?? []) throw new Error(`Cannot be: ${event.type}`);
  });

  test('close of its runtime ends it when the profile is there', async () => {
    await project({ 'counting.mjs': COUNTING, 'somen.config.mjs': TWO });
    const runtime = createRuntime({ on: 'lab', cache: memoryCache() });
    const waiting = rejection(runtime.run(add(1, 2)));
    await runtime.close();
    expect(await waiting).toMatchObject({ code: 'ERR_CLOSED' });
  });
});

test('defineConfig returns what it is given, and knows the names for default', () => {
  const config = { profiles: { a: {}, b: { cache: 'file:.somen' } }, default: 'a' } as const;
  expect(defineConfig(config)).toBe(config);
  // @ts-expect-error -- there is no such profile.
  defineConfig({ profiles: { a: {} }, default: 'b' });
});
