/** The results as the main job prints them. */
import type { Outcome } from './job.ts';
import { publishedSums } from '../../prime-sums.ts';
import { duration, faint, grouped, sideBySide, strong, table } from './terminal.ts';
import type { CorpusReport } from './words.ts';

/** The sums in two columns, and whether they are those of the tutorial. */
export function primeReport(sums: readonly number[]): string {
  const rows = sums.map((sum, index) => [publishedSums[index]?.n ?? 0, sum]);
  const half = Math.ceil(rows.length / 2);
  return `${sideBySide(table(rows.slice(0, half)), table(rows.slice(half)))}\n\n  ${primeVerdict(sums)}`;
}

/** How many of the sums are not those of the tutorial. */
export function countWrong(sums: readonly number[]): number {
  return sums.filter((sum, index) => sum !== publishedSums[index]?.sum).length;
}

/** Whether the sums are those of the tutorial. */
export function primeVerdict(sums: readonly number[]): string {
  const wrong = countWrong(sums);
  if (wrong > 0)
    return strong(`WRONG: ${wrong} of ${sums.length} differ from the sums that the Noodles tutorial prints`);
  return `${sums.length === 1 ? 'It agrees' : `All ${sums.length} agree`} with what the Noodles tutorial prints`;
}

/** The ten most frequent words beside the ten longest files. */
export function corpusReport({ files, words, distinctWords, frequent, longest }: CorpusReport): string {
  const frequentWords = table(frequent.map(([word, count]) => [count, word]));
  const longestFiles = table(longest.map(({ path, words: length }) => [length, path]));
  return (
    `${sideBySide(`  most frequent words\n${frequentWords}`, `  longest files, in words\n${longestFiles}`)}\n\n` +
    `  ${grouped(words)} words, ${grouped(distinctWords)} of them different, in ${grouped(files)} files`
  );
}

/** How a run's jobs came by their results, and how long the whole took. */
export function account({ summary, milliseconds }: Outcome<unknown>): string {
  const { scheduled, ran, attached, retrieved } = summary;
  return `  ${scheduled} ${scheduled === 1 ? 'job' : 'jobs'}: ${ran} ran, ${attached} attached, ${retrieved} retrieved, in ${strong(duration(milliseconds))}`;
}

/** A job that was run on workers, and how long the same work takes on one thread. */
export interface Comparison {
  readonly name: string;
  /** Milliseconds on one thread. */
  readonly alone: number;
  readonly outcome: Outcome<unknown>;
}

/** What the workers gain. */
export function comparisonReport(comparisons: readonly Comparison[], workers: number): string {
  const head = ['', 'one thread', `${workers} workers`.padStart(10), 'cores used', 'speed-up'];
  const rows = comparisons.map(({ name, alone, outcome: { milliseconds, cores } }) => [
    name,
    duration(alone).padStart(10),
    duration(milliseconds).padStart(10),
    cores.toFixed(2).padStart(10),
    strong(`${(alone / milliseconds).toFixed(2)}x`.padStart(8)),
  ]);
  const notes = [
    '',
    faint(`  cores used: processor time by wall time, less than ${workers} where other programs are busy too`),
  ];
  for (const { name } of comparisons.filter((comparison) => isTooSmall(comparison, workers))) {
    notes.push(faint(`  ${name}: so little work that to pass and remember the values takes longer`));
  }
  return [table([head, ...rows]), ...notes].join('\n');
}

/** Slower than one thread, though the workers had their cores. */
function isTooSmall({ alone, outcome }: Comparison, workers: number): boolean {
  return alone < outcome.milliseconds && outcome.cores > 0.75 * workers;
}

/** Why there is no speed-up to state. */
export function noComparison(outcomes: readonly Outcome<unknown>[], cache: string): string {
  const computed = outcomes.some(({ summary }) => summary.ran > 0);
  return `  ${computed ? 'Part of it' : 'All of it'} was remembered, so there is no speed-up to state. To compute it again: rm -r ${cache}`;
}
