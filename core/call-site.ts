import { realm } from './realm.ts';

/** A place in a source file. */
export interface CallSite {
  /** URL of the module. */
  readonly module: string;
  /** `line:column`, as the engine tells. */
  readonly position: string;
  /** Whether it stands inside of a function, as far as the stack tells: one without a name may not be seen. */
  readonly isEnclosed?: boolean;
}

/** V8: `at f (file:///a.js:1:2)`, `at file:///a.js:1:2`, `at async file:///a.js:1:2`; Firefox and JavaScriptCore: `f@http://host/a.js:1:2`. */
const FRAME = /(?:^\s*at\s.*?\(?|@)((?:[a-z][a-z+.-]*:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/;

/** Frames of `schedule` and its relatives that stand above the user's in engines without `captureStackTrace`. */
const OWN_FRAMES = 2;

/**
 * Where the caller of `entry` stands. `undefined` where there is no file: a REPL, `eval`, a notebook.
 * Each exported function that calls this must not do so in tail position: JavaScriptCore drops such frames.
 */
export function callSite(entry: unknown): CallSite | undefined {
  const limit = Error.stackTraceLimit;
  if (limit !== undefined) Error.stackTraceLimit = Math.max(limit, 4);
  const holder: { stack?: string | undefined } = {};
  if (Error.captureStackTrace) Error.captureStackTrace(holder, entry);
  else holder.stack = new Error('call site').stack?.split('\n').slice(OWN_FRAMES).join('\n');
  const stack = holder.stack;
  if (limit !== undefined) Error.stackTraceLimit = limit;
  return firstFrame(stack);
}

function firstFrame(stack: string | undefined): CallSite | undefined {
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const index = lines.findIndex((line) => /^\s*at\s|@/.test(line));
  const first = lines[index] ?? '';
  const match = FRAME.exec(first);
  if (match?.[1] === undefined || match[1].startsWith('node:')) return undefined;
  const url = moduleUrl(match[1]);
  const site = { module: realm().scheduledAs?.(url) ?? url, position: `${match[2]}:${match[3]}` };
  return isEnclosed(first, lines[index + 1] ?? '') ? { ...site, isEnclosed: true } : site;
}

/** V8 calls the top level of CommonJS `Object.<anonymous>`, and that of a module nothing, or with source maps `<anonymous>`. */
const FUNCTION_FRAME = /^\s*at (?:async )?(?!(?:Object\.)?<anonymous> )\S.* \(/;

/** The runtime calls the top level of modules; native functions (`map`) and a program's own call functions. */
const CALLER_FRAME = /^\s*at (?:.*\(<anonymous>\)$|(?!.*(?:node:|[\\/]node_modules[\\/]))\S)/;

function isEnclosed(frame: string, caller: string): boolean {
  return FUNCTION_FRAME.test(frame) || (/^\s*at\s/.test(frame) && CALLER_FRAME.test(caller));
}

/** A file's path, as CommonJS modules and some loaders tell it, becomes its URL; URLs stay. */
function moduleUrl(place: string): string {
  if (/^[a-z][a-z+.-]+:\/\//.test(place)) return place;
  const path = place.startsWith('/') ? place : `/${place.replaceAll('\\', '/')}`;
  return new URL(`file://${encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23')}`).href;
}
