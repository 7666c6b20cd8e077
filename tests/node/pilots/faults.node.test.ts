/** What happens when pilots are killed, hang, do not come up or have to go: with real processes. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  command,
  gatherAll,
  type Launcher,
  pilots,
  type PilotsOptions,
  run,
  WorkerLoadError,
  WorkerLostError,
} from 'somen/node';
import { expect, onTestFinished, test } from 'vitest';
import { killsPilot, killsPilotOnce, noted, surroundings, waitsFor } from '../fixtures/pilot-tasks.mjs';
import { begin, end, surroundings as surroundingsOf } from '../fixtures/process-tasks.mjs';
import { eventually } from '../../support/eventually.ts';
import { eventOf, eventsOf, rejection, temporaryFolder } from '../support/pool.ts';
import { isAlive, pidOf } from './support/processes.ts';
import { Recorder } from './support/recorder.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';

/** Pilots that end with the test, and what was asked of their launcher. */
function lab(options: Partial<PilotsOptions> = {}, argv = SOMEN_PILOT) {
  const launch = new Recorder(command(argv));
  const executor = pilots({ launch, slots: 2, max: 2, ...options });
  onTestFinished(() => executor.close());
  return { executor, launch };
}

/** How often each job began. */
async function begun(file: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const id of (await readFile(file, 'utf8')).trim().split('\n')) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('the jobs of a pilot that is killed run again in another one, once, and it is replaced', async () => {
  const file = join(await temporaryFolder(), 'begun');
  const { executor, launch } = lab();
  const running = run(gatherAll(ids(40).map((id) => noted(file, id, 50))), { executor, display: false });
  const events = eventsOf(running);
  const { worker } = await eventOf(running, 'started');
  await eventually('some have run', async () => (await begun(file).catch(() => new Map())).size > 10);
  process.kill(pidOf(worker), 'SIGKILL');
  const results = await running;
  expect(results.map(({ id }) => id)).toEqual(ids(40));
  const counts = [...(await begun(file)).values()];
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  // Two slots, each with a job at work and perhaps one that waits.
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(40 + 4);
  expect(launch.total()).toBeGreaterThanOrEqual(2);
  const told = (await events).flatMap((event) => (event.type === 'log' ? [[event.level, event.values[0]]] : []));
  const [home] = worker.split('/');
  const text = `Pilot ${home} was lost, and its jobs run again elsewhere: Worker ${home}/`;
  expect(told).toEqual([['warn', expect.stringContaining(text)]]);
}, 60_000);

test('a job that kills its pilot runs again, and one that kills each fails with a WorkerLostError, with no harm to others', async () => {
  const mark = join(await temporaryFolder(), 'mark');
  const { executor } = lab({ max: 1 });
  expect(await run(killsPilotOnce(mark), { executor, display: false })).toBe('alive');
  const others = run(gatherAll(ids(20).map((id) => noted(join(mark, '../begun'), id, 20))), {
    executor,
    display: false,
  });
  const error = await rejection(run(killsPilot(), { executor, display: false }));
  expect(error).toBeInstanceOf(WorkerLostError);
  expect((await others).map(({ id }) => id)).toEqual(ids(20));
}, 60_000);

test('a pilot that stops answering is given up, its jobs run elsewhere, and it is ended', async () => {
  const file = join(await temporaryFolder(), 'begun');
  const { executor } = lab({ heartbeat: { interval: 200, timeout: 2000 } });
  const running = run(gatherAll(ids(12).map((id) => noted(file, id, 200))), { executor, display: false });
  const { worker } = await eventOf(running, 'started');
  process.kill(pidOf(worker), 'SIGSTOP');
  expect((await running).map(({ id }) => id)).toEqual(ids(12));
  expect(Math.max(...(await begun(file)).values())).toBeLessThanOrEqual(2);
  await eventually('the pilot is gone', () => !isAlive(pidOf(worker)));
}, 60_000);

test('a pilot takes no more jobs some time before its wall time, and another one goes on: no job runs twice', async () => {
  const file = join(await temporaryFolder(), 'begun');
  const { executor } = lab({ max: 1, wallTime: 20_000, drain: 16_000 });
  const results = await run(gatherAll(ids(100).map((id) => noted(file, id, 100))), { executor, display: false });
  expect(new Set(results.map(({ pid }) => pid)).size).toBeGreaterThan(1);
  expect([...(await begun(file)).values()].every((count) => count === 1)).toBe(true);
}, 60_000);

test('SIGTERM, as batch systems send it, makes a pilot finish its jobs and end', async () => {
  const file = join(await temporaryFolder(), 'begun');
  const { executor } = lab({ max: 1 });
  const running = run(gatherAll(ids(20).map((id) => noted(file, id, 50))), { executor, display: false });
  const { worker } = await eventOf(running, 'started');
  process.kill(pidOf(worker), 'SIGTERM');
  const results = await running;
  expect(new Set(results.map(({ pid }) => pid)).size).toBe(2);
  expect([...(await begun(file)).values()].every((count) => count === 1)).toBe(true);
}, 60_000);

test('as many pilots are started as there is work for, and those that have none for a while end, down to min', async () => {
  const folder = await temporaryFolder();
  const { executor, launch } = lab({ slots: 1, min: 1, max: 3, idleTimeout: 300 });
  const go = (name: string) => join(folder, name);
  const one = run(waitsFor(go('one'), 1), { executor, display: false });
  await eventually('there is one', () => launch.alive() === 1);
  const many = run(gatherAll(ids(5).map((id) => waitsFor(go('many'), id))), { executor, display: false });
  await eventually('there are three', () => launch.alive() === 3);
  await writeFile(go('many'), '');
  await many;
  await eventually('there is one again, at work', () => launch.alive() === 1);
  await writeFile(go('one'), '');
  await one;
  expect(launch.alive()).toBe(1);
  expect(launch.total()).toBe(3);
  await executor.close();
  await eventually('there is none', () => launch.alive() === 0);
}, 60_000);

test('parallelism says for how many of the jobs there is a slot', async () => {
  const folder = await temporaryFolder();
  const { executor, launch } = lab({ slots: 2, max: 9, parallelism: 0.5 });
  const running = run(gatherAll(ids(8).map((id) => waitsFor(join(folder, 'go'), id))), { executor, display: false });
  await eventually('two run', () => launch.alive() === 2);
  await writeFile(join(folder, 'go'), '');
  await running;
  expect(launch.total()).toBe(2);
}, 60_000);

test.each([
  ['ends at once', ['sh', '-c', 'echo no luck >&2; exit 3'], /exited with code 3: no luck/],
  ['is not there', ['/no/such/program', 'pilot'], /could not be started: spawn \/no\/such\/program ENOENT/],
  [
    'is another program',
    ['sh', '-c', 'echo Password:; cat >/dev/null'],
    /did not greet within 1 s. It said: Password:/,
  ],
  ['is killed', ['sh', '-c', 'kill -9 $$'], /was ended by SIGKILL/],
])(
  'a pilot that %s is tried three times, and its jobs fail with one error that says so',
  async (_what, argv, reason) => {
    const { executor, launch } = lab({ max: 1, connectTimeout: 1000 }, argv);
    const error = await rejection(run(gatherAll(ids(5).map((id) => waitsFor('', id))), { executor, display: false }));
    expect(error).toBeInstanceOf(WorkerLoadError);
    expect(error.message).toMatch(/^Cannot get pilots by the command /);
    expect(error.message).toMatch(reason);
    expect(launch.total()).toBe(3);
    const again = await rejection(run(waitsFor('', 1), { executor, display: false }));
    expect(again.message).toMatch(reason);
    expect(launch.total()).toBe(4);
  },
  60_000,
);

test('a command that says nothing is told after a while, and ended with all it has started when its executor is closed', async () => {
  const file = join(await temporaryFolder(), 'pids');
  const { executor } = lab({ max: 1 }, ['sh', '-c', 'sleep 1000 & echo $$ $! > "$0"; wait', file]);
  const running = run(surroundings(), { executor, display: false });
  const failure = rejection(running);
  const { level, values } = await eventOf(running, 'log');
  expect([level, ...values]).toEqual([
    'warn',
    'Waiting for a pilot: the command sh has started one that says nothing yet. Check that it runs somen pilot. Each try may take 120 s; see connectTimeout',
  ]);
  await executor.close();
  expect((await failure).message).toMatch(/closed/);
  await eventually('its processes are gone', async () => !(await pidsIn(file)).some(isAlive));
}, 60_000);

test('a pilot that waits in a queue is told calmly', async () => {
  const launch: Launcher = {
    name: 'a queue',
    connects: 'back',
    submit: (count) => Promise.resolve(Array.from({ length: count }, (_, index) => ({ id: `${index}` }))),
    status: (waiting) => Promise.resolve(new Map(waiting.map((id) => [id, 'pending']))),
    cancel: () => Promise.resolve(),
  };
  const executor = pilots({ launch, slots: 1 });
  onTestFinished(() => executor.close());
  const running = run(surroundings(), { executor, display: false });
  running.catch(() => undefined);
  const { level, values } = await eventOf(running, 'log');
  expect([level, ...values]).toEqual(['info', 'Waiting for a pilot: it is pending in the queue of a queue']);
}, 60_000);

test('a script that is ended by a signal leaves no pilot behind that has not connected', async () => {
  const file = join(await temporaryFolder(), 'pids');
  const script = fileURLToPath(new URL('../fixtures/pilot-silent-script.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, file], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually('the pilot has started', async () => (await pidsIn(file)).length === 2);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  await eventually('its processes are gone', async () => !(await pidsIn(file)).some(isAlive));
}, 60_000);

/** The processes that a pilot has noted. */
async function pidsIn(file: string): Promise<readonly number[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.endsWith('\n') ? text.trim().split(' ').map(Number) : [];
}

test('a script whose pilots do not come up ends, although it closes nothing', async () => {
  const script = fileURLToPath(new URL('../fixtures/pilot-unclosed-script.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 });
  expect(stdout).toBe('WorkerLoadError\n');
}, 60_000);

test.each([
  [{ slot: 2 }, /^Cannot give pilots the option 'slot': there is none; did you mean 'slots'\?$/],
  [
    { heartbeat: 3000 },
    /^Cannot use 3000 as heartbeat of pilots: .*Write heartbeat: \{ interval: 5000, timeout: 30000 \}$/,
  ],
  [{ heartbeat: { timout: 1 } }, /^Cannot give heartbeat of pilots the option 'timout': .*'timeout'/],
  [{ heartbeat: { timeout: -1 } }, /^Cannot use -1 as heartbeat.timeout of pilots/],
  [{ listen: { address: '::' } }, /^Cannot give listen of pilots the option 'address'/],
])('pilots(%j) throws and says what is meant', (options: object, message) => {
  expect(() => pilots({ launch: command(SOMEN_PILOT), ...options })).toThrow(message);
});

test('a working directory of a command that is no folder is named', async () => {
  const cwd = join(await temporaryFolder(), 'missing');
  const executor = pilots({ launch: command(SOMEN_PILOT, { cwd }) });
  onTestFinished(() => executor.close());
  const error = await rejection(run(surroundings(), { executor, display: false }));
  expect(error.message).toContain(`could not be started: its working directory ${cwd} is no folder`);
}, 60_000);

test('pilots that begin to come up after some that did not are used', async () => {
  const mark = join(await temporaryFolder(), 'mark');
  const flaky = ['sh', '-c', `if [ -e '${mark}' ]; then exec "$@"; fi; touch '${mark}'; exit 1`, 'sh', ...SOMEN_PILOT];
  const { executor, launch } = lab({ max: 1 }, flaky);
  expect((await run(surroundings(), { executor, display: false })).token).toBeUndefined();
  expect(launch.total()).toBe(2);
}, 60_000);

test('init is called in each worker before its first job, and finish before it ends, where it is not at work', async () => {
  const cwd = await temporaryFolder();
  const launch = command(SOMEN_PILOT, { cwd, env: { PLACE: 'there' } });
  const executor = pilots({ launch, slots: 1, root: cwd, init: begin, finish: end });
  onTestFinished(() => executor.close());
  const seen = await run(surroundingsOf(), { executor, display: false });
  expect(seen).toEqual({ cwd: await realpath(cwd), place: 'there', begun: 1 });
  await executor.close();
  expect(await readFile(join(cwd, 'finished'), 'utf8')).toBe('begun 1');
}, 60_000);

test('what is printed before a pilot speaks is skipped', async () => {
  const noisy = ['sh', '-c', 'echo Welcome; printf "no line end"; exec "$@"', 'sh', ...SOMEN_PILOT];
  const { executor } = lab({}, noisy);
  expect((await run(surroundings(), { executor, display: false })).cwd).toBe(process.cwd());
}, 60_000);

test('pilots tell themselves how many slots they have where nobody says so, and until then there is one', async () => {
  const folder = await temporaryFolder();
  const argv = [...SOMEN_PILOT, '--slots', '3'];
  const launch = new Recorder(command(argv));
  const executor = pilots({ launch, max: 4 });
  onTestFinished(() => executor.close());
  const running = run(gatherAll(ids(6).map((id) => waitsFor(join(folder, 'go'), id))), { executor, display: false });
  await eventually('two run', () => launch.alive() === 2);
  await writeFile(join(folder, 'go'), '');
  await running;
  expect(launch.submitted.map(({ count }) => count)).toEqual([1, 1]);
}, 60_000);
