/** Jobs as text. */
import type { ErrorView } from '../../core/error-view.ts';
import type { JobView } from '../../core/job-views.ts';
import type { RunSnapshot } from '../../core/run-store.ts';

/** The arguments of a job: those that are results of others as these came out, else by the names of those. */
export function argumentsText({ args, inputs }: JobView, { jobs }: RunSnapshot): string {
  const texts: string[] = args.map((arg) => arg ?? '');
  for (const { job, argument } of inputs) {
    const input = jobs[job];
    if (argument >= 0 && input !== undefined) texts[argument] = input.value ?? `${input.name || 'result'} #${job}`;
  }
  return texts.join(', ');
}

/** `RangeError: too large` */
export function errorText({ name, message }: ErrorView): string {
  return message === '' ? name : `${name}: ${message}`;
}

/** Frames of a stack that are not the user's. */
const FOREIGN = /\bnode:|\/node_modules\/|\/dist\/(core|node|web)\/[\w-]+\.js|<anonymous>|^\s*at native\b/;
/** What a frame of Chromium and Node (`at f (place)`), or of Firefox and WebKit (`f@place`), says of its place. */
const FRAME = /(?:\(|@|\bat (?:async )?)((?:\w+:\/\/|\/|[A-Za-z]:\\)[^()\n]*?:\d+(?::\d+)?)\)?\s*$/;

/** Where an error arose: the first place of its stack that is in the user's code. */
export function errorPlace({ stack = '' }: ErrorView): string | undefined {
  for (const line of stack.split('\n')) {
    const place = FOREIGN.test(line) ? undefined : FRAME.exec(line)?.[1];
    if (place !== undefined) return place.replace(/^file:\/\//, '').replace(/\?[^:]*/, '');
  }
  return undefined;
}
