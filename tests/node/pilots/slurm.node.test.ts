/** The launcher of pilots by Slurm, with a Slurm of the test's own. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slurm, type SlurmOptions } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../support/slurm.ts';
import { rejection } from '../support/pool.ts';
import { explained, launchOne, untilAll } from './support/launched.ts';
import { RecordedTools } from './support/recorded-tools.ts';

describe.runIf(hasSlurm)('slurm', { timeout: 60_000 }, () => {
  let cluster: Slurm;
  let folder: string;
  beforeAll(async () => {
    cluster = await startSlurm();
    folder = await mkdtemp(join(tmpdir(), 'somen-slurm-jobs-'));
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  const writesToken = [
    'sh',
    '-c',
    'echo "$SOMEN_PILOT_TOKEN $1 $SLURM_CPUS_ON_NODE $PWD" > "token-$SOMEN_PILOT_TOKEN"; sleep 60',
    'sh',
  ];
  const launcher = (options: SlurmOptions = {}) => slurm({ cwd: folder, partition: cluster.partition, ...options });
  const written = () => readdir(folder).then((names) => names.filter((name) => name.startsWith('token-')).sort());

  test('slurm submits an array, whose jobs run with a token each, and cancels some of them', async () => {
    const there = launcher({ command: writesToken, time: '0:10:00' });
    const pilots = await there.submit(3, { args: ['--an "option"'], tokens: ['aa', 'bb', 'cc'] });
    expect(new Set(pilots.map(({ id }) => id.replace(/_.*/, ''))).size).toBe(1);
    await untilAll(there, pilots, 'running');
    await eventually('all have written', async () => (await written()).length === 3);
    expect(await written()).toEqual(['token-aa', 'token-bb', 'token-cc']);
    expect(await readFile(join(folder, 'token-bb'), 'utf8')).toBe(`bb --an "option" 1 ${folder}\n`);
    const ids = pilots.map(({ id }) => id);
    await there.cancel(ids.slice(1));
    await untilAll(there, pilots.slice(1), 'ended');
    expect([...(await there.status(ids)).values()]).toEqual(['running', 'ended', 'ended']);
    await there.cancel(pilots.map(({ id }) => id));
    await untilAll(there, pilots, 'ended');
  });

  test('slurm tells which jobs wait, and takes them back', async () => {
    const there = launcher({ command: ['sleep', '60'], cpus: cluster.cpus, array: false });
    const pilots = await there.submit(2, { args: [], tokens: ['dd', 'ee'] });
    await untilAll(there, pilots.slice(0, 1), 'running');
    expect([...(await there.status(pilots.map(({ id }) => id))).values()]).toEqual(['running', 'pending']);
    await there.cancel(pilots.slice(1).map(({ id }) => id));
    await untilAll(there, pilots.slice(1), 'ended');
    await there.cancel(pilots.map(({ id }) => id));
    await untilAll(there, pilots, 'ended');
  });

  test('slurm explains why a job ended, by what it wrote, and removes that where all was well', async () => {
    const there = launcher({ command: ['no-such-program'], setup: ['echo set up >&2'] });
    const pilot = await launchOne(there, { tokens: ['ff'] });
    await untilAll(there, [pilot], 'ended');
    expect(await explained(there, pilot.id)).toMatch(/^wrote: set up\n.*no-such-program: not found/s);
    const log = join(folder, '.somen-pilots', `slurm-${pilot.id}.log`);
    expect(await readFile(log, 'utf8')).toContain('not found');
    there.forget?.([pilot.id]);
    await eventually('the log is gone', () =>
      readFile(log).then(
        () => false,
        () => true,
      ),
    );
  });

  test('slurm says what is wrong with what was asked for', async () => {
    const nowhere = await rejection(launcher({ partition: 'nowhere' }).submit(1, { args: [], tokens: ['gg'] }));
    expect(nowhere.message).toMatch(
      /^Cannot use sbatch: it exited with code 1: .*invalid partition specified: nowhere/s,
    );
  });

  test('slurm knows nothing of jobs that are long gone, and has nothing to do with them', async () => {
    const there = launcher();
    expect([...(await there.status(['99999', '99999_1'])).values()]).toEqual(['ended', 'ended']);
    await there.cancel(['99999']);
  });
});

test('slurm tells how long a pilot runs, and with how many slots', () => {
  expect(slurm()).toMatchObject({ name: 'Slurm', connects: 'back', slots: 1, wallTime: undefined });
  expect(slurm({ cpus: 8, time: '1:30:00' })).toMatchObject({ slots: 8, wallTime: 5_400_000 });
  const times = {
    '30': 30,
    '30:30': 30.5,
    '1:00:01': 60 + 1 / 60,
    '2-12': 3600,
    '1-00:10': 1450,
    '1-00:10:30': 1450.5,
  };
  for (const [time, minutes] of Object.entries(times))
    expect(slurm({ time }).wallTime).toBe(Math.round(minutes * 60_000));
  expect(slurm({ time: 'UNLIMITED' }).wallTime).toBeUndefined();
  expect(() => slurm({ time: 'an hour' })).toThrow("Cannot ask Slurm for the time 'an hour'");
  expect(() => slurm({ cpus: 0 })).toThrow(RangeError);
  expect(() => slurm({ partitions: 'short' } as object)).toThrow(
    "Cannot give slurm the option 'partitions': there is none; did you mean 'partition'?",
  );
  expect(() => slurm({ name: 'no good' })).toThrow('Cannot name jobs "no good"');
});

test('slurm reads what sbatch, squeue and sacct of all kinds of clusters print', async () => {
  const tools = await RecordedTools.create();
  const launch = slurm({ logs: tools.folder });
  await tools.record('sbatch', { stdout: 'sbatch: your account has 3 hours left\n4711;alps\n' });
  expect(await launch.submit(2, { args: [], tokens: ['aa', 'bb'] })).toEqual([{ id: '4711_0' }, { id: '4711_1' }]);
  await tools.record('squeue', {
    stdout:
      '4711_0|RUNNING\n4711_1|CONFIGURING\n4711_2|COMPLETING\n4711_3|REQUEUE_HOLD\n12|SUSPENDED\n13|OUT_OF_MEMORY\n4712_[4-9]|PENDING\n',
  });
  const states = await launch.status(['4711_0', '4711_1', '4711_2', '4711_3', '12', '13', '14']);
  expect([...states.values()]).toEqual(['running', 'pending', 'ended', 'pending', 'running', 'ended', 'ended']);
  expect((await tools.argumentsOf('squeue')).at(-1)).toBe('4711,12,13,14');
  await tools.record('squeue', { stderr: 'slurm_load_jobs error: Invalid job id specified\n', code: 1 });
  expect((await launch.status(['14'])).get('14')).toBe('ended');
  await tools.record('squeue', {
    stderr: 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n',
    code: 1,
  });
  expect((await rejection(launch.status(['14']))).message).toContain('Unable to contact slurm controller');
  await tools.record('sacct', { stdout: 'NODE_FAIL|1:0|None\n' });
  expect(await explained(launch, '4711_0')).toBe('ended as NODE_FAIL, exit code 1:0, reason None');
  await tools.record('sacct', { stderr: 'Slurm accounting storage is disabled\n', code: 1 });
  expect(await explained(launch, '4711_0')).toBeUndefined();
});

test.skipIf(hasSlurm)('slurm was not tested: there is none (Debian: slurm-wlm)', () => undefined);
