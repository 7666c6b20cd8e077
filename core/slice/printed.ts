/** Pieces of a program in the normal form, and what is known of them. */
import type { CanonicalText } from './canonical.ts';
import type { Problem } from './refusals.ts';
import type { Binding, Scope } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/** What the printer needs to know of the module. */
export interface PrintedModule {
  readonly scope: Scope;
  readonly bindings: ReadonlyMap<SyntaxNode, Binding>;
}

/** A text, and what of it cannot be followed because it stands inside of something else. */
export interface Printed {
  readonly text: CanonicalText;
  readonly problems: readonly Problem[];
}

/** What a piece of a program mentions of its surroundings. */
export interface PrintedPiece extends Printed {
  /** Variables of functions and blocks around it, with their first mentions, in that order. */
  readonly captured: ReadonlyMap<Binding, SyntaxNode>;
  /** Names of the module and of globals. */
  readonly outside: ReadonlySet<string>;
}
