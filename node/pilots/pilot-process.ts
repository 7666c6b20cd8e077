/** A pilot that is a child process, or is reached by one: its standard input and output are the connection. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

import { startFailure } from '../pilot/child-pilot.ts';
import type { PilotStream } from '../pilot/stream-connection.ts';
import { lastLines } from './tool.ts';

/** How long a process has to end after SIGTERM, in milliseconds. */
const KILL_GRACE = 2000;
/** How much of the standard error is kept, in characters. */
const KEPT = 8192;

/** Where and with what a process starts. */
export interface PilotProcessOptions {
  /** @default the working directory of this process */
  readonly cwd?: string | undefined;
  /** Variables beside those of this process. @default none */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** See above. Its standard error is kept for messages. */
export class PilotProcess {
  readonly id: string;
  readonly stream: PilotStream;
  /** How it ended, and what it said last: `exited with code 127: sh: npx: not found`. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #hasEnded = false;

  constructor(argv: readonly [string, ...string[]], id: string, options: PilotProcessOptions = {}) {
    const [program, ...args] = argv;
    this.id = id;
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own, which can be ended together, and to which a terminal sends no Ctrl-C.
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (data) => (said = (said + String(data)).slice(-KEPT)));
    // What was written to a process that ends is lost, and the end is what is told.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      // `close` comes when all of its output was read; where another process holds the output open, it never comes.
      child.once('error', (error) => resolve(startFailure(error, options.cwd)));
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
        const tell = (): void => resolve(said.trim() === '' ? how : `${how}: ${lastLines(said)}`);
        child.once('close', tell);
        setTimeout(tell, KILL_GRACE).unref();
      });
    });
    void this.ended.then(() => (this.#hasEnded = true));
    const handles = [child, ...([child.stdin, child.stdout, child.stderr] as unknown as Socket[])];
    this.stream = {
      input: child.stdout,
      output: child.stdin,
      destroy: () => this.#leave(),
      ref: () => handles.forEach((handle) => handle.ref()),
      unref: () => handles.forEach((handle) => handle.unref()),
    };
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its connection is over. A pilot ends then by itself, unless it is stuck. */
  #leave(): void {
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
    const timer = setTimeout(() => this.kill(), KILL_GRACE);
    timer.unref();
    void this.ended.then(() => clearTimeout(timer));
  }

  /** Ends it and all that it has started, with force if need be. */
  kill(): void {
    if (this.#hasEnded) return;
    this.#child.stdin?.destroy();
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), KILL_GRACE);
    timer.unref();
    void this.ended.then(() => clearTimeout(timer));
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // It is gone.
    }
  }
}
