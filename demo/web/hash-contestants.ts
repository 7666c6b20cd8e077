/** Who hashes, in the order of the columns: the page needs the names, the worker that measures has the functions. */

/** One that computes SHA-256. */
export interface ContestantName {
  readonly id: 'one' | 'many' | 'subtle' | 'hash-wasm';
  /** The colour and shape in the plot. */
  readonly style: number;
}

/** All of them. */
export const CONTESTANTS: readonly ContestantName[] = [
  { id: 'one', style: 0 },
  { id: 'many', style: 1 },
  { id: 'subtle', style: 2 },
  { id: 'hash-wasm', style: 3 },
];

/** What the worker is asked to measure. */
export interface HashRequest {
  /** Numbers of doubles, growing: arrays of 8 bytes times that. */
  readonly sizes: readonly number[];
  readonly repetitions: number;
}

/** What it tells. */
export type HashReport =
  /** Before anything is measured. Who is not there is missing: `crypto.subtle` on insecure origins. */
  | { readonly type: 'checked'; readonly contestants: readonly ContestantName['id'][]; readonly agree: boolean }
  /** One measurement: milliseconds for one array of that size. */
  | {
      readonly type: 'time';
      readonly contestant: ContestantName['id'];
      readonly size: number;
      readonly repetition: number;
      readonly time: number;
    }
  | { readonly type: 'end' };
