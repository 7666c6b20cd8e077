/** What the slicer cannot follow, as it says it. */

/** What stands in the way of a slice. */
export type RefusalKind =
  /** A variable of the module that is assigned elsewhere than where it is declared. */
  | 'mutable-state'
  /** A parameter or variable of a function around the task. */
  | 'captured-local'
  /** `this`, `super`, `new.target` or a private member of a class or function around the task. */
  | 'captured-this'
  /** `arguments` of a function around the task. */
  | 'captured-arguments'
  /** A direct call of `eval`, which may read anything. */
  | 'eval'
  /** A `with` statement. */
  | 'with'
  /** `await` outside of functions, in what the task reaches. */
  | 'top-level-await'
  /** `import(...)` of something that is not written out. */
  | 'dynamic-import'
  /** A module, an export or an asset that is not there. */
  | 'not-found'
  /** A module that cannot be parsed. */
  | 'not-parsed'
  /** A TypeScript namespace, `import x = ...`, or syntax that the slicer does not know. */
  | 'unsupported-syntax'
  /** A global that is read when the module is evaluated, and that is not there where slices are evaluated. */
  | 'absent-global'
  /** A namespace import that is used as a value: all exports of the module are reached. Only a note. */
  | 'whole-module'
  /** A constant that is read from outside when its module is loaded: the program's arguments, a file. Only a note. */
  | 'outside';

/** One thing that could not be followed, and where it stands. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
  /** The path of the module, as it was given to the slicer or came from its ports. */
  readonly module: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The variable that is meant, where there is one. */
  readonly name?: string | undefined;
}

/** A refusal whose place is still an offset in the source. */
export interface Problem {
  readonly kind: RefusalKind;
  readonly message: string;
  readonly offset: number;
  readonly name?: string | undefined;
}

/** A problem with its place as people read it. */
export function refusal(problem: Problem, module: string, source: string): Refusal {
  const before = source.slice(0, problem.offset);
  const line = before.split('\n').length;
  const column = problem.offset - (before.lastIndexOf('\n') + 1) + 1;
  const { kind, message, name } = problem;
  return { kind, message, module, line, column, ...(name !== undefined && { name }) };
}
