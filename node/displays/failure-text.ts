/** A failure as people want to read it: what was called, what went wrong, and where in their source. */
import { errorView, type ErrorView } from '../../core/error-view.ts';
import type { FailedJob } from '../../core/errors.ts';
import { excerpt, placeAt, placeInStack, placeText } from './source-excerpt.ts';
import { printable, printableLines, type Paint } from './text.ts';

/** What is known of a failure. */
export interface FailureText {
  readonly error: unknown;
  /** What the display has shown for the call, where its task has a text. */
  readonly title?: string | undefined;
  /** The call, where the error itself does not tell it (`error.job`). */
  readonly job?: Partial<FailedJob> | undefined;
}

/** How failures are written. */
export interface FailureTextOptions {
  readonly paint: Paint;
  /** Whether colours of what a filter returns are kept. */
  readonly keepColours: boolean;
  /** The text of an error that was to be expected. */
  readonly errorFilter?: ((error: unknown) => string | undefined) | undefined;
}

/** An error that says more than its own stack: few are as deep. */
const MAX_CAUSES = 5;
/** Frames of a stack below these say little. */
const MAX_FRAMES = 6;
const MAX_ARGUMENTS = 300;

/** The lines that tell a failure; only its text where the filter knows the error. */
export function failureText(failure: FailureText, options: FailureTextOptions): readonly string[] {
  const { paint, keepColours } = options;
  const expected = filtered(failure.error, options.errorFilter);
  if (expected !== undefined) return printableLines(expected, keepColours);
  const view = errorView(failure.error);
  const job = { ...failure.job, ...view.job };
  return [
    ...(failure.title === undefined ? [paint('red', `✗ ${titleOf(job)}`)] : []),
    ...[...errorLines(view, paint), ...sourceLines(view, job.scheduledAt, paint)].map((line) => `  ${line}`.trimEnd()),
    ...jobLines(job, failure.title !== undefined).map((line) => paint('dim', `  ${line}`)),
  ];
}

/** A filter that throws knows nothing. */
function filtered(error: unknown, filter: FailureTextOptions['errorFilter']): string | undefined {
  try {
    const text: unknown = filter?.(error);
    // What a compiler said is bytes, more often than not.
    return text === undefined || text === null ? undefined : String(text);
  } catch {
    return undefined;
  }
}

function titleOf({ task, arguments: args }: Partial<FailedJob>): string {
  return task === undefined ? 'The run failed' : callText(task, args);
}

function callText(task: string, args: string | undefined): string {
  const text = args ?? '…';
  return printable(`${task}(${text.length > MAX_ARGUMENTS ? `${text.slice(0, MAX_ARGUMENTS)}…` : text})`);
}

/** What went wrong, and what led to that. */
function errorLines(view: ErrorView, paint: Paint): readonly string[] {
  const lines = [...messageLines(view, paint), ...stackLines(view, paint)];
  let cause = view.cause;
  for (let depth = 0; cause !== undefined && depth < MAX_CAUSES; depth++, cause = cause.cause) {
    const [first = '', ...rest] = messageLines(cause, paint);
    lines.push(`${paint('dim', 'caused by')} ${first}`, ...rest, ...stackLines(cause, paint));
  }
  for (const each of view.errors) lines.push(...messageLines(each, paint).map((line) => `- ${line}`));
  return lines;
}

function messageLines({ name, message }: ErrorView, paint: Paint): readonly string[] {
  return printableLines(message === '' ? name : `${name}: ${message}`, false).map((line) => paint('bold', line));
}

/** The frames of a stack that are the user's business. */
function stackLines({ stack }: ErrorView, paint: Paint): readonly string[] {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s*at /.test(line));
  const own = frames.filter((line) => placeInStack(line) !== undefined);
  return (own.length > 0 ? own : frames)
    .slice(0, MAX_FRAMES)
    .map((line) => paint('dim', `  ${printable(line.trim())}`));
}

/** The source where it was thrown, else where the task was scheduled. */
function sourceLines(view: ErrorView, scheduledAt: string | undefined, paint: Paint): readonly string[] {
  const thrown = [view, view.cause].map((each) => placeInStack(each?.stack)).find((place) => place !== undefined);
  const place = thrown ?? placeAt(scheduledAt);
  const lines = place === undefined ? [] : excerpt(place, paint);
  if (place === undefined || lines.length === 0) return [];
  return ['', paint('cyan', `${thrown === undefined ? 'scheduled at ' : ''}${placeText(place)}`), ...lines, ''];
}

function jobLines(
  { task, arguments: args, attempts = 1, key }: Partial<FailedJob>,
  hasTitle: boolean,
): readonly string[] {
  return [
    ...(hasTitle && task !== undefined ? [`call     ${callText(task, args)}`] : []),
    ...(attempts > 1 ? [`tried    ${attempts} times`] : []),
    ...(key === undefined ? [] : [`key      ${key}`]),
  ];
}
