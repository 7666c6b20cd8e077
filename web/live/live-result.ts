/** What a live script comes to, and what it tells on the way. All of it is plain data. */
import type { LogLevel } from '../../core/events.ts';

/** A place in a source, as its author sees it. */
export interface LivePlace {
  /** The source's name: `LiveScriptOptions.name`, or the name under which a module was given. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** What a source stumbled over. */
export type LiveErrorKind =
  /** It is no JavaScript. Nothing of it ran. */
  | 'syntax'
  /** It imports what is not there. Nothing of it ran. */
  | 'import'
  /** A task takes something from around it that cannot go to a worker; the message says what to do. */
  | 'refused'
  /** A task threw. */
  | 'task'
  /** The program itself threw. */
  | 'script'
  /** Workers do not start here. */
  | 'worker';

/** Why a script failed, in the terms of its source. */
export interface LiveError {
  readonly kind: LiveErrorKind;
  /** The class of the error: `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** Where in the typed source; `undefined` where nothing tells. Columns of errors at run time are as exact as the engine's. */
  readonly place: LivePlace | undefined;
  /** The stack with places of the typed source. */
  readonly stack: string | undefined;
  /** Of a task: its name, and its arguments, shortened for reading. */
  readonly job: { readonly task: string; readonly arguments: string } | undefined;
  readonly cause: LiveError | undefined;
}

/** Something about a source that does not stop it: a task that can only run on the program's own thread. */
export interface LiveNote {
  readonly message: string;
  readonly place: LivePlace;
}

/** A value of a script. */
export interface LiveValue {
  /** The name under which it is exported; `undefined` for the value of the last expression. */
  readonly name: string | undefined;
  /** It as text, shortened where it is long. */
  readonly text: string;
  /** The value, a copy; missing where it cannot be copied: a function, a promised value. */
  readonly value?: unknown;
}

/** A line that the program or one of its tasks wrote with `console`. */
export interface ConsoleLine {
  readonly level: LogLevel;
  /** All arguments, as a console shows them. */
  readonly text: string;
  /** The arguments, as copies; as text where one cannot be copied. */
  readonly values: readonly unknown[];
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** The job that wrote it; `undefined` for the program itself. */
  readonly job: { readonly run: number; readonly number: number; readonly name: string } | undefined;
}

/** What became of a script. */
export type LiveResult =
  /** It came to its end, and so did its runs. */
  | {
      readonly status: 'done';
      /** What it exports, by name, then the value of its last expression, if it ends with one; promises are awaited. */
      readonly values: readonly LiveValue[];
      readonly notes: readonly LiveNote[];
      /** From the call of `run` to the end, in milliseconds. */
      readonly duration: number;
    }
  | {
      readonly status: 'failed';
      readonly error: LiveError;
      readonly notes: readonly LiveNote[];
      readonly duration: number;
    }
  /** It was stopped, or another source came after it. What its tasks had computed by then is in the cache. */
  | { readonly status: 'stopped'; readonly duration: number };
