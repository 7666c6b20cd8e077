/** Compressed texts, as base64: what stands in a page, which inflates it with `DecompressionStream`. */
import { toBase64 } from '../base64.ts';

/** What browsers and Node have of `CompressionStream`, as far as it is used. */
interface Compression {
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
  readonly readable: AsyncIterable<Uint8Array> & {
    getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }> };
  };
}

/** A text, encoded in UTF-8, as a zlib stream (RFC 1950), in base64. */
export async function deflated(text: string): Promise<string> {
  const { CompressionStream } = globalThis as unknown as {
    readonly CompressionStream: new (format: 'deflate') => Compression;
  };
  const { writable, readable } = new CompressionStream('deflate');
  const writer = writable.getWriter();
  const written = writer.write(new TextEncoder().encode(text)).then(() => writer.close());
  const parts: Uint8Array[] = [];
  const reader = readable.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
    if (value !== undefined) parts.push(value);
  await written;
  return toBase64(joined(parts));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
