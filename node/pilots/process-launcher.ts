/** What `command` and `ssh` have in common: each pilot is a child process of its own. */
import type { Launcher, PilotCommand, PilotState, SubmittedPilot } from './launcher.ts';
import { PilotProcess, type PilotProcessOptions } from './pilot-process.ts';

/** How pilots are started. */
export interface ProcessLauncherOptions extends PilotProcessOptions {
  readonly name: string;
  /** The program, and its arguments, for a pilot with these. */
  readonly argv: (args: readonly string[]) => readonly [string, ...string[]];
}

/** How long a process that has closed its stream may take to end, in milliseconds, before nothing is said of it. */
const EXPLAIN_TIMEOUT = 3000;

/** See above. */
export class ProcessLauncher implements Launcher {
  readonly name: string;
  readonly connects = 'stream';
  readonly #options: ProcessLauncherOptions;
  readonly #pilots = new Map<string, PilotProcess>();
  #next = 1;

  constructor(options: ProcessLauncherOptions) {
    this.name = options.name;
    this.#options = options;
  }

  submit(count: number, { args }: PilotCommand): Promise<readonly SubmittedPilot[]> {
    const argv = this.#options.argv(args);
    const pilots = Array.from({ length: count }, () => new PilotProcess(argv, `${this.#next++}`, this.#options));
    for (const pilot of pilots) this.#pilots.set(pilot.id, pilot);
    return Promise.resolve(pilots);
  }

  status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    const stateOf = (id: string): PilotState => (this.#pilots.get(id)?.hasEnded === false ? 'running' : 'ended');
    return Promise.resolve(new Map(ids.map((id) => [id, stateOf(id)])));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    const pilots = ids.flatMap((id) => this.#pilots.get(id) ?? []);
    for (const pilot of pilots) pilot.kill();
    await Promise.all(pilots.map((pilot) => pilot.ended));
    this.forget(ids);
  }

  async explain(id: string): Promise<string | undefined> {
    let timer;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), EXPLAIN_TIMEOUT);
    });
    try {
      return await Promise.race([this.#pilots.get(id)?.ended, patience]);
    } finally {
      clearTimeout(timer);
    }
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.#pilots.delete(id);
  }
}
