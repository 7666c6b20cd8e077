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
import { gridEngineTime, isOnlyMissing, parseErrorReason, parseTable, parseTerse } from './grid-engine-output.ts';
import type { Launcher, PilotCommand, PilotState, SubmittedPilot } from './launcher.ts';
import { checkedSlots } from './slots.ts';
import { askTool, runTool, toolFailure, unexpectedOutput } from './tool.ts';

/** What is asked of Grid Engine for each pilot. */
export interface GridEngineOptions extends BatchOptions {
  /** @default the cluster's choice */
  readonly queue?: string;
  /** How long a pilot may run: `'1:00:00'`. @default the queue's */
  readonly time?: string;
  /** The project that pays for it. @default the user's */
  readonly project?: string;
  /** How many processors, and so jobs at the same time. More than one takes a parallel environment. @default 1 */
  readonly cpus?: number;
  /** The parallel environment that gives processors of one node: `'smp'`. @default none */
  readonly parallelEnvironment?: string;
  /** Resources as in `-l`, without the time: `['h_vmem=4G']`. @default none */
  readonly resources?: readonly string[];
}

const OPTIONS: OptionNames<GridEngineOptions> = {
  ...BATCH_OPTIONS,
  queue: true,
  time: true,
  project: true,
  cpus: true,
  parallelEnvironment: true,
  resources: true,
};

/**
 * Pilots as jobs of Sun, Son of, Univa or Open Grid Engine: arrays by `qsub -t`, one `qstat` for all of them, `qdel`.
 * Nodes share the project's folder with this machine, and connect back to it over TCP; see the option `listen` of
 * `pilots`.
 *
 * @example
 * pilots({ launch: gridEngine({ queue: 'all.q', cpus: 8, parallelEnvironment: 'smp' }), max: 20 });
 *
 * @throws TypeError, RangeError where an option is not what it should be
 */
export function gridEngine(options: GridEngineOptions = {}): Launcher {
  return new GridEngineLauncher(options);
}

class GridEngineLauncher implements Launcher {
  readonly name = 'Grid Engine';
  readonly connects = 'back';
  readonly slots: number;
  readonly wallTime: number | undefined;
  readonly #options: GridEngineOptions;
  readonly #batch: CheckedBatchOptions;

  constructor(options: GridEngineOptions) {
    this.slots = checkedSlots('gridEngine', options.cpus);
    if (this.slots > 1 && options.parallelEnvironment === undefined)
      throw new TypeError(
        `Cannot ask for ${this.slots} processors: Grid Engine gives them by a parallel environment. Write parallelEnvironment: 'smp', or whatever \`qconf -spl\` lists`,
      );
    this.wallTime = options.time === undefined ? undefined : gridEngineTime(options.time);
    this.#options = options;
    this.#batch = checkedBatchOptions('gridEngine', options, OPTIONS);
  }

  submit(count: number, pilot: PilotCommand): Promise<readonly SubmittedPilot[]> {
    return submitBatch(this.#batch, count, pilot, (some, size) => this.#submit(some, size));
  }

  /** Indices of arrays begin at 1 here. */
  async #submit(pilot: PilotCommand, count: number | undefined): Promise<readonly SubmittedPilot[]> {
    const script = batchScript(this.#batch, pilot, 'SGE_TASK_ID', 1);
    const output = await runTool('qsub', this.#arguments(count), script);
    const job = parseTerse(output);
    if (job === undefined) throw unexpectedOutput('qsub', output);
    if (count === undefined) return [{ id: job }];
    return Array.from({ length: count }, (_, index) => ({ id: `${job}.${index + 1}` }));
  }

  #arguments(count: number | undefined): string[] {
    const { queue, time, project, parallelEnvironment, resources = [] } = this.#options;
    const { name, cwd, logs, shell, options } = this.#batch;
    const asked = time === undefined ? resources : [...resources, `h_rt=${time}`];
    return [
      '-terse',
      '-N',
      name,
      '-wd',
      cwd,
      '-S',
      shell.replace(/\s.*/, ''),
      // Its own and the pilot's output in one file, and no second start: a token is good for once.
      '-j',
      'y',
      '-o',
      logs,
      '-r',
      'n',
      ...(queue === undefined ? [] : ['-q', queue]),
      ...(project === undefined ? [] : ['-P', project]),
      ...(parallelEnvironment === undefined ? [] : ['-pe', parallelEnvironment, String(this.slots)]),
      ...(asked.length === 0 ? [] : ['-l', asked.join(',')]),
      ...(count === undefined ? [] : ['-t', `1-${count}`]),
      ...options,
    ];
  }

  async status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    const states = parseTable(await runTool('qstat', ['-g', 'd']));
    return new Map(ids.map((id) => [id, states.get(id) ?? 'ended']));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const answer = await askTool('qdel', ids);
    if (answer.code !== 0 && !isOnlyMissing(answer.stdout + answer.stderr)) throw toolFailure('qdel', answer);
  }

  async explain(id: string): Promise<string | undefined> {
    const [job = '', index] = id.split('.');
    const answer = await askTool('qstat', ['-j', job]).catch(() => undefined);
    const reason = answer === undefined ? undefined : parseErrorReason(answer.stdout);
    if (reason !== undefined) return `is in error: ${reason}`;
    const written = await readLog(this.#batch.logs, [this.#logOf(job, index)]);
    return written === undefined ? undefined : `wrote: ${written}`;
  }

  forget(ids: readonly string[]): void {
    const logs = ids.map((id) => this.#logOf(...(id.split('.') as [string, string?])));
    void removeLogs(this.#batch.logs, logs);
  }

  #logOf(job: string, index?: string): string {
    return `${this.#batch.name}.o${job}${index === undefined ? '' : `.${index}`}`;
  }
}
