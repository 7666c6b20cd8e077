/** Reading a content that lies in several pieces, as if it were one. */

/** A position in a list of pieces. Reading copies straight from the pieces, which may lie in shared memory. */
export class PieceReader {
  readonly #pieces: readonly Uint8Array[];
  #index: number;
  #offset: number;

  constructor(pieces: readonly Uint8Array[], index = 0, offset = 0) {
    this.#pieces = pieces;
    this.#index = index;
    this.#offset = offset;
  }

  /** Copies the next `length` bytes to `target` from `at` on, and moves on. Throws a `RangeError` where fewer are left. */
  read(target: Uint8Array, at: number, length: number): void {
    const end = at + length;
    while (at < end) {
      const piece = this.#pieces[this.#index];
      if (piece === undefined)
        throw new RangeError(`Cannot read ${length} bytes: only ${length - (end - at)} are left`);
      const taken = Math.min(end - at, piece.length - this.#offset);
      // most small messages are one whole piece, and a subarray costs more than the copy
      target.set(taken === piece.length ? piece : piece.subarray(this.#offset, this.#offset + taken), at);
      at += taken;
      this.#advance(piece, taken);
    }
  }

  /** A second reader, `length` bytes ahead of this one. */
  ahead(length: number): PieceReader {
    const reader = new PieceReader(this.#pieces, this.#index, this.#offset);
    while (length > 0) {
      const piece = this.#pieces[reader.#index];
      if (piece === undefined) break;
      const skipped = Math.min(length, piece.length - reader.#offset);
      length -= skipped;
      reader.#advance(piece, skipped);
    }
    return reader;
  }

  #advance(piece: Uint8Array, length: number): void {
    this.#offset += length;
    if (this.#offset === piece.length) {
      this.#index++;
      this.#offset = 0;
    }
  }
}

/** The sum of the pieces' lengths in bytes. */
export function totalLength(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}
