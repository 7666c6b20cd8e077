import type { Launcher, PilotCommand, PilotState, SubmittedPilot } from 'somen/node';

/** A launcher that notes what is asked of another one. */
export class Recorder implements Launcher {
  readonly name: string;
  readonly connects: 'stream' | 'back';
  /** Each submission. */
  readonly submitted: {
    readonly count: number;
    readonly command: PilotCommand;
    readonly pilots: readonly SubmittedPilot[];
  }[] = [];
  /** The pilots that were cancelled. */
  readonly cancelled: string[] = [];
  readonly #launcher: Launcher;
  readonly #alive = new Set<string>();

  constructor(launcher: Launcher) {
    this.name = launcher.name;
    this.connects = launcher.connects;
    this.#launcher = launcher;
  }

  /** How many pilots were submitted. */
  total(): number {
    return this.submitted.reduce((sum, { count }) => sum + count, 0);
  }

  /** How many pilots have not closed their streams. */
  alive(): number {
    return this.#alive.size;
  }

  async submit(count: number, command: PilotCommand): Promise<readonly SubmittedPilot[]> {
    const pilots = await this.#launcher.submit(count, command);
    this.submitted.push({ count, command, pilots });
    for (const { id, stream } of pilots) {
      this.#alive.add(id);
      stream?.input.once('close', () => this.#alive.delete(id));
    }
    return pilots;
  }

  status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    return this.#launcher.status(ids);
  }

  cancel(ids: readonly string[]): Promise<void> {
    this.cancelled.push(...ids);
    return this.#launcher.cancel(ids);
  }

  async explain(id: string): Promise<string | undefined> {
    return this.#launcher.explain?.(id);
  }

  forget(ids: readonly string[]): void {
    this.#launcher.forget?.(ids);
  }
}
