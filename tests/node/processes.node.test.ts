/** Child processes as an executor: the suite, and what only processes can do. */
import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRuntime, gatherAll, processes, run, WorkerLoadError, WorkerLostError } from 'somen/node';
import { executorSuite } from 'somen/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as tasks from './fixtures/process-tasks.mjs';
import { exit } from './fixtures/tasks.mjs';
import { eventsOf, rejection, temporaryFolder } from './support/pool.ts';

describe('processes', () => {
  const options = { clones: true, logs: true, stopsLoops: true, crash: exit };
  test.each(executorSuite(() => processes({ size: 2 }), options))('processes $name', ({ run: check }) => check());
});

function pool(options: Parameters<typeof processes>[0] = {}): ReturnType<typeof processes> {
  const executor = processes({ size: 2, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

test('a job runs in another process, one at a time', async () => {
  const pids = await run(
    Array.from({ length: 6 }, () => tasks.processId(20)),
    { executor: pool() },
  );
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
  expect(pids).not.toContain(process.pid);
});

test.each([
  ['that kills itself', () => tasks.killOnce, /SIGKILL/],
  ['that aborts', () => tasks.abortOnce, /SIGABRT|code 134/],
] as const)('the job of a process %s runs again elsewhere, once', async (_how, task, reason) => {
  const folder = await temporaryFolder();
  const running = run(task()(join(folder, 'mark')), { executor: pool(), display: false });
  const events = await eventsOf(running);
  expect(await running).toBe(2);
  const retries = events.flatMap((event) => (event.type === 'retrying' ? [String(event.error)] : []));
  expect(retries).toHaveLength(1);
  expect(retries[0]).toMatch(reason);
});

test('a job that ends every process fails with a WorkerLostError that says how, and the others are unharmed', async () => {
  await using runtime = createRuntime({ executor: pool(), display: false });
  const others = runtime.run(gatherAll(Array.from({ length: 200 }, (_, index) => tasks.identity(index))));
  const error = await rejection(runtime.run(tasks.kill()));
  expect(error).toBeInstanceOf(WorkerLostError);
  expect(error.message).toMatch(/'kill'.*3 times.*SIGKILL/);
  expect((await others).at(-1)).toBe(199);
});

test('a process that runs out of memory is told so, and its job is lost', async () => {
  const executor = pool({ size: 1, env: { NODE_OPTIONS: '--max-old-space-size=64' } });
  const error = await rejection(run(tasks.eatMemory(), { executor, display: false }));
  expect(error).toBeInstanceOf(WorkerLostError);
  expect(error.message).toMatch(/memory/);
  expect(error.message).not.toMatch(/resourceLimits/);
  expect(await run(tasks.identity(3), { executor })).toBe(3);
}, 60_000);

test('init is called before the first job of each process, and finish before its end', async () => {
  const folder = await realpath(await temporaryFolder());
  const { begin, end } = tasks;
  const executor = processes({ size: 1, init: begin, finish: end, cwd: folder, env: { PLACE: 'here' } });
  expect(await run(tasks.surroundings(), { executor })).toEqual({ cwd: folder, place: 'here', begun: 1 });
  await executor.close();
  await expect.poll(() => readFile(join(folder, 'finished'), 'utf8').catch(() => '')).toBe('begun 1');
});

test('finish runs to its end, although the script that closed its processes ends at once', async () => {
  const folder = await temporaryFolder();
  const script = fileURLToPath(new URL('fixtures/process-finish-script.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script, folder]);
  await expect.poll(() => readFile(join(folder, 'finished'), 'utf8').catch(() => ''), { timeout: 10_000 }).toBe('x');
});

test('an init that throws fails the jobs with its error', async () => {
  const error = await rejection(run(tasks.identity(1), { executor: pool({ init: tasks.fail }), display: false }));
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toContain('No database');
});

test('a finish that throws is a warning with its error, and close waits for it', async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error): number => warnings.push(warning);
  process.on('warning', listener);
  onTestFinished(() => void process.off('warning', listener));
  const executor = processes({ size: 1, finish: tasks.fail });
  await run(tasks.identity(1), { executor });
  await executor.close();
  await expect
    .poll(() => warnings.map(({ message }) => message))
    .toEqual([expect.stringMatching(/^Cannot finish worker .*No database/)]);
});

test('a working directory that is no folder is named', async () => {
  const cwd = join(await temporaryFolder(), 'missing');
  const error = await rejection(run(tasks.identity(1), { executor: pool({ cwd }), display: false }));
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toContain(`could not be started: its working directory ${cwd} is no folder`);
});

test('an option that is none is a TypeError that says which was meant', () => {
  expect(() => processes({ sizes: 2 } as object)).toThrow(
    "Cannot give processes the option 'sizes': there is none; did you mean 'size'?",
  );
});

test('a plain function as init is a TypeError that says what to write', () => {
  expect(() => processes({ init: () => 1 })).toThrow(/schedule\(function init/);
});

test('what a task writes by any means is a log event, and never gets into its messages', async () => {
  const running = run(tasks.write(), { executor: pool({ size: 1 }), display: false });
  const events = await eventsOf(running);
  expect(await running).toBe('written');
  const lines = events.flatMap((event) => (event.type === 'log' ? String(event.values[0]) : []));
  expect(lines.sort()).toEqual(['console', 'descriptor', 'error stream', 'other program', 'stream']);
});

test('results and arguments of any size go there and back, however many there are', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  for (const length of [1, 1000, 2 ** 20, 12 * 2 ** 20, 12 * 2 ** 20, 12 * 2 ** 20]) {
    const there = tasks.identity(new Float64Array(length).fill(length));
    const back = (await runtime.run(tasks.identity(there))) as Float64Array;
    expect([back.length, back[0], back[length - 1]]).toEqual([length, length, length]);
  }
}, 60_000);

test('a job that gives the memory of its argument away leaves those of other jobs alone', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  // Short jobs: from now on many go in one message.
  await runtime.run(gatherAll(Array.from({ length: 200 }, (_, index) => tasks.identity(index))));
  for (const length of [10, 1000]) {
    const arrays = Array.from({ length: 40 }, (_, index) => new Float64Array(length).fill(index));
    const sums = await runtime.run(gatherAll(arrays.map((array) => tasks.giveAway(array))));
    expect(sums).toEqual(arrays.map((_, index) => index * length));
    const back = (await runtime.run(gatherAll(arrays.map((array) => tasks.identity(array))))) as Float64Array[];
    expect(new Set(back.map(({ buffer }) => buffer)).size).toBe(40);
  }
});

test('results in memories that cannot be moved arrive, however many there are', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  for (let index = 0; index < 4; index++) {
    const bytes = await runtime.run(tasks.wasmMemory(400, index));
    expect([bytes.length, bytes[0]]).toEqual([400 * 65_536, index]);
  }
}, 60_000);

test('what other programs write is text, wherever the stream is cut', async () => {
  const running = run(tasks.writeLong(), { executor: pool({ size: 1 }), display: false });
  const events = await eventsOf(running);
  await running;
  const text = events.flatMap((event) => (event.type === 'log' ? String(event.values[0]) : [])).join('');
  expect(text.replaceAll('\n', '')).toBe(`a${'\u00e9'.repeat(100_000)}`);
});

test('a job whose arguments cannot be sent does no harm to the next one of its task', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  expect((await rejection(runtime.run(tasks.identity({ enclosed: tasks.makeEnclosed(5) })))).message).toMatch(
    /Cannot run 'enclosed'.*'captured'/,
  );
  expect(await runtime.run(tasks.identity(1))).toBe(1);
});

test('the environment of the parent is there, but for variables that were set to undefined', async () => {
  process.env['SOMEN_TEST_PLACE'] = 'parent';
  onTestFinished(() => void delete process.env['SOMEN_TEST_PLACE']);
  const read = (env: Record<string, string | undefined>): Promise<unknown> =>
    run(tasks.environment('SOMEN_TEST_PLACE'), { executor: pool({ size: 1, env }) });
  expect(await read({})).toBe('parent');
  expect(await read({ SOMEN_TEST_PLACE: undefined })).toBe(undefined);
});

test('a script that is done ends, and its processes with it', async () => {
  const script = fileURLToPath(new URL('fixtures/process-script.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const pid = Number(stdout.trim());
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
