/** What the corpus job computes: plain functions, and at the end of this module the tasks made of them. */
import { schedule, type FileValue, type Scheduled } from 'somen/node';

/** A text, and where it stands. */
export interface Text {
  readonly path: string;
  readonly text: string;
}

/** How many words a file has. */
export interface FileLength {
  readonly path: string;
  readonly words: number;
}

/** What is known about some files. */
export interface WordCounts {
  readonly files: number;
  readonly words: number;
  /** How often each word occurs, in lower case. */
  readonly occurrences: ReadonlyMap<string, number>;
  /** The ten longest, longest first. */
  readonly longest: readonly FileLength[];
}

/** What a reader wants to know about them. */
export interface CorpusReport {
  readonly files: number;
  readonly words: number;
  readonly distinctWords: number;
  /** The ten most frequent words and how often each occurs, most frequent first. */
  readonly frequent: readonly (readonly [word: string, count: number])[];
  /** The ten longest files, longest first. */
  readonly longest: readonly FileLength[];
}

/** Reads files, cuts them into words and counts those. */
export async function countWords(files: readonly FileValue[]): Promise<WordCounts> {
  return countTexts(await Promise.all(files.map(async (file) => ({ path: file.path, text: await file.text() }))));
}

/** Cuts texts into words and counts those. */
export function countTexts(texts: readonly Text[]): WordCounts {
  const occurrences = new Map<string, number>();
  const lengths: FileLength[] = [];
  let words = 0;
  for (const { path, text } of texts) {
    const before = words;
    for (const [word] of text.toLowerCase().matchAll(/\p{L}[\p{L}\p{M}\p{N}]*/gu)) {
      occurrences.set(word, (occurrences.get(word) ?? 0) + 1);
      words++;
    }
    lengths.push({ path, words: words - before });
  }
  return { files: texts.length, words, occurrences, longest: tenLongest(lengths) };
}

/** What is known about the files of both. */
export function mergeCounts(a: WordCounts, b: WordCounts): WordCounts {
  const occurrences = new Map(a.occurrences);
  for (const [word, count] of b.occurrences) occurrences.set(word, (occurrences.get(word) ?? 0) + count);
  return {
    files: a.files + b.files,
    words: a.words + b.words,
    occurrences,
    longest: tenLongest([...a.longest, ...b.longest]),
  };
}

/** The ends of the lists that make a report. */
export function reportCounts({ files, words, occurrences, longest }: WordCounts): CorpusReport {
  const byCount = [...occurrences].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { files, words, distinctWords: occurrences.size, frequent: byCount.slice(0, 10), longest };
}

function tenLongest(files: readonly FileLength[]): FileLength[] {
  return files.toSorted((a, b) => b.words - a.words || (a.path < b.path ? -1 : 1)).slice(0, 10);
}

/** The same functions as tasks: a call of one of these computes nothing yet. */
export const tasks: {
  readonly countWords: Scheduled<typeof countWords>;
  readonly mergeCounts: Scheduled<typeof mergeCounts>;
  readonly reportCounts: Scheduled<typeof reportCounts>;
} = {
  countWords: schedule(countWords),
  mergeCounts: schedule(mergeCounts),
  reportCounts: schedule(reportCounts),
};
