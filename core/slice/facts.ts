/** What is noted of each part of a module. */
import type { Problem } from './refusals.ts';

/** A call of a function of the module: who is called, and of which module's bindings its arguments are parts. */
export interface NotedCall {
  readonly callee: string;
  readonly args: readonly (string | undefined)[];
}

/** What the walk notes of a part of the module. */
export interface Facts {
  readonly problems: Problem[];
  /** Names of the module whose objects the part may change, now or when a function in it is called. */
  readonly mutates: Set<string>;
  /** Those that it may change when the module is evaluated. */
  readonly mutatesNow: Set<string>;
  readonly calls: NotedCall[];
  /** The calls that happen when the module is evaluated. */
  readonly callsNow: NotedCall[];
}

/** Makes an empty record of a part. */
export function noFacts(): Facts {
  return { problems: [], mutates: new Set(), mutatesNow: new Set(), calls: [], callsNow: [] };
}
