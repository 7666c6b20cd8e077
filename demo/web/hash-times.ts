/** How long SHA-256 took, by contestant and size, and the line through the larger sizes. */
import type { ContestantName } from './hash-contestants.ts';
import { fitLine, summary, type Line, type Measured } from './statistics.ts';

/** The line is that of the larger sizes, from 2^15 doubles (256 KiB) on. */
const FIT_FROM = 2 ** 15;

/** What was measured so far. */
export class HashTimes {
  /** Milliseconds. */
  readonly #times = new Map<ContestantName['id'], Map<number, number[]>>();

  add(contestant: ContestantName['id'], size: number, time: number): void {
    const ofContestant = this.#times.get(contestant) ?? new Map<number, number[]>();
    this.#times.set(contestant, ofContestant.set(size, [...(ofContestant.get(size) ?? []), time]));
  }

  /** Of one size, in doubles. */
  at(id: ContestantName['id'], size: number): Measured | undefined {
    const values = this.#times.get(id)?.get(size);
    return values && summary(values);
  }

  /** The line through the larger ones of these sizes, in the logarithms of MB and of ms, so that MB/ms is GB/s. */
  line(id: ContestantName['id'], sizes: readonly number[]): Line | undefined {
    const points = sizes.flatMap((size) => {
      const at = size >= FIT_FROM ? this.at(id, size) : undefined;
      return at === undefined ? [] : [[Math.log(megabytes(size)), Math.log(at.mean)] as const];
    });
    return fitLine(points);
  }
}

/** Of so many doubles. */
export function megabytes(size: number): number {
  return (8 * size) / 1e6;
}

/** `8 KiB`, `256 MiB`: of so many doubles. */
export function sizeText(size: number): string {
  return size < 2 ** 17 ? `${size / 128} KiB` : `${size / 2 ** 17} MiB`;
}
