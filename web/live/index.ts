/** `somen/live`: programs that run in the page as one types them. */
export { createLiveScript, type LiveScript, type LiveScriptOptions } from './live-script.ts';
export type { LiveModules } from './live-modules.ts';
export type {
  ConsoleLine,
  LiveError,
  LiveErrorKind,
  LiveNote,
  LivePlace,
  LiveResult,
  LiveValue,
} from './live-result.ts';
