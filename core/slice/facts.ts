/** What is noted of each part of a module. */
import type { Problem } from './refusals.ts';
import type { Scope } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/** A call that makes tasks, or a decorator that does. */
export interface Definition {
  readonly kind: 'call' | 'decorator';
  /** The call; of a decorator, the decorated method or class. */
  readonly node: SyntaxNode;
  /** Of a decorator: the class of the method. */
  readonly owner: SyntaxNode | undefined;
  /** Whether a function or class stands around it. */
  readonly isEnclosed: boolean;
  /** The scope that it stands in. */
  readonly scope: Scope;
}

/** A call of a function of the module: who is called, and of which module's bindings its arguments are parts. */
export interface NotedCall {
  readonly callee: string;
  readonly args: readonly (string | undefined)[];
  /** Whether it is sure to happen when the code around it runs. */
  readonly isCertain: boolean;
  /** Whether it stands in an asynchronous function that is called where it stands. */
  readonly isAsync: boolean;
}

/** What the walk notes of a part of the module. */
export interface Facts {
  readonly problems: Problem[];
  /** Names of the module whose objects the part may change, now or when a function in it is called. */
  readonly mutates: Set<string>;
  /** Those that it may change when the module is evaluated. */
  readonly mutatesNow: Set<string>;
  /** Those of them that an asynchronous function changes that is called where it stands. */
  readonly mutatesAsync: Set<string>;
  readonly calls: NotedCall[];
  /** The calls that happen when the module is evaluated. */
  readonly callsNow: NotedCall[];
  /** Globals that are sure to be read when the module is evaluated, and where they are first. */
  readonly globalsNow: Map<string, number>;
  /** Of a function: those that are sure to be read when it is called. */
  readonly globalsWhenCalled: Map<string, number>;
  /** Globals that are asked for by `typeof`. */
  readonly probed: Set<string>;
}

/** Makes an empty record of a part. */
export function noFacts(): Facts {
  return {
    problems: [],
    mutates: new Set(),
    mutatesNow: new Set(),
    mutatesAsync: new Set(),
    calls: [],
    callsNow: [],
    globalsNow: new Map(),
    globalsWhenCalled: new Map(),
    probed: new Set(),
  };
}
