/** The launcher of pilots by Grid Engine, with one of the test's own. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridEngine, type GridEngineOptions } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type GridEngine, hasGridEngine, startGridEngine } from '../../support/grid-engine.ts';
import { rejection } from '../support/pool.ts';
import { untilAll } from './support/launched.ts';

describe.runIf(hasGridEngine)('gridEngine', { timeout: 60_000 }, () => {
  let cluster: GridEngine;
  let folder: string;
  beforeAll(async () => {
    cluster = await startGridEngine();
    folder = await mkdtemp(join(tmpdir(), 'somen-grid-engine-jobs-'));
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  const writesToken = ['sh', '-c', 'echo "$SOMEN_PILOT_TOKEN $1 $PWD" > "token-$SOMEN_PILOT_TOKEN"; sleep 60', 'sh'];
  const launcher = (options: GridEngineOptions = {}) => gridEngine({ cwd: folder, queue: cluster.queue, ...options });
  const written = () => readdir(folder).then((names) => names.filter((name) => name.startsWith('token-')).sort());

  test('gridEngine submits an array, whose jobs run with a token each, tells which wait, and cancels some', async () => {
    const there = launcher({ command: writesToken, time: '0:10:00' });
    const tokens = ['aa', 'bb', 'cc', 'dd', 'ee'];
    const pilots = await there.submit(5, { args: ['--an "option"'], tokens });
    expect(new Set(pilots.map(({ id }) => id.replace(/\..*/, ''))).size).toBe(1);
    await untilAll(there, pilots.slice(0, cluster.slots), 'running');
    await eventually('they have written', async () => (await written()).length === cluster.slots);
    expect(await readFile(join(folder, 'token-bb'), 'utf8')).toBe(`bb --an "option" ${folder}\n`);
    const ids = pilots.map(({ id }) => id);
    expect((await there.status(ids)).get(ids[4]!)).toBe('pending');
    await there.cancel([ids[4]!, ids[0]!]);
    await untilAll(there, [pilots[4]!, pilots[0]!], 'ended');
    expect((await there.status(ids)).get(ids[1]!)).toBe('running');
    await there.cancel(ids);
    await untilAll(there, pilots, 'ended');
  });

  test('gridEngine submits a single job, and explains why it ended, by what it wrote', async () => {
    const there = launcher({ command: ['no-such-program'], setup: ['echo set up $SOMEN_PILOT_TOKEN >&2'] });
    const [pilot] = await there.submit(1, { args: [], tokens: ['ff'] });
    expect(pilot!.id).toMatch(/^\d+$/);
    await untilAll(there, [pilot!], 'ended');
    expect(await there.explain!(pilot!.id)).toMatch(/^wrote: set up ff\n.*no-such-program: not found/s);
    there.forget!([pilot!.id]);
    await eventually('the log is gone', async () =>
      (await readdir(join(folder, '.somen-pilots'))).every((name) => name !== `somen.o${pilot!.id}`),
    );
  });

  test('gridEngine takes a job in error for ended, and says what the error is', async () => {
    const there = launcher({ cwd: '/no/such/folder', logs: join(folder, 'logs') });
    const [pilot] = await there.submit(1, { args: [], tokens: ['gg'] });
    await untilAll(there, [pilot!], 'ended');
    await eventually('it is in error', async () => (await there.explain!(pilot!.id)) !== undefined);
    expect(await there.explain!(pilot!.id)).toBe(
      "is in error: can't chdir to /no/such/folder: No such file or directory",
    );
    await there.cancel([pilot!.id]);
  });

  test('gridEngine says what is wrong with what was asked for', async () => {
    const nowhere = await rejection(launcher({ queue: 'nowhere.q' }).submit(1, { args: [], tokens: ['hh'] }));
    expect(nowhere.message).toMatch(/^Cannot use qsub: it exited with code 1: .*unknown queue "nowhere.q"/s);
  });

  test('gridEngine knows nothing of jobs that are long gone, and has nothing to do with them', async () => {
    const there = launcher();
    expect([...(await there.status(['99999', '99999.1'])).values()]).toEqual(['ended', 'ended']);
    await there.cancel(['99999', '99999.1']);
  });
});

test('gridEngine tells how long a pilot runs, and with how many slots', () => {
  expect(gridEngine({ time: '1:30:00' })).toMatchObject({
    name: 'Grid Engine',
    connects: 'back',
    slots: 1,
    wallTime: 5_400_000,
  });
  expect(gridEngine({ cpus: 8, parallelEnvironment: 'smp', time: '90' })).toMatchObject({ slots: 8, wallTime: 90_000 });
  expect(() => gridEngine({ cpus: 8 })).toThrow("Write parallelEnvironment: 'smp'");
  expect(() => gridEngine({ time: 'long' })).toThrow("Cannot ask for the time 'long'");
});

test.skipIf(hasGridEngine)(
  'gridEngine was not tested: there is none (Debian: gridengine-master, gridengine-exec, gridengine-client), or this is not root',
  () => undefined,
);
