/** Groups of calls as boxes that are open to the right, written downwards: one at a time, however many are under way. */
import type { Paint, Style } from './text.ts';

/** How a group ended: `success`, and how much of it was found in the cache. */
export interface BoxEnd {
  readonly text: string;
  readonly style: Style;
}

/** What takes finished lines: a terminal, or a box around others. */
export interface BoxHost {
  /** The boxes in it; those after the first wait for their turn, since lines of two would mix. */
  readonly boxes: BoxQueue;
  emit(line: string): void;
}

/** A box keeps so many lines while it waits for its turn; the rest is counted. */
const MAX_WAITING_LINES = 1000;

/** The order in which the boxes of a host are written. */
export class BoxQueue {
  readonly #host: BoxHost;
  #current: Box | undefined;
  #waiting: Box[] = [];
  #next = 0;

  constructor(host: BoxHost) {
    this.#host = host;
  }

  /** A box begins: it is written now, or when those before it have ended. */
  add(box: Box, isTurn: boolean): void {
    this.#waiting.push(box);
    if (isTurn && this.#current === undefined) this.goOn();
  }

  /** The box whose lines are being written, if there is one. */
  get current(): Box | undefined {
    return this.#current;
  }

  /** The current one has ended, or there is none: its successors are written, up to the first that has not ended yet. */
  goOn(): void {
    this.#current = undefined;
    for (let box = this.#waiting[this.#next]; box !== undefined; box = this.#waiting[this.#next]) {
      this.#next++;
      this.#current = box.hasEnded ? undefined : box;
      box.write(this.#host);
      if (this.#current !== undefined) return;
    }
    this.#waiting = [];
    this.#next = 0;
  }

  /** All that have not ended do so. */
  endAll(end: BoxEnd): void {
    const open = [this.#current, ...this.#waiting.slice(this.#next)];
    for (const box of open) if (box !== undefined && !box.hasEnded) box.end(end);
  }
}

/** One group. */
export class Box implements BoxHost {
  readonly boxes: BoxQueue = new BoxQueue(this);
  readonly title: string;
  readonly depth: number;
  readonly #paint: Paint;
  /** Where it is written, once it is its turn. */
  #host: BoxHost | undefined;
  readonly #outer: BoxQueue;
  #lines: string[] = [];
  #omitted = 0;
  #end: BoxEnd | undefined;

  /** @param title - printable, and not too long */
  constructor(outer: BoxHost & { readonly depth?: number; readonly isWritten?: boolean }, title: string, paint: Paint) {
    this.depth = (outer.depth ?? 0) + 1;
    this.title = title;
    this.#paint = paint;
    this.#outer = outer.boxes;
    this.#outer.add(this, outer.isWritten ?? true);
  }

  /** Whether its lines are written as they come. */
  get isWritten(): boolean {
    return this.#host !== undefined;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  emit(line: string): void {
    if (this.#host !== undefined) this.#host.emit(`${this.#paint('dim', '│')} ${line}`);
    else if (this.#lines.length < MAX_WAITING_LINES) this.#lines.push(line);
    else this.#omitted++;
  }

  /** Its turn has come. */
  write(host: BoxHost): void {
    this.#host = host;
    host.emit(`${this.#paint('dim', '╭─(')}${this.#paint('bold', this.title)}${this.#paint('dim', ')')}`);
    for (const line of this.#lines) this.emit(line);
    if (this.#omitted > 0) this.emit(this.#paint('dim', `… and ${this.#omitted} more lines`));
    this.#lines = [];
    this.boxes.goOn();
    if (this.#end !== undefined) this.#writeEnd(host, this.#end);
  }

  end(end: BoxEnd): void {
    if (this.#end !== undefined) return;
    this.boxes.endAll(end);
    this.#end = end;
    if (this.#host === undefined) return;
    this.#writeEnd(this.#host, end);
    if (this.#outer.current === this) this.#outer.goOn();
  }

  #writeEnd(host: BoxHost, { text, style }: BoxEnd): void {
    host.emit(`${this.#paint('dim', '╰─(')}${this.#paint(style, text)}${this.#paint('dim', ')')}`);
  }
}
