/** One side of the pilot protocol: frames over a stream, credits, and signs of life. `node/README.md` specifies it. */
import type { Readable, Writable } from 'node:stream';

import type { BinaryParts } from '../../core/binary.ts';
import type { Bytes } from '../../core/hasher.ts';
import { WireCodec } from '../../core/wire-codec.ts';
import { FrameReader, makeFrame, PREAMBLE } from './frames.ts';

/** Bytes in both directions. */
export interface PilotStream {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends it at once. */
  destroy(): void;
  /** The process waits for it, */
  ref(): void;
  /** or does not. */
  unref(): void;
}

/** How signs of life are given and expected, in milliseconds. */
export interface Heartbeat {
  /** How often something is sent, at least. @default 5000 */
  readonly interval: number;
  /** After which silence the other side counts as gone. @default 30000 */
  readonly timeout: number;
}

/** What holds where nobody says otherwise. */
export const HEARTBEAT: Heartbeat = { interval: 5000, timeout: 30_000 };

/** What a connection tells. */
export interface ConnectionEvents {
  /** A message of the connection itself. */
  readonly control: (message: unknown) => void;
  /** A message on a channel. Who took it in says so: {@link StreamConnection.grant}. */
  readonly message: (channel: number, body: Bytes, length: number) => void;
  /** The other side has taken in so many bytes of a channel. */
  readonly granted?: (channel: number, bytes: number) => void;
  /** It is over. Told once. */
  readonly ended: (reason: string) => void;
}

/** The channel of the connection itself. */
const CONTROL = 0;
/** How much may be under way on a channel that nobody has taken in, in bytes; one message may exceed it. */
export const WINDOW: number = 64 * 2 ** 20;
/** So much is taken in before the other side is told, in bytes. */
const GRANT_STEP = 2 ** 20;
/** Until the other side has said who it is, a frame may have so many bytes, */
const FIRST_LIMIT = 65_536;
/** and afterwards: more than memory. */
const LIMIT = 2 ** 40;
/** So much noise may come before the preamble, in bytes. */
const MAX_NOISE = 2 ** 20;

/** What one channel has to do with credits, in bytes. */
interface ChannelState {
  /** Sent, and not taken in by the other side. */
  outstanding: number;
  /** Messages that wait for credit. */
  readonly waiting: BinaryParts[];
  /** Taken in, and not told to the other side. */
  ungranted: number;
}

/** See above. Which side speaks first, and what is said, its owner knows. */
export class StreamConnection {
  readonly codec: WireCodec = new WireCodec();
  readonly #stream: PilotStream;
  readonly #events: ConnectionEvents;
  readonly #reader: FrameReader;
  readonly #channels = new Map<number, ChannelState>();
  /** What came before the preamble; `undefined` once that was met. */
  #noise: Buffer | undefined = Buffer.alloc(0);
  #lastSent = performance.now();
  #lastReceived = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  #ended = false;

  constructor(stream: PilotStream, events: ConnectionEvents) {
    this.#stream = stream;
    this.#events = events;
    this.#reader = new FrameReader(FIRST_LIMIT, (channel, body, length) => this.#take(channel, body, length));
    stream.input.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.input.on('end', () => this.end('closed the stream'));
    stream.input.on('close', () => this.end('closed the stream'));
    stream.input.on('error', (error: Error) => this.end(`lost the stream: ${error.message}`));
    stream.output.on('error', (error: Error) => this.end(`lost the stream: ${error.message}`));
    stream.output.write(PREAMBLE);
  }

  /** What the other side has written before it began to speak the protocol, as text. */
  get noise(): string {
    return this.#noise?.toString().trim() ?? '';
  }

  /** The other side has said who it is: it may send more. */
  trust(): void {
    this.#reader.limit = LIMIT;
  }

  #receive(chunk: Buffer): void {
    this.#lastReceived = performance.now();
    try {
      const rest = this.#noise === undefined ? chunk : this.#skipNoise(Buffer.concat([this.#noise, chunk]));
      if (rest !== undefined && rest.length > 0) this.#reader.push(rest);
    } catch (error) {
      this.end(`does not speak the pilot protocol: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #skipNoise(bytes: Buffer): Buffer | undefined {
    const start = bytes.indexOf(PREAMBLE);
    if (start < 0) {
      if (bytes.length > MAX_NOISE) throw new RangeError('its greeting did not come');
      this.#noise = bytes;
      return undefined;
    }
    this.#noise = undefined;
    return bytes.subarray(start + PREAMBLE.length);
  }

  #take(channel: number, body: Bytes, length: number): void {
    if (this.#ended) return;
    if (channel !== CONTROL) return this.#events.message(channel, body, length);
    const message = this.codec.decode(body);
    if (isGrant(message)) this.#granted(message.channel, message.bytes);
    else if (!isPing(message)) this.#events.control(message);
  }

  // ---- sending

  /** Sends a message of the connection itself. */
  control(message: unknown): void {
    this.#write(CONTROL, this.codec.encode(message));
  }

  /** Sends a message on a channel, once the other side has taken in enough of what was sent before. */
  send(channel: number, parts: BinaryParts): void {
    const state = this.#channel(channel);
    if (state.outstanding >= WINDOW) state.waiting.push(parts);
    else state.outstanding += this.#write(channel, parts);
  }

  #write(channel: number, parts: BinaryParts): number {
    if (this.#ended) return 0;
    const { pieces, length } = makeFrame(channel, parts);
    const { output } = this.#stream;
    this.#lastSent = performance.now();
    if (pieces.length > 1) output.cork();
    for (const piece of pieces) output.write(piece);
    if (pieces.length > 1) output.uncork();
    return length;
  }

  #granted(channel: number, bytes: number): void {
    const state = this.#channels.get(channel);
    if (state === undefined) return;
    this.#events.granted?.(channel, bytes);
    state.outstanding -= bytes;
    while (state.outstanding < WINDOW && state.waiting.length > 0)
      state.outstanding += this.#write(channel, state.waiting.shift() as BinaryParts);
  }

  /** A message of so many bytes was taken in: the other side may send as much again. */
  grant(channel: number, bytes: number): void {
    const state = this.#channel(channel);
    state.ungranted += bytes;
    if (state.ungranted < GRANT_STEP) return;
    this.control({ type: 'grant', channel, bytes: state.ungranted });
    state.ungranted = 0;
  }

  /** A channel is over. */
  forget(channel: number): void {
    this.#channels.delete(channel);
  }

  #channel(channel: number): ChannelState {
    const known = this.#channels.get(channel);
    if (known !== undefined) return known;
    const state = { outstanding: 0, waiting: [], ungranted: 0 };
    this.#channels.set(channel, state);
    return state;
  }

  // ---- signs of life

  /** From now on, gives signs of life, and ends when there are none of the other side. */
  watch({ interval, timeout }: Heartbeat): void {
    clearInterval(this.#timer);
    this.#lastReceived = performance.now();
    let missed = false;
    this.#timer = setInterval(
      () => {
        const now = performance.now();
        if (now - this.#lastSent >= interval) this.control({ type: 'ping' });
        const isSilent = now - this.#lastReceived >= timeout;
        // This thread may have been busy, and what came meanwhile is not read yet: it is asked twice.
        if (isSilent && missed) this.end(`has not answered for ${Math.round(timeout) / 1000} s`);
        missed = isSilent;
      },
      Math.min(interval, timeout) / 2,
    );
    this.#timer.unref();
  }

  /** Ends the connection, and tells why. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#stream.destroy();
    this.#events.ended(reason);
  }
}

function isGrant(message: unknown): message is { readonly channel: number; readonly bytes: number } {
  return typeOf(message) === 'grant';
}

function isPing(message: unknown): boolean {
  return typeOf(message) === 'ping';
}

function typeOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
}
