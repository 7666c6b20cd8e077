import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Launcher, PilotCommand, PilotState, SubmittedPilot } from 'somen/node';

/** A queue of the test's own, in this process, whose pilots connect back. It is told when to start them. */
export class LocalQueue implements Launcher {
  readonly name = 'a local queue';
  readonly connects = 'back';
  /** What each pilot was submitted with. */
  readonly submitted: { readonly id: string; readonly args: readonly string[]; readonly token: string }[] = [];
  readonly cancelled: string[] = [];
  readonly #start: readonly string[];
  readonly #running = new Map<string, ChildProcess>();
  readonly #waiting = new Set<string>();
  readonly #words = new Map<string, string>();
  /** Whether pilots wait until `release`. */
  holds = false;

  constructor(start: readonly string[]) {
    this.#start = start;
  }

  async submit(count: number, { args, tokens }: PilotCommand): Promise<readonly SubmittedPilot[]> {
    const pilots = Array.from({ length: count }, (_, index) => {
      const pilot = { id: `${this.submitted.length + 1}`, args, token: tokens[index] ?? '' };
      this.submitted.push(pilot);
      this.#waiting.add(pilot.id);
      return pilot;
    });
    if (!this.holds) this.release();
    return pilots;
  }

  /** Starts those that wait. */
  release(): void {
    for (const { id, args, token } of this.submitted) {
      if (!this.#waiting.delete(id)) continue;
      const [program = '', ...start] = this.#start;
      const env = { ...process.env, SOMEN_PILOT_TOKEN: token };
      const child = spawn(program, [...start, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr.on('data', (data) => this.#words.set(id, (this.#words.get(id) ?? '') + String(data)));
      this.#running.set(id, child);
      child.once('close', () => this.#running.delete(id));
    }
  }

  status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>> {
    const stateOf = (id: string): PilotState => {
      if (this.#waiting.has(id)) return 'pending';
      return this.#running.has(id) ? 'running' : 'ended';
    };
    return Promise.resolve(new Map(ids.map((id) => [id, stateOf(id)])));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    this.cancelled.push(...ids);
    for (const id of ids) {
      this.#waiting.delete(id);
      const child = this.#running.get(id);
      if (child === undefined) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }

  explain(id: string): Promise<string | undefined> {
    const words = this.#words.get(id);
    return Promise.resolve(words === undefined ? undefined : `wrote: ${words.trim()}`);
  }

  /** How many wait. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** How many run. */
  get running(): number {
    return this.#running.size;
  }
}
