/** Which displays a run has: what the option `display` says, as one display that can do no harm. */
import { SILENT, type Display } from './display.ts';
import { hasMethods } from './options.ts';
import { describe } from './task.ts';

/** A display, or what makes one for each run: two runs at once that share one would overwrite each other. */
export type DisplaySource = Display | (() => Display);

/** What shows a run: one display, several, or nothing. */
export type DisplayChoice = DisplaySource | readonly DisplaySource[] | false;

/**
 * What was chosen, as one display whose own errors end no run.
 * @param byDefault - makes the display of a run for which nothing was chosen
 * @throws TypeError where something else than a display was chosen
 */
export function chosenDisplay(choice: DisplayChoice | undefined, byDefault: () => Display): Display {
  if (choice === false) return SILENT;
  const sources: readonly DisplaySource[] = isList(choice) ? choice : [choice ?? byDefault];
  const displays = sources.map((source) => guarded(ofRun(checked(typeof source === 'function' ? source() : source))));
  const [only = SILENT] = displays;
  return displays.length > 1 ? combined(displays) : only;
}

function isList(choice: DisplayChoice | undefined): choice is readonly DisplaySource[] {
  return Array.isArray(choice);
}

function ofRun(display: Display): Display {
  return display.forRun?.() ?? display;
}

function checked(display: Display): Display {
  if (display !== undefined && hasMethods(display, 'log', 'warning')) return display;
  throw new TypeError(
    `Cannot use ${describe(display)} as a display: it must have log and warning. Write display: logging(), fancyDisplay() or plainDisplay() of somen/node, a store, or false for silence`,
  );
}

/** A display whose own errors end no run: they go to the console. */
export function guarded(display: Display): Display {
  return made(display, (tell) => attempt(() => tell(display)));
}

/** Several displays as one, which are told everything in their order. Those methods that none of them has are not there. */
export function combined(displays: readonly Display[]): Display {
  return made(Object.assign({}, ...displays) as Display, (tell) => displays.forEach(tell));
}

/** A display that hands on what it is told, with those optional methods that `like` has. */
function made(like: Display, each: (tell: (display: Display) => void) => void): Display {
  return {
    start: (summary) => each((display) => display.start?.(summary)),
    ...(like.workflow && { workflow: (part) => each((display) => display.workflow?.(part)) }),
    ...(like.event && { event: (event) => each((display) => display.event?.(event)) }),
    ...(like.call && { call: (call) => each((display) => display.call?.(call)) }),
    ...(like.result && { result: (call, outcome) => each((display) => display.result?.(call, outcome)) }),
    ...(like.joined && { joined: (job) => each((display) => display.joined?.(job)) }),
    log: (event) => each((display) => display.log(event)),
    warning: (message) => each((display) => display.warning(message)),
    end: (summary, failure) => each((display) => display.end?.(summary, failure)),
  };
}

function attempt(show: () => void): void {
  try {
    show();
  } catch (error) {
    console.error('A display failed:', error);
  }
}
