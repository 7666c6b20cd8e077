/** The launchers of pilots by PBS and Torque: their command lines, and what the tools print. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pbs, torque } from 'somen/node';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { rejection, temporaryFolder } from '../support/pool.ts';
import { explained } from './support/launched.ts';
import { RecordedTools } from './support/recorded-tools.ts';

const TWO = { args: ['--connect', 'head:4000', '--slots', '4'], tokens: ['aa', 'bb'] };
const ONE = { ...TWO, tokens: ['aa'] };

/** As PBS Professional and OpenPBS print an array with `qstat -f -t`, subjobs included. */
const PBS_STATUS = `Job Id: 3[].head
    Job_Name = somen
    Job_Owner = ada@head
    job_state = B
    queue = workq
    server = head
    array = True
    array_state_count = Queued:1 Running:1 Exiting:0 Expired:1 
    array_indices_submitted = 0-3
    Variable_List = PBS_O_HOME=/home/ada,PBS_O_SHELL=/bin/bash,
	PBS_O_WORKDIR=/home/ada/my-project,NOTE=
	job_state = F,PBS_O_QUEUE=workq

Job Id: 3[0].head
    Job_Name = somen
    Job_Owner = ada@head
    resources_used.cpupercent = 12
    resources_used.walltime = 00:00:31
    job_state = R
    queue = workq
    server = head
    exec_host = node07/0*4
    array_id = 3[].head
    array_index = 0
    Submit_arguments = -N somen -J 0-3

Job Id: 3[1].head
    Job_Name = somen
    job_state = Q
    array_id = 3[].head
    array_index = 1

Job Id: 3[2].head
    Job_Name = somen
    job_state = X
    array_id = 3[].head
    array_index = 2
    Exit_status = 0

Job Id: 7.head.cluster.example.org
    Job_Name = somen
    job_state = H
    Hold_Types = u

`;

/** As Torque prints them. */
const TORQUE_STATUS = `Job Id: 41[0].master.cluster
    Job_Name = somen-0
    Job_Owner = ada@master.cluster
    job_state = C
    queue = batch
    server = master.cluster
    Checkpoint = u
    exec_host = n01/0+n01/1
    Walltime.Remaining = 3580
    job_array_id = 0
    exit_status = 271

Job Id: 41[1].master.cluster
    Job_Name = somen-1
    Job_Owner = ada@master.cluster
    job_state = E
    job_array_id = 1

Job Id: 41[2].master.cluster
    Job_Name = somen-2
    job_state = S
    job_array_id = 2

Job Id: 42.master.cluster
    Job_Name = somen
    job_state = W

`;

test('pbs submits an array with what was asked for, and the script on standard input', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qsub', { stdout: '3[].head\n' });
  const logs = join(tools.folder, 'logs');
  const launch = pbs({
    queue: 'workq',
    time: '1:00:00',
    cpus: 4,
    mem: '8gb',
    account: 'lab',
    cwd: '/home/ada',
    logs,
    options: ['-m', 'n'],
  });
  expect(launch).toMatchObject({ name: 'PBS', connects: 'back', slots: 4, wallTime: 3_600_000 });
  expect(await launch.submit(2, TWO)).toEqual([{ id: '3[0].head' }, { id: '3[1].head' }]);
  expect(await tools.argumentsOf('qsub')).toEqual([
    '-N',
    'somen',
    '-S',
    '/bin/sh',
    '-j',
    'oe',
    '-o',
    `${logs}/`,
    '-l',
    'select=1:ncpus=4:mem=8gb',
    '-q',
    'workq',
    '-l',
    'walltime=1:00:00',
    '-A',
    'lab',
    '-J',
    '0-1',
    '-m',
    'n',
  ]);
  expect(await tools.inputOf('qsub')).toContain('cd /home/ada || exit 1');
});

test('torque asks for processors and arrays in its own way', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qsub', { stdout: '41[].master.cluster\n' });
  const launch = torque({ cpus: 2, mem: '4gb', logs: join(tools.folder, 'logs') });
  expect(await launch.submit(2, TWO)).toEqual([{ id: '41[0].master.cluster' }, { id: '41[1].master.cluster' }]);
  const args = await tools.argumentsOf('qsub');
  expect(args.slice(args.indexOf('-r'))).toEqual(['-r', 'n', '-l', 'nodes=1:ppn=2,mem=4gb', '-t', '0-1']);
});

test('pbs submits one job where there is one pilot, or where there are to be no arrays', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qsub', { stdout: 'Welcome to the cluster\n7.head.cluster.example.org\n' });
  const logs = join(tools.folder, 'logs');
  expect(await pbs({ logs }).submit(1, ONE)).toEqual([{ id: '7.head.cluster.example.org' }]);
  expect(await tools.argumentsOf('qsub')).not.toContain('-J');
  expect(await pbs({ logs, array: false }).submit(2, TWO)).toHaveLength(2);
});

test.each([
  ['PBS_ARRAY_INDEX', pbs],
  ['PBS_ARRAYID', torque],
])('the script finds the token of its index in %s', async (variable, make) => {
  const tools = await RecordedTools.create();
  await tools.record('qsub', { stdout: '3[].head\n' });
  const setup = ['GREETING="good morning"'];
  const command = ['sh', '-c', 'echo "$SOMEN_PILOT_TOKEN $PWD $*"', "it's"];
  await make({ setup, command, cwd: tools.folder, logs: join(tools.folder, 'logs') }).submit(2, TWO);
  const script = await tools.inputOf('qsub');
  const run = (env: Record<string, string>) =>
    execFileSync('sh', ['-c', script], { env: { PATH: process.env['PATH'], ...env } }).toString();
  const rest = `${tools.folder} --connect head:4000 --slots 4\n`;
  expect(run({ [variable]: '1' })).toBe(`bb ${rest}`);
  expect(run({ [variable]: '0' })).toBe(`aa ${rest}`);
  expect(run({})).toBe(`aa ${rest}`);
});

test('pbs reads the states of jobs and subjobs out of qstat', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qstat', { stdout: PBS_STATUS, stderr: 'qstat: Unknown Job Id 99.head\n', code: 153 });
  const ids = ['3[0].head', '3[1].head', '3[2].head', '3[3].head', '7.head.cluster.example.org', '99.head'];
  expect(Object.fromEntries(await pbs().status(ids))).toEqual({
    '3[0].head': 'running',
    '3[1].head': 'pending',
    '3[2].head': 'ended',
    '3[3].head': 'ended',
    '7.head.cluster.example.org': 'pending',
    '99.head': 'ended',
  });
  expect(await tools.argumentsOf('qstat')).toEqual(['-f', '-t', '3[]', '7', '99']);
});

test('torque reads the states of jobs and subjobs out of qstat', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qstat', { stdout: TORQUE_STATUS });
  const ids = ['41[0].master.cluster', '41[1].master.cluster', '41[2].master.cluster', '42.master.cluster'];
  expect([...(await torque().status(ids)).values()]).toEqual(['ended', 'ended', 'running', 'pending']);
});

test.each([
  ['qstat: 7.head Job has finished, use -x or -H to obtain historical job information\n', 35],
  ['qstat: Unknown Job Id 7.head\n', 153],
  ['qstat: Unknown Job Id Error 7.master.cluster\n', 153],
])('a job of which qstat says %j has ended', async (stderr, code) => {
  const tools = await RecordedTools.create();
  await tools.record('qstat', { stderr, code });
  expect((await pbs().status(['7.head'])).get('7.head')).toBe('ended');
});

test('what cannot be told is an error, with what the tool said', async () => {
  const tools = await RecordedTools.create();
  const down = 'Connection refused\nqstat: cannot connect to server head (errno=111)\n';
  await tools.record('qstat', { stderr: down, code: 255 });
  expect((await rejection(pbs().status(['7.head']))).message).toBe(
    'Cannot use qstat: it exited with code 255: Connection refused\nqstat: cannot connect to server head (errno=111)',
  );
  await tools.record('qsub', { stderr: 'qsub: Unknown queue\n', code: 170 });
  const launch = pbs({ logs: join(tools.folder, 'logs') });
  expect((await rejection(launch.submit(1, ONE))).message).toBe(
    'Cannot use qsub: it exited with code 170: qsub: Unknown queue',
  );
  await tools.record('qsub', { stdout: 'Your job will be looked at\n' });
  expect((await rejection(launch.submit(1, ONE))).message).toBe(
    'Cannot use qsub: its answer was not understood: Your job will be looked at',
  );
});

test('pbs cancels jobs and subjobs, and those that are gone are no error', async () => {
  const tools = await RecordedTools.create();
  await tools.record('qdel', { stderr: 'qdel: Unknown Job Id 9.head\nqdel: Job has finished 3[0].head\n', code: 35 });
  await pbs().cancel(['3[0].head', '9.head']);
  expect(await tools.argumentsOf('qdel')).toEqual(['3[0].head', '9.head']);
  await tools.record('qdel', { stderr: 'qdel: Unauthorized Request  9.head\n', code: 159 });
  expect((await rejection(pbs().cancel(['9.head']))).message).toContain('Unauthorized Request');
  await pbs().cancel([]);
});

test('pbs finds what a job wrote, wherever the server has put it', async () => {
  const logs = await temporaryFolder();
  const launch = pbs({ logs });
  await mkdir(join(logs, 'other'));
  const files = {
    'somen.o7': 'one job',
    'somen.o3.1': 'of PBS',
    'somen.o41-2': 'of Torque',
    '5[0].head.OU': 'of a newer PBS',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(logs, name), `${text}\n`);
  expect(await explained(launch, '7.head')).toBe('wrote: one job');
  expect(await explained(launch, '3[1].head')).toBe('wrote: of PBS');
  expect(await explained(launch, '41[2].master')).toBe('wrote: of Torque');
  expect(await explained(launch, '5[0].head')).toBe('wrote: of a newer PBS');
  expect(await explained(launch, '3[2].head')).toBeUndefined();
  launch.forget?.(['7.head', '3[1].head']);
  await eventually('two are gone', async () => (await readdir(logs)).length === 3);
  expect((await readdir(logs)).sort()).toEqual(['5[0].head.OU', 'other', 'somen.o41-2']);
});

test('pbs and torque refuse times and numbers that are none', () => {
  expect(pbs({ time: '90' }).wallTime).toBe(90_000);
  expect(torque({ time: '02:30' }).wallTime).toBe(150_000);
  expect(() => pbs({ time: '1h' })).toThrow("Cannot ask for the time '1h'");
  expect(() => torque({ cpus: 1.5 })).toThrow('Cannot ask for 1.5 processors');
});
