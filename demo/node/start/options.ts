/** The command line of the main job. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { publishedSums } from '../../prime-sums.ts';

/** What the main job can be told. */
export interface Options {
  readonly help: boolean;
  /** Where the corpus is. */
  readonly folder: string;
  /** How many of the prime sums. */
  readonly primes: number;
  /** Where results are remembered. */
  readonly cache: string;
  /** How many worker threads. */
  readonly workers: number;
}

export const HELP: string = `Usage: npm start -- [options]
       node dist/demo/node/start/main.js [options]

Sums primes and counts words on worker threads, and remembers what it computed.

  --folder DIR    count the words of the *.md and LICENSE* below DIR; default: node_modules
  --primes N      compute the first N of the ${publishedSums.length} prime sums; default: all
  --workers N     use N worker threads; default: one a core
  --cache DIR     remember results in DIR; default: .somen
  --help          print this`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  folder: { type: 'string', default: 'node_modules' },
  primes: { type: 'string', default: String(publishedSums.length) },
  cache: { type: 'string', default: '.somen' },
  workers: { type: 'string', default: String(availableParallelism()) },
} as const;

/** A mistake on the command line: its message says all. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError where an argument is not known or has a value that cannot be used */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    ...values,
    primes: wholeNumber('--primes', values.primes, publishedSums.length),
    workers: wholeNumber('--workers', values.workers, 1024),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`Cannot use ${option} ${text}: it must be a whole number from 1 to ${most}`);
}
