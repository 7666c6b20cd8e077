/** A Grid Engine of the test's own, of one node: Debian's `gridengine`, on ports of its own, in a temporary folder. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from './child.ts';
import { eventually } from './eventually.ts';
import { isProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A Grid Engine that runs. */
export interface GridEngine {
  /** What `qsub`, `qstat` and `qdel` have to find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The name of its only queue. */
  readonly queue: string;
  /** How many jobs run at the same time. */
  readonly slots: number;
  /** What a command of Grid Engine prints. */
  ask(command: string, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Where Debian has its programs. */
const PROGRAMS = '/usr/lib/gridengine';
const RESOURCES = '/usr/share/gridengine';
const SLOTS = 4;

/** Whether it is there, and may run: jobs of several users take root. CI must have it (Debian: gridengine-master, -exec, -client). */
export const hasGridEngine: boolean =
  process.env['CI'] !== undefined ||
  (process.getuid?.() === 0 && ['sge_qmaster', 'sge_execd', 'qsub'].every((name) => isProgram(join(PROGRAMS, name))));

/** Starts one, and waits until it takes jobs. */
export async function startGridEngine(): Promise<GridEngine> {
  const root = await mkdtemp(join(tmpdir(), 'somen-grid-engine-'));
  const env = {
    SGE_ROOT: root,
    SGE_CELL: 'default',
    SGE_CLUSTER_NAME: 'somen',
    SGE_QMASTER_PORT: String(await freePort()),
    SGE_EXECD_PORT: String(await freePort()),
  };
  const ask = (command: string, ...args: string[]): Promise<string> => askProgram(env, command, args);
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    await ask('qdel', '-f', '-u', userInfo().username).catch(() => undefined);
    for (const child of children.reverse()) await child.stop();
    await rm(root, { recursive: true, force: true });
  };
  try {
    await layOut(root);
    await ask('spoolinit', 'classic', 'libspoolc', spooling(root), 'init');
    await ask('spooldefaults', 'complexes', `${RESOURCES}/util/resources/centry`);
    await ask('spooldefaults', 'usersets', `${RESOURCES}/util/resources/usersets`);
    await ask('spooldefaults', 'managers', userInfo().username);
    children.push(await startDaemon(env, 'sge_qmaster'));
    await eventually('the master of Grid Engine answers', () => ask('qconf', '-sh').then(isTrue, isFalse));
    await configure(root, ask);
    children.push(await startDaemon(env, 'sge_execd'));
    // `au` stands in the last column of a queue whose node has not said anything yet.
    await eventually('the node of Grid Engine is there', async () =>
      /lx-\S+\s*$/m.test(await ask('qstat', '-f').catch(() => '')),
    );
  } catch (error) {
    await stop();
    throw new Error('Grid Engine did not start', { cause: error });
  }
  return { env, queue: 'all.q', slots: SLOTS, ask, stop };
}

const isTrue = (): boolean => true;
const isFalse = (): boolean => false;

function spooling(root: string): string {
  return `${root}/default/common;${root}/default/spool/qmaster`;
}

/** What its own scripts would make, without its user and its service. */
async function layOut(root: string): Promise<void> {
  const common = join(root, 'default/common');
  for (const folder of ['default/common', 'default/spool/qmaster/job_scripts', 'default/spool/execd'])
    await mkdir(join(root, folder), { recursive: true });
  for (const folder of ['lib', 'bin', 'utilbin']) await symlink(`/var/lib/gridengine/${folder}`, join(root, folder));
  await symlink(`${RESOURCES}/util`, join(root, 'util'));
  await writeFile(
    join(common, 'bootstrap'),
    `admin_user none
default_domain none
ignore_fqdn true
spooling_method classic
spooling_lib libspoolc
spooling_params ${spooling(root)}
binary_path ${PROGRAMS}
qmaster_spool_dir ${root}/default/spool/qmaster
security_mode none
listener_threads 1
worker_threads 1
scheduler_threads 1
`,
  );
  await writeFile(join(common, 'act_qmaster'), `${hostname()}\n`);
  // The loopback has more than one name, and it would take them for several machines.
  await writeFile(join(common, 'host_aliases'), `${hostname()} localhost\n`);
  const defaults = await readFile(`${RESOURCES}/default-configuration`, 'utf8');
  await writeFile(
    join(common, 'configuration'),
    defaults
      .replace(/^execd_spool_dir.*$/m, `execd_spool_dir ${root}/default/spool/execd`)
      .replace(/^min_uid.*$/m, 'min_uid 0')
      .replace(/^min_gid.*$/m, 'min_gid 0'),
  );
}

type Ask = (command: string, ...args: string[]) => Promise<string>;

async function configure(root: string, ask: Ask): Promise<void> {
  const scheduler = (await ask('qconf', '-ssconf'))
    .replace(/^schedule_interval.*$/m, 'schedule_interval 0:0:1')
    .replace(/^flush_submit_sec.*$/m, 'flush_submit_sec 1')
    .replace(/^flush_finish_sec.*$/m, 'flush_finish_sec 1')
    .replace(/^job_load_adjustments.*$/m, 'job_load_adjustments NONE');
  await writeFile(join(root, 'scheduler'), scheduler);
  await writeFile(join(root, 'host'), lines({ hostname: hostname(), ...all(HOST_LISTS, 'NONE') }));
  await writeFile(join(root, 'queue'), lines({ ...QUEUE, hostlist: hostname() }));
  await ask('qconf', '-Msconf', join(root, 'scheduler'));
  await ask('qconf', '-as', hostname());
  await ask('qconf', '-Ae', join(root, 'host'));
  await ask('qconf', '-Aq', join(root, 'queue'));
}

const HOST_LISTS =
  'load_scaling complex_values user_lists xuser_lists projects xprojects usage_scaling report_variables';
const QUEUE_LISTS = `load_thresholds suspend_thresholds ckpt_list pe_list prolog epilog starter_method suspend_method
  resume_method terminate_method owner_list user_lists xuser_lists subordinate_list complex_values projects xprojects
  calendar`;
const LIMITS = 'rt cpu fsize data stack core rss vmem';

const QUEUE = {
  ...{ qname: 'all.q', seq_no: '0', nsuspend: '1', suspend_interval: '00:05:00', priority: '0' },
  ...{ min_cpu_interval: '00:05:00', processors: 'UNDEFINED', qtype: 'BATCH', rerun: 'FALSE', slots: String(SLOTS) },
  ...{ tmpdir: tmpdir(), shell: '/bin/sh', shell_start_mode: 'posix_compliant', notify: '00:00:60' },
  ...{ initial_state: 'default', ...all(QUEUE_LISTS, 'NONE') },
  ...all(LIMITS.replaceAll(/\w+/g, 's_$& h_$&'), 'INFINITY'),
};

function all(names: string, value: string): Record<string, string> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, value]));
}

function lines(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

/** `SGE_ND`: it stays in the foreground. */
function startDaemon(env: GridEngine['env'], name: string): Promise<Child> {
  return startChild(join(PROGRAMS, name), [], 'ignore', { ...process.env, ...env, SGE_ND: 'true' });
}

async function askProgram(env: GridEngine['env'], command: string, args: readonly string[]): Promise<string> {
  const options = { env: { ...process.env, ...env }, timeout: 20_000 };
  const { stdout } = await promisify(execFile)(join(PROGRAMS, command), args, options);
  return stdout;
}
