/** A display that tells a run line by line: which calls there were, what each came to, and how. */
import type { Display, JobCall, JobOutcome } from './display.ts';
import { logText } from './log-line.ts';
import { summarize } from './summarize.ts';

/** Options of {@link logging}. */
export interface LoggingOptions {
  /** Takes a line, without the end of line. @default `console.log` */
  readonly write?: (line: string) => void;
  /** What stands before each line; `false` for nothing. @default the local date and time, to the millisecond */
  readonly time?: (() => string) | false;
  /** Whether the values of results are shown, and not only how they came about. @default true */
  readonly results?: boolean;
  /**
   * How many characters a line has at most: of longer ones, the middle is left out. What tasks write to the console, and
   * warnings, are never shortened. At least 40; `Infinity` leaves all lines as they are. @default 80
   */
  readonly width?: number;
}

const DEFAULT_WIDTH = 80;
/** With a date and a time, less would leave nothing of the calls. */
const MIN_WIDTH = 40;
/** So many characters of a key tell it from all others that a reader will see. */
const SHORT_KEY = 12;

/**
 * A display that writes a line for each call and one for each result: `done` where it was computed, `attached` where an
 * equal call was under way, `retrieved` where it was in the cache.
 *
 * ```text
 * 2026-11-04 12:30:01.123 - job 3: wordSize('oote')
 * 2026-11-04 12:30:01.127 - result 3 [wordSize('oote')]: done -> 4
 * ```
 *
 * @throws RangeError where `width` is not a number from 40 up
 * @example
 * await run(workflow, { cache, display: logging() });
 */
export function logging(options: LoggingOptions = {}): Display {
  const { width = DEFAULT_WIDTH, results = true, time = localTime, write = (line) => console.log(line) } = options;
  if (!(width >= MIN_WIDTH))
    throw new RangeError(`Cannot log lines of ${width} characters: width must be a number from ${MIN_WIDTH} up`);
  const writeWhole = (text: string): void => write(begin(time) + text);
  const writeShort = (text: string): void => {
    const head = begin(time);
    write(head + shortened(onOneLine(text), Math.max(1, width - head.length)));
  };
  return {
    call: (call) => writeShort(`job ${call.job}: ${callText(call)}`),
    result: (call, outcome) => writeShort(`result ${call.job} [${callText(call)}]: ${outcomeText(outcome, results)}`),
    log: ({ job, name, values }) => writeWhole(`log ${job} [${name}]: ${logText(values)}`),
    warning: (message) => writeWhole(`warning: ${message}`),
    end: () => writeWhole('-end-of-queue-'),
  };
}

function begin(time: (() => string) | false): string {
  return time === false ? '' : `${time()} - `;
}

/** `2026-11-04 12:30:01.123` */
function localTime(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}

function callText({ name, args }: JobCall): string {
  return `${name}(${args === undefined ? '…' : summarize(args)})`;
}

function outcomeText(outcome: JobOutcome, results: boolean): string {
  if ('workflow' in outcome)
    return `${outcome.status} -> workflow ${outcome.workflow?.slice(0, SHORT_KEY) ?? ''}`.trimEnd();
  const { status } = outcome;
  if (status === 'failed') return `${status} -> ${summarize([outcome.error])}`;
  return results ? `${status} -> ${summarize([outcome.value])}` : status;
}

/** Texts among the arguments may hold ends of lines, and codes that would drive the terminal. */
function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) =>
    character === '\n' ? '\\n' : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

/** The beginning says which job it is, the end what it came to. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  // Whole characters: half of one would be shown as damage.
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  return `${characters.slice(0, length - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}
