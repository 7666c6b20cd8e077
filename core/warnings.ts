import type { Display } from './display.ts';

/** How much of a message tells its kind. */
const KIND_LENGTH = 40;

/** What does not stop runs but should be known. Each kind of trouble is told once. */
export class Warnings {
  readonly #displays: () => Iterable<Display>;
  readonly #told = new Set<string>();
  /** Those that came when no run was under way. */
  #untold: string[] = [];

  /** `displays` are those of the runs that are under way. */
  constructor(displays: () => Iterable<Display>) {
    this.#displays = displays;
  }

  tell(message: string): void {
    const kind = message.slice(0, KIND_LENGTH);
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    const displays = new Set(this.#displays());
    if (displays.size === 0) this.#untold.push(message);
    for (const display of displays) display.warning(message);
  }

  /** A run begins: it shows what came since the last one ended. */
  catchUp(display: Display): void {
    if (this.#untold.length === 0) return;
    const messages = this.#untold;
    this.#untold = [];
    for (const message of messages) display.warning(message);
  }
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
