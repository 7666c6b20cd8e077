import type { OptionNames } from '../../core/options.ts';
import {
  BATCH_OPTIONS,
  type BatchOptions,
  batchScript,
  type CheckedBatchOptions,
  checkedBatchOptions,
  readLog,
  removeLogs,
  submitBatch,
} from './batch-script.ts';
import type { Launcher, PilotCommand, PilotState, SubmittedPilot } from './launcher.ts';
import { checkedSlots } from './slots.ts';
import { parseSbatch, parseSqueue, slurmTime } from './slurm-output.ts';
import { askTool, runTool, toolFailure, unexpectedOutput } from './tool.ts';

/** What is asked of Slurm for each pilot. */
export interface SlurmOptions extends BatchOptions {
  /** @default the cluster's default partition */
  readonly partition?: string;
  /** How long a pilot may run, as Slurm writes it: `'30'` (minutes), `'1:00:00'`, `'2-12'`. @default the partition's */
  readonly time?: string;
  /** @default the user's */
  readonly account?: string;
  /** @default the account's */
  readonly qos?: string;
  /** How many processors, and so jobs at the same time. @default 1 */
  readonly cpus?: number;
  /** How much memory, as Slurm writes it: `'8G'`. @default the partition's */
  readonly mem?: string;
}

const OPTIONS: OptionNames<SlurmOptions> = {
  ...BATCH_OPTIONS,
  partition: true,
  time: true,
  account: true,
  qos: true,
  cpus: true,
  mem: true,
};

/**
 * Pilots as jobs of Slurm: arrays by `sbatch`, one `squeue` for all of them, `scancel`. Nodes share the project's
 * folder with this machine, and connect back to it over TCP; see the option `listen` of `pilots`.
 *
 * @example
 * pilots({ launch: slurm({ partition: 'short', time: '1:00:00', cpus: 8, mem: '16G' }), max: 20 });
 *
 * @throws TypeError, RangeError where an option is not what it should be
 */
export function slurm(options: SlurmOptions = {}): Launcher {
  return new SlurmLauncher(options);
}

class SlurmLauncher implements Launcher {
  readonly name = 'Slurm';
  readonly connects = 'back';
  readonly slots: number;
  readonly wallTime: number | undefined;
  readonly #options: SlurmOptions;
  readonly #batch: CheckedBatchOptions;

  constructor(options: SlurmOptions) {
    this.slots = checkedSlots('slurm', options.cpus);
    this.wallTime = options.time === undefined ? undefined : slurmTime(options.time);
    this.#options = options;
    this.#batch = checkedBatchOptions('slurm', options, OPTIONS);
  }

  submit(count: number, pilot: PilotCommand): Promise<readonly SubmittedPilot[]> {
    return submitBatch(this.#batch, count, pilot, (some, size) => this.#submit(some, size));
  }

  async #submit(pilot: PilotCommand, count: number | undefined): Promise<readonly SubmittedPilot[]> {
    const script = batchScript(this.#batch, pilot, 'SLURM_ARRAY_TASK_ID');
    const output = await runTool('sbatch', this.#arguments(count), script);
    const job = parseSbatch(output);
    if (job === undefined) throw unexpectedOutput('sbatch', output);
    if (count === undefined) return [{ id: job }];
    return Array.from({ length: count }, (_, index) => ({ id: `${job}_${index}` }));
  }

  #arguments(count: number | undefined): string[] {
    const { partition, time, account, qos, mem } = this.#options;
    const { name, cwd, logs, options } = this.#batch;
    const asked = { partition, time, account, qos, mem, 'cpus-per-task': String(this.slots) };
    return [
      '--parsable',
      // A pilot's token is good for once, so it cannot start again.
      '--no-requeue',
      `--job-name=${name}`,
      `--chdir=${cwd}`,
      `--output=${logs}/slurm-${count === undefined ? '%j' : '%A_%a'}.log`,
      ...(count === undefined ? [] : [`--array=0-${count - 1}`]),
      ...Object.entries(asked).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}=${value}`])),
      ...options,
    ];
  }

  async status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    const answer = await askTool('squeue', ['--noheader', '--array', '--format=%i|%T', '--jobs', jobsOf(ids)]);
    // It is an error to ask for one job only, if it is gone.
    if (answer.code !== 0 && !/invalid job id/i.test(answer.stderr)) throw toolFailure('squeue', answer);
    const states = parseSqueue(answer.stdout);
    return new Map(ids.map((id) => [id, states.get(id) ?? 'ended']));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const answer = await askTool('scancel', ['--quiet', ...ids]);
    if (answer.code !== 0 && !/invalid job id|already completing/i.test(answer.stderr))
      throw toolFailure('scancel', answer);
  }

  /** What it wrote says most. What Slurm says of it counts where there is nothing, as with a job that never began. */
  async explain(id: string): Promise<string | undefined> {
    const written = await readLog(this.#batch.logs, [logOf(id)]);
    return written === undefined ? this.#account(id) : `wrote: ${written}`;
  }

  async #account(id: string): Promise<string | undefined> {
    const fields = ['--noheader', '--parsable2', '--allocations', '--format=State,ExitCode,Reason', '--jobs', id];
    // Where there is no accounting, it says so, and this says nothing.
    const answer = await askTool('sacct', fields).catch(() => undefined);
    const [line] = answer?.code === 0 ? answer.stdout.trim().split('\n') : [];
    if (line === undefined || line === '') return undefined;
    const [state, exitCode, reason] = line.split('|');
    return `ended as ${state}, exit code ${exitCode}, reason ${reason}`;
  }

  forget(ids: readonly string[]): void {
    void removeLogs(this.#batch.logs, ids.map(logOf));
  }
}

/** Whole arrays, for a shorter list. */
function jobsOf(ids: readonly string[]): string {
  return [...new Set(ids.map((id) => id.replace(/_.*/, '')))].join(',');
}

function logOf(id: string): string {
  return `slurm-${id}.log`;
}
