/**
 * Messages as bytes: what structured clone would carry, in the binary encoding, with members in their own order. The
 * messages are those of `worker-protocol.ts`, in which everything that has no built-in serialiser is packed already.
 */
import { readBinary, writeBinary, type BinaryParts } from './binary.ts';
import type { DecodeContext } from './decode.ts';
import { Encoder, type Namer } from './encode.ts';
import { SerializationError } from './errors.ts';
import { BUILT_IN } from './serializers.ts';

/** Tasks and classes stand in messages as data; see `wire-pack.ts`. */
const NAMER: Namer = {
  task: ({ name }) => {
    throw new SerializationError(`Cannot send the task '${name}' as it is: it is not packed`, 'message');
  },
  class: ({ name }) => {
    throw new SerializationError(`Cannot send an instance of ${name} as it is: it is not packed`, 'message');
  },
};

const CONTEXT: DecodeContext = {
  taskById: () => undefined,
  classById: () => undefined,
  serializers: BUILT_IN,
  // A message carries many jobs, and each may do with its own what it likes: also move it to another thread.
  separates: true,
};

/** Writes messages, and reads them. */
export class WireCodec {
  readonly #encoder = new Encoder(NAMER, BUILT_IN, false);

  /**
   * A message as bytes. Its buffers are views of the message's own memory.
   * @throws SerializationError where something in it has no encoding
   */
  encode(message: unknown): BinaryParts {
    return writeBinary(message, this.#encoder, undefined);
  }

  /**
   * The message again. Typed arrays in it share no memory; one that makes up most of `source` is a view of it.
   * @throws DeserializationError where it is damaged
   */
  decode(source: BinaryParts | Uint8Array): unknown {
    return readBinary(source, CONTEXT, () => undefined);
  }
}
