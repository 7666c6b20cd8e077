import type { HistoryEntry } from '../core/history.ts';

/** How the files of sessions end. */
export const SUFFIX = '.jsonl';

const LINE_FEED = 0x0a;

/** Takes the bytes of a session's file as they come, and gives the entries of the lines that are whole. */
export class LineReader {
  /** The beginning of a line whose end has not come yet. */
  #rest: readonly Buffer[] = [];

  *take(bytes: Buffer): Generator<HistoryEntry, void, undefined> {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      const entry = entryOf(this.#whole(bytes.subarray(start, end)));
      this.#rest = [];
      start = end + 1;
      if (entry !== undefined) yield entry;
    }
    if (start < bytes.length) this.#rest = [...this.#rest, bytes.subarray(start)];
  }

  #whole(end: Buffer): Buffer {
    return this.#rest.length === 0 ? end : Buffer.concat([...this.#rest, end]);
  }
}

/** The entry of a line; `undefined` where the line is damaged. */
function entryOf(line: Buffer): HistoryEntry | undefined {
  if (line.length === 0) return undefined;
  try {
    const entry = JSON.parse(line.toString('utf8')) as HistoryEntry | null;
    return typeof entry?.type === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}
