/** The corpus job: the text files below a folder, and the workflow that counts their words. */
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { file, type Promised } from 'somen/node';
import { UsageError } from './options.ts';
import { countTexts, mergeCounts, reportCounts, tasks, type CorpusReport } from './words.ts';

/** Text for one task: to read it and count its words takes some milliseconds, far more than to send a job. */
const CHUNK_BYTES = 131_072;
const TEXT_NAME = /^license|\.md$/i;

/** The files of a corpus. */
export interface Corpus {
  readonly files: number;
  readonly bytes: number;
  /** The paths in order, each chunk the work of one task. */
  readonly chunks: readonly (readonly string[])[];
}

/**
 * Every `*.md` and `LICENSE*` below `folder`. Folders whose names begin with a dot are left out: there tools keep
 * their caches.
 *
 * @throws UsageError where the folder cannot be read or has no such file
 */
export function findCorpus(folder: string): Corpus {
  const chunks: string[][] = [];
  let files = 0;
  let bytes = 0;
  let room = -1;
  for (const path of findTexts(folder).sort()) {
    const { size } = statSync(path);
    files++;
    bytes += size;
    if (room < size) {
      chunks.push([]);
      room = CHUNK_BYTES;
    }
    room -= size;
    chunks.at(-1)?.push(path);
  }
  if (files === 0) throw new UsageError(`Cannot count words: there is no *.md or LICENSE* below ${folder}`);
  return { files, bytes, chunks };
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

/** The workflow: a task a chunk, which runs again when one of its files has changed, one for each two results until a single one is left, and the report of that. */
export function describeCorpus({ chunks }: Corpus): Promised<CorpusReport> {
  return tasks.reportCounts(
    mergeInPairs(
      chunks.map((paths) => tasks.countWords(paths.map((path) => file(path)))),
      tasks.mergeCounts,
    ),
  );
}

/** The same work without a workflow, to compare with. */
export function computeCorpus({ chunks }: Corpus): CorpusReport {
  const texts = chunks.map((paths) => paths.map((path) => ({ path, text: readFileSync(path, 'utf8') })));
  return reportCounts(mergeInPairs(texts.map(countTexts), mergeCounts));
}

/** By halves: a tree of merges, most of which can be computed at the same time. */
function mergeInPairs<T>(values: readonly T[], merge: (a: T, b: T) => T): T {
  const [first] = values;
  if (first === undefined) throw new RangeError('Cannot merge nothing: there must be one value at least');
  if (values.length === 1) return first;
  const middle = Math.ceil(values.length / 2);
  return merge(mergeInPairs(values.slice(0, middle), merge), mergeInPairs(values.slice(middle), merge));
}
