/** Runs on clusters of the test's own: what goes wrong there, and that nothing is left behind. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gatherAll, gridEngine, pilots, run, slurm, WorkerLoadError } from 'somen/node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { noted, surroundings, waitsFor } from '../fixtures/pilot-tasks.mjs';
import { eventually } from '../../support/eventually.ts';
import { type GridEngine, hasGridEngine, startGridEngine } from '../../support/grid-engine.ts';
import { packageRoot } from '../../support/package-root.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../support/slurm.ts';
import { eventOf, rejection, temporaryFolder } from '../support/pool.ts';

const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const listen = { host: '127.0.0.1' };

describe.runIf(hasSlurm)('pilots by slurm', { timeout: 60_000 }, () => {
  let cluster: Slurm;
  beforeAll(async () => {
    cluster = await startSlurm();
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    vi.unstubAllEnvs();
  });

  const queue = async () =>
    (await cluster.ask('squeue', '-h', '-r', '-o', '%i %T')).split('\n').filter((line) => line !== '');
  const lab = (options: Partial<Parameters<typeof pilots>[0]> = {}, asked: Parameters<typeof slurm>[0] = {}) => {
    const launch = slurm({ logs: cluster.folder, ...asked });
    const executor = pilots({ launch, listen, ...options });
    onTestFinished(() => executor.close());
    return executor;
  };

  test('a job of Slurm that is cancelled in mid-run is replaced, and its jobs run again, once', async () => {
    const file = join(await temporaryFolder(), 'begun');
    const executor = lab({ max: 2 });
    const running = run(gatherAll(ids(30).map((id) => noted(file, id, 100))), { executor, display: false });
    await eventOf(running, 'started');
    const [first = ''] = await queue();
    await cluster.ask('scancel', '--signal=KILL', '--full', first.split(' ')[0] ?? '');
    expect((await running).map(({ id }) => id)).toEqual(ids(30));
  });

  test('more pilots than the cluster has room for wait, and are taken back when there is no work', async () => {
    const folder = await temporaryFolder();
    const executor = lab({ max: cluster.cpus + 2, idleTimeout: 200 });
    const jobs = ids(cluster.cpus + 2).map((id) => waitsFor(join(folder, 'go'), id));
    const controller = new AbortController();
    const running = rejection(run(gatherAll(jobs), { executor, signal: controller.signal, display: false }));
    await eventually('the cluster is full', async () => {
      const lines = await queue();
      return (
        lines.filter((line) => line.endsWith('RUNNING')).length === cluster.cpus && lines.length === cluster.cpus + 2
      );
    });
    controller.abort();
    await running;
    await eventually('nothing waits or runs', async () => (await queue()).every((line) => line.endsWith('COMPLETING')));
  });

  test('what Slurm says is the error, and so is what a pilot wrote that does not come up', async () => {
    const nowhere = await rejection(
      run(surroundings(), { executor: lab({}, { partition: 'nowhere' }), display: false }),
    );
    expect(nowhere).toBeInstanceOf(WorkerLoadError);
    expect(nowhere.message).toMatch(
      /^Cannot get pilots by Slurm: Cannot use sbatch: .*invalid partition specified: nowhere/s,
    );
    const missing = await rejection(
      run(surroundings(), { executor: lab({}, { command: ['no-somen', 'pilot'] }), display: false }),
    );
    expect(missing.message).toMatch(
      /^Cannot get pilots by Slurm: pilot \d+ ended before it had connected\. It wrote: .*no-somen: not found/s,
    );
  });

  test('a script that ends by itself leaves nothing in the queue', async () => {
    const script = join(packageRoot, 'tests/node/fixtures/slurm-script.mjs');
    const env = { ...process.env, SLURM_LOGS: cluster.folder };
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
    expect(stdout).toMatch(/^\d+\n$/);
    await eventually('nothing waits or runs', async () => (await queue()).every((line) => line.endsWith('COMPLETING')));
  });
});

describe.runIf(hasGridEngine)('pilots by gridEngine', { timeout: 60_000 }, () => {
  let cluster: GridEngine;
  beforeAll(async () => {
    cluster = await startGridEngine();
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    vi.unstubAllEnvs();
  });

  test('an array of pilots connects back and runs jobs', async () => {
    const file = join(await temporaryFolder(), 'begun');
    const launch = gridEngine({ queue: cluster.queue, logs: await temporaryFolder() });
    const executor = pilots({ launch, listen, max: 2 });
    onTestFinished(() => executor.close());
    const results = await run(gatherAll(ids(20).map((id) => noted(file, id, 100))), { executor, display: false });
    expect(results.map(({ id }) => id)).toEqual(ids(20));
  });
});
