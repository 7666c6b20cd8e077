/** The corpus job: the text files below a folder, and the workflow that counts their words. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Promised } from 'somen/node';
import { UsageError } from './options.ts';
import { countWords, mergeCounts, reportCounts, tasks, type CorpusReport, type TextFile } from './words.ts';

/** Text for one task: to read it and count its words takes some milliseconds, far more than to send a job. */
const CHUNK_BYTES = 131_072;
const TEXT_NAME = /^license|\.md$/i;

/** The files of a corpus. */
export interface Corpus {
  readonly files: number;
  readonly bytes: number;
  /** The files in order of their paths, each chunk the work of one task. */
  readonly chunks: readonly (readonly TextFile[])[];
}

/**
 * Every `*.md` and `LICENSE*` below `folder`. Folders whose names begin with a dot are left out: there tools keep
 * their caches.
 *
 * @throws UsageError where the folder cannot be read or has no such file
 */
export function findCorpus(folder: string): Corpus {
  const chunks: TextFile[][] = [];
  let files = 0;
  let bytes = 0;
  let room = -1;
  for (const path of findTexts(folder).sort()) {
    const content = readFileSync(path);
    files++;
    bytes += content.byteLength;
    if (room < content.byteLength) {
      chunks.push([]);
      room = CHUNK_BYTES;
    }
    room -= content.byteLength;
    chunks.at(-1)?.push({ path, digest: sha256(content) });
  }
  if (files === 0) throw new UsageError(`Cannot count words: there is no *.md or LICENSE* below ${folder}`);
  return { files, bytes, chunks };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function findTexts(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : findTexts(path);
    return entry.isFile() && TEXT_NAME.test(entry.name) ? [path] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`Cannot read the folder ${folder}: ${String(error)}`, { cause: error });
  }
}

/** The workflow: a task a chunk, one for each two results until a single one is left, and the report of that. */
export function describeCorpus({ chunks }: Corpus): Promised<CorpusReport> {
  return tasks.reportCounts(
    mergeInPairs(
      chunks.map((files) => tasks.countWords(files)),
      tasks.mergeCounts,
    ),
  );
}

/** The same work without a workflow, to compare with. */
export function computeCorpus({ chunks }: Corpus): CorpusReport {
  return reportCounts(mergeInPairs(chunks.map(countWords), mergeCounts));
}

/** By halves: a tree of merges, most of which can be computed at the same time. */
function mergeInPairs<T>(values: readonly T[], merge: (a: T, b: T) => T): T {
  const [first] = values;
  if (first === undefined) throw new RangeError('Cannot merge nothing: there must be one value at least');
  if (values.length === 1) return first;
  const middle = Math.ceil(values.length / 2);
  return merge(mergeInPairs(values.slice(0, middle), merge), mergeInPairs(values.slice(middle), merge));
}
