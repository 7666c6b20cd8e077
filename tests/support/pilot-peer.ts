/** The other end of the pilot protocol, written after `node/README.md` alone: what a scheduler says, byte by byte. */
import type { Readable, Writable } from 'node:stream';
import { registry } from 'somen/node';

/** What both sides begin with. */
export const PREAMBLE: Buffer = Buffer.from('\0somen/pilot/1\n\0');

/** A message as a frame. */
function frame(channel: number, message: unknown): Buffer {
  return frameOf(channel, registry.toBinaryFile(message));
}

/** Any bytes as a frame. */
export function frameOf(channel: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(channel, 0);
  header.writeBigUInt64LE(BigInt(body.length), 8);
  return Buffer.concat([header, body]);
}

/** A message that came. */
export interface ReceivedMessage {
  readonly channel: number;
  readonly message: Record<string, unknown>;
}

/** Speaks with a pilot. */
export class PilotPeer {
  readonly #output: Writable;
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes = Buffer.alloc(0);

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    this.#chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    output.on('error', () => undefined);
  }

  write(bytes: Uint8Array): void {
    this.#output.write(bytes);
  }

  say(message: unknown, channel = 0): void {
    this.write(frame(channel, message));
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) throw new Error(`The stream ended after ${this.#bytes.length} of ${length} bytes`);
      this.#bytes = Buffer.concat([this.#bytes, value]);
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  async preamble(): Promise<Buffer> {
    return this.#take(PREAMBLE.length);
  }

  async next(): Promise<ReceivedMessage> {
    const header = await this.#take(16);
    const body = await this.#take(Number(header.readBigUInt64LE(8)));
    return { channel: header.readUInt32LE(0), message: registry.fromBinary(body) as Record<string, unknown> };
  }

  /** The next message of the connection itself that is of a type. */
  async expect(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { channel, message } = await this.next();
      if (channel === 0 && message['type'] === type) return message;
    }
  }
}
