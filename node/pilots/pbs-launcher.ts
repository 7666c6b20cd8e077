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
import { isOnlyGone, jobOfArray, parseQstat, parseQsub, pbsTime, shortId } from './pbs-output.ts';
import { checkedSlots } from './slots.ts';
import { askTool, runTool, toolFailure, unexpectedOutput } from './tool.ts';

/** What is asked of PBS or Torque for each pilot. */
export interface PbsOptions extends BatchOptions {
  /** @default the server's default queue */
  readonly queue?: string;
  /** How long a pilot may run: `'1:00:00'`. @default the queue's */
  readonly time?: string;
  /** Which account or project pays for it. @default the user's */
  readonly account?: string;
  /** How many processors, and so jobs at the same time. @default 1 */
  readonly cpus?: number;
  /** How much memory: `'8gb'`. @default the queue's */
  readonly mem?: string;
}

const OPTIONS: OptionNames<PbsOptions> = {
  ...BATCH_OPTIONS,
  queue: true,
  time: true,
  account: true,
  cpus: true,
  mem: true,
};

/** Where the two differ. */
interface Dialect {
  readonly name: string;
  /** The variable that holds the index of a job in an array. */
  readonly index: string;
  readonly arrayOption: string;
  /** Whether arrays may be asked not to run again. A token is good for once, so a second start comes to nothing anyway. */
  readonly hasArraysThatRunOnce: boolean;
  readonly resources: (cpus: number, mem: string | undefined) => string;
}

const PBS: Dialect = {
  name: 'PBS',
  index: 'PBS_ARRAY_INDEX',
  arrayOption: '-J',
  hasArraysThatRunOnce: false,
  resources: (cpus, mem) => `select=1:ncpus=${cpus}${mem === undefined ? '' : `:mem=${mem}`}`,
};

const TORQUE: Dialect = {
  name: 'Torque',
  index: 'PBS_ARRAYID',
  arrayOption: '-t',
  hasArraysThatRunOnce: true,
  resources: (cpus, mem) => `nodes=1:ppn=${cpus}${mem === undefined ? '' : `,mem=${mem}`}`,
};

/**
 * Pilots as jobs of PBS Professional or OpenPBS: arrays by `qsub -J`, one `qstat` for all of them, `qdel`. Nodes share
 * the project's folder with this machine, and connect back to it over TCP; see the option `listen` of `pilots`.
 *
 * @example
 * pilots({ launch: pbs({ queue: 'workq', time: '1:00:00', cpus: 8, mem: '16gb' }), max: 20 });
 *
 * @throws TypeError, RangeError where an option is not what it should be
 */
export function pbs(options: PbsOptions = {}): Launcher {
  return new PbsLauncher(PBS, options);
}

/**
 * Pilots as jobs of Torque, like `pbs`, with its own way to ask for processors and arrays.
 *
 * @example
 * pilots({ launch: torque({ queue: 'batch', time: '1:00:00', cpus: 8 }), max: 20 });
 *
 * @throws TypeError, RangeError where an option is not what it should be
 */
export function torque(options: PbsOptions = {}): Launcher {
  return new PbsLauncher(TORQUE, options);
}

class PbsLauncher implements Launcher {
  readonly name: string;
  readonly connects = 'back';
  readonly slots: number;
  readonly wallTime: number | undefined;
  readonly #dialect: Dialect;
  readonly #options: PbsOptions;
  readonly #batch: CheckedBatchOptions;

  constructor(dialect: Dialect, options: PbsOptions) {
    this.name = dialect.name;
    this.slots = checkedSlots(dialect.name.toLowerCase(), options.cpus);
    this.wallTime = options.time === undefined ? undefined : pbsTime(options.time);
    this.#dialect = dialect;
    this.#options = options;
    this.#batch = checkedBatchOptions(dialect.name.toLowerCase(), options, OPTIONS);
  }

  submit(count: number, pilot: PilotCommand): Promise<readonly SubmittedPilot[]> {
    return submitBatch(this.#batch, count, pilot, (some, size) => this.#submit(some, size));
  }

  async #submit(pilot: PilotCommand, count: number | undefined): Promise<readonly SubmittedPilot[]> {
    const script = batchScript(this.#batch, pilot, this.#dialect.index);
    const output = await runTool('qsub', this.#arguments(count), script);
    const job = parseQsub(output);
    if (job === undefined) throw unexpectedOutput('qsub', output);
    return Array.from({ length: count ?? 1 }, (_, index) => ({ id: jobOfArray(job, index) }));
  }

  #arguments(count: number | undefined): string[] {
    const { queue, time, account, mem } = this.#options;
    const { name, logs, shell, options } = this.#batch;
    return [
      '-N',
      name,
      '-S',
      shell.replace(/\s.*/, ''),
      // Its own and the pilot's output in one file of that folder.
      '-j',
      'oe',
      '-o',
      `${logs}/`,
      ...(count === undefined || this.#dialect.hasArraysThatRunOnce ? ['-r', 'n'] : []),
      '-l',
      this.#dialect.resources(this.slots, mem),
      ...(queue === undefined ? [] : ['-q', queue]),
      ...(time === undefined ? [] : ['-l', `walltime=${time}`]),
      ...(account === undefined ? [] : ['-A', account]),
      ...(count === undefined ? [] : [this.#dialect.arrayOption, `0-${count - 1}`]),
      ...options,
    ];
  }

  async status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    const jobs = new Set(ids.map((id) => shortId(id).replace(/\[\d+\]/, '[]')));
    const answer = await askTool('qstat', ['-f', '-t', ...jobs]);
    if (answer.code !== 0 && !isOnlyGone(answer.stderr)) throw toolFailure('qstat', answer);
    const states = parseQstat(answer.stdout);
    return new Map(ids.map((id) => [id, states.get(shortId(id)) ?? 'ended']));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const answer = await askTool('qdel', ids);
    if (answer.code !== 0 && !isOnlyGone(answer.stderr)) throw toolFailure('qdel', answer);
  }

  async explain(id: string): Promise<string | undefined> {
    const written = await readLog(this.#batch.logs, this.#logsOf(id));
    return written === undefined ? undefined : `wrote: ${written}`;
  }

  forget(ids: readonly string[]): void {
    void removeLogs(
      this.#batch.logs,
      ids.flatMap((id) => this.#logsOf(id)),
    );
  }

  /** `somen.o12`, or `somen.o12.3` (PBS) and `somen.o12-3` (Torque) of an array; PBS may write `12[3].server.OU`. */
  #logsOf(id: string): readonly string[] {
    const [, job, index] = /^(\d+)(?:\[(\d+)\])?/.exec(id) ?? [];
    const file = `${this.#batch.name}.o${job}`;
    return index === undefined ? [file, `${job}.*`] : [`${file}.${index}`, `${file}-${index}`, `${job}[${index}].*`];
  }
}
