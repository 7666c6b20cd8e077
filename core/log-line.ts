/** What tasks write to the console, as lines of text. */
import type { LogLevel } from './events.ts';
import { summarize } from './summarize.ts';

/** A line of a run's log. */
export interface LogLine {
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** Whose line it is; `undefined` for warnings of the run. */
  readonly job: number | undefined;
  readonly name: string | undefined;
  readonly level: LogLevel | 'warning';
  readonly text: string;
}

/** What a task wrote with one call of the console: texts as they are, other values shortened. */
export function logText(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : summarize([value]))).join(' ');
}
