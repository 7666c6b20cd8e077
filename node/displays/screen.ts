/** The lower end of a terminal, where what goes on is drawn over and over, below all that is written for good. */
import { stripVTControlCharacters } from 'node:util';
import ansiEscapes from 'ansi-escapes';
import cliCursor from 'cli-cursor';
import { BoxQueue, type BoxHost } from './boxes.ts';
import { widthOf, type TextStream } from './text.ts';

/** What is drawn for one run. */
export interface View {
  /** Its lines, at most `height` of them (at least 1); what is wider than `width` columns is cut. */
  frame(width: number, height: number): readonly string[];
}

/** A stream whose writes can be watched, and that tells when its size changes: a terminal's. */
export interface ScreenStream extends TextStream {
  write(text: string | Uint8Array, ...more: never[]): boolean;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

/** Twelve times a second: quick enough for an eye. */
const INTERVAL = 80;
/** What is done sooner leaves no trace. */
const FIRST_FRAME = 120;
/**
 * What goes on takes at most so many lines, and half of the terminal: made half as wide, it still has room for what was
 * drawn. What scrolls away can never be wiped.
 */
const MAX_HEIGHT = 12;
/** More finished lines than these do not wait for the next frame, nor for the end of somebody's line. */
const MAX_PENDING = 200;

/** What is too wide, by whatever reckoning, is cut by the terminal, not continued on the next line. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

/** In every copy of this package, as one terminal has one lower end. */
const SCREEN: unique symbol = Symbol.for('somen.screen/1') as never;

/** The screen of a stream, which all runs of this thread share. */
export function screenOf(stream: ScreenStream): Screen {
  const { stdout, stderr } = process;
  // Two screens of one terminal would wipe each other.
  const owner = (stream === stdout && stderr.isTTY ? stderr : stream) as ScreenStream & { [SCREEN]?: Screen };
  if (owner[SCREEN] === undefined) Object.defineProperty(owner, SCREEN, { value: new Screen(owner) });
  return owner[SCREEN] as Screen;
}

/** Draws the views of runs. While there are any, what others write to the same terminal appears above them. */
export class Screen implements BoxHost {
  readonly boxes: BoxQueue = new BoxQueue(this);
  readonly #stream: ScreenStream;
  #views: View[] = [];
  /** Finished lines that are not written yet. */
  #pending: string[] = [];
  /** The lines that stand there now. */
  #drawn: readonly string[] = [];
  /** How many rows of the terminal they take. */
  #drawnRows = 0;
  /** Whether somebody's last line has no end yet: nothing is drawn behind it. */
  #isMidLine = false;
  /** Whether it is this object that writes. */
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #isShown = false;
  #unhook: (() => void)[] = [];

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  get width(): number {
    return this.#stream.columns || 80;
  }

  get #height(): number {
    return Math.max(1, Math.min(MAX_HEIGHT, Math.floor(((this.#stream.rows || 24) - 1) / 2)));
  }

  /** A run begins. */
  attach(view: View): void {
    this.#views.push(view);
    if (this.#views.length > 1) return;
    this.#hook();
    this.#timer = setTimeout(() => this.#show(), FIRST_FRAME).unref();
  }

  /** A run is over: what it has written is there, and nothing of it is drawn any more. */
  detach(view: View): void {
    this.#views = this.#views.filter((each) => each !== view);
    if (this.#views.length === 0) this.#close();
    else this.#draw();
  }

  /** Writes a finished line, with the next frame. */
  emit(line: string): void {
    this.#pending.push(line);
    if (this.#views.length === 0 || this.#pending.length > MAX_PENDING) this.#draw();
  }

  #show(): void {
    this.#isShown = true;
    this.#own(() => cliCursor.hide(this.#stream as NodeJS.WriteStream));
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), INTERVAL).unref();
  }

  #close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#draw();
    if (this.#isShown) this.#own(() => cliCursor.show(this.#stream as NodeJS.WriteStream));
    this.#isShown = false;
    for (const unhook of this.#unhook) unhook();
    this.#unhook = [];
  }

  // ---- drawing

  /** Writes what is finished, and what goes on below that. */
  #draw(): void {
    if (this.#isMidLine && this.#views.length > 0 && this.#pending.length <= MAX_PENDING) return;
    const lines = this.#frame();
    const isSame = lines.length === this.#drawn.length && lines.every((line, index) => line === this.#drawn[index]);
    if (this.#pending.length === 0 && isSame && this.#drawnRows === lines.length) return;
    if (this.#drawnRows + lines.length === 0) return this.#write(this.#takePending());
    const back = this.#drawnRows > 0 ? `${ansiEscapes.cursorUp(this.#drawnRows)}\r` : '';
    const finished = this.#takePending();
    // Written over, line by line, nothing flickers. What is finished may be of any width, and needs an empty place.
    const above = finished === '' ? '' : `${ansiEscapes.eraseDown}${finished}`;
    const below = lines.map((line) => `${line}${ansiEscapes.eraseEndLine}\n`).join('');
    const drawn = lines.length === 0 ? ansiEscapes.eraseDown : `${NO_WRAP}${below}${WRAP}${ansiEscapes.eraseDown}`;
    this.#write(ansiEscapes.synchronizedOutput(`${back}${above}${drawn}`));
    this.#drawn = lines;
    this.#drawnRows = lines.length;
  }

  /** Wipes what goes on, for somebody else who writes. */
  #clear(): void {
    const back = this.#drawnRows > 0 ? `${ansiEscapes.cursorUp(this.#drawnRows)}\r${ansiEscapes.eraseDown}` : '';
    const finished = this.#isMidLine ? '' : this.#takePending();
    if (back !== '' || finished !== '') this.#write(`${back}${finished}`);
    this.#drawn = [];
    this.#drawnRows = 0;
  }

  #takePending(): string {
    if (this.#pending.length === 0) return '';
    const text = `${this.#isMidLine ? '\n' : ''}${this.#pending.join('\n')}\n`;
    this.#isMidLine = false;
    this.#pending = [];
    return text;
  }

  #frame(): readonly string[] {
    if (!this.#isShown) return [];
    const width = this.width - 1;
    const lines: string[] = [];
    for (const [index, view] of this.#views.entries()) {
      const left = this.#height - lines.length - (this.#views.length - index - 1);
      // With more runs than rows, the last ones are not seen.
      if (lines.length < this.#height) lines.push(...view.frame(width, Math.max(1, left)));
    }
    return lines.slice(0, this.#height);
  }

  #write(text: string): void {
    this.#own(() => this.#stream.write(text));
  }

  #own(write: () => void): void {
    const before = this.#isWriting;
    this.#isWriting = true;
    try {
      write();
    } finally {
      this.#isWriting = before;
    }
  }

  // ---- what others do

  #hook(): void {
    const { stdout, stderr } = process;
    const streams = new Set<ScreenStream>([this.#stream]);
    if (streams.has(stderr) || streams.has(stdout))
      for (const stream of [stdout, stderr]) if (stream.isTTY) streams.add(stream);
    for (const stream of streams) this.#unhook.push(this.#hookWrites(stream));
    const onResize = (): void => this.#resized();
    const onExit = (): void => {
      this.#views = [];
      this.#close();
    };
    this.#stream.on?.('resize', onResize);
    process.on('exit', onExit);
    this.#unhook.push(
      () => this.#stream.off?.('resize', onResize),
      () => process.off('exit', onExit),
    );
  }

  /** Lets what is written appear above. Gives what takes that back, unless somebody else has put a function of theirs around it. */
  #hookWrites(stream: ScreenStream): () => void {
    // oxlint-disable-next-line typescript/unbound-method -- called with the stream below
    const { write } = stream;
    const isOwn = Object.hasOwn(stream, 'write');
    let isActive = true;
    const hooked: typeof write = (chunk, ...more) => {
      if (!isActive || this.#isWriting) return write.call(stream, chunk, ...more);
      this.#clear();
      this.#note(chunk);
      const isFree = write.call(stream, chunk, ...more);
      // Not now: much may be written at once.
      this.#immediate ??= setImmediate(() => {
        this.#immediate = undefined;
        this.#draw();
      }).unref();
      return isFree;
    };
    stream.write = hooked;
    return () => {
      isActive = false;
      if (stream.write !== hooked) return;
      if (isOwn) stream.write = write;
      else delete (stream as { write?: unknown }).write;
    };
  }

  /** Whether a line is left without an end. */
  #note(chunk: string | Uint8Array): void {
    if (typeof chunk !== 'string') {
      if (chunk.length > 0) this.#isMidLine = chunk.at(-1) !== 10;
      return;
    }
    // Codes that colour or hide something leave the cursor where it is.
    const text = chunk.endsWith('\n') ? chunk : stripVTControlCharacters(chunk);
    if (text !== '') this.#isMidLine = !text.endsWith('\n');
  }

  /** Terminals continue on further rows what has become too wide. */
  #resized(): void {
    const { width } = this;
    this.#drawnRows = this.#drawn.reduce(
      (rows, line) => rows + Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / width)),
      0,
    );
    // What stands there is not what was drawn.
    this.#drawn = [];
    this.#draw();
  }
}
