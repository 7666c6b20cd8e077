/** A Slurm of the test's own, of one node: Debian's `slurm-wlm`, on ports of its own, in a temporary folder. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from './child.ts';
import { eventually } from './eventually.ts';
import { findPrograms, isProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A Slurm that runs. */
export interface Slurm {
  /** What `sbatch`, `squeue` and `scancel` have to find in their environment. */
  readonly env: { readonly SLURM_CONF: string };
  /** The name of its only partition. */
  readonly partition: string;
  /** A folder that goes with it. */
  readonly folder: string;
  /** How many jobs of one processor run at the same time. */
  readonly cpus: number;
  /** What a command of Slurm prints. */
  ask(command: string, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const controller = findSystemProgram('slurmctld');
const daemon = findSystemProgram('slurmd');

/** Both stand where ordinary users do not look. */
function findSystemProgram(name: string): string | undefined {
  return findPrograms([name])[0] ?? [`/usr/sbin/${name}`, `/usr/local/sbin/${name}`].find(isProgram);
}

/** Whether Slurm is there. CI must have it (Debian: slurm-wlm). */
export const hasSlurm: boolean =
  process.env['CI'] !== undefined ||
  (controller !== undefined && daemon !== undefined && findPrograms(['sbatch']).length > 0);

const CPUS = 4;

/** Starts one, and waits until it takes jobs. */
export async function startSlurm(): Promise<Slurm> {
  if (controller === undefined || daemon === undefined)
    throw new Error('Cannot start Slurm: it is not installed (Debian: slurm-wlm)');
  const root = await mkdtemp(join(tmpdir(), 'somen-slurm-'));
  const conf = join(root, 'slurm.conf');
  await mkdir(join(root, 'state'));
  await mkdir(join(root, 'spool'));
  await writeFile(conf, configuration(root, await freePort(), await freePort()));
  const env = { SLURM_CONF: conf };
  const output = { text: '' };
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    await ask(env, 'scancel', '--quiet', '--signal=KILL', '--full', '--me').catch(() => undefined);
    // The node first: a controller that is gone is waited for.
    for (const child of children.reverse()) await child.stop();
    await rm(root, { recursive: true, force: true });
  };
  try {
    children.push(await start(controller, ['-D', '-c', '-f', conf], env, output));
    children.push(await start(daemon, ['-D', '-N', 'localhost', '-f', conf], env, output));
    await untilIdle(env, children, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, partition: 'short', folder: root, cpus: CPUS, ask: (...command) => ask(env, ...command), stop };
}

/**
 * `auth/none` believes what users say of themselves: nobody but the loopback can say anything. `config_overrides` takes
 * as many processors as are written here, whatever the machine has.
 */
function configuration(root: string, controllerPort: number, daemonPort: number): string {
  const { username } = userInfo();
  return `
ClusterName=somen
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${daemonPort}
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/none
CredType=cred/none
StateSaveLocation=${root}/state
SlurmdSpoolDir=${root}/spool
SlurmctldPidFile=${root}/slurmctld.pid
SlurmdPidFile=${root}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
KillWait=2
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,sched_min_interval=50000,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=${CPUS} RealMemory=1000 State=UNKNOWN
PartitionName=short Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
}

async function start(
  program: string,
  args: readonly string[],
  env: Slurm['env'],
  output: { text: string },
): Promise<Child> {
  const child = await startChild(program, args, ['ignore', 'pipe', 'pipe'], { ...process.env, ...env });
  for (const stream of [child.process.stdout, child.process.stderr])
    stream?.on('data', (data) => (output.text += String(data)));
  return child;
}

async function untilIdle(env: Slurm['env'], children: readonly Child[], output: { text: string }): Promise<void> {
  await eventually('the node of Slurm is idle', async () => {
    if (children.some((child) => child.process.exitCode !== null)) throw new Error(`Slurm ended: ${output.text}`);
    return (await ask(env, 'sinfo', '-h', '-o', '%T').catch(() => '')).trim() === 'idle';
  }).catch((error: unknown) => {
    throw new Error(`Slurm did not start: ${output.text}`, { cause: error });
  });
}

async function ask(env: Slurm['env'], command = 'squeue', ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, ...env }, timeout: 20_000 });
  return stdout;
}
