/** Lifting as source text: a function of the captured values, around the function as it was written. */
import type { Helper, Lift } from './lifting.ts';
import type { Binding } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/** Names that what is written in a module uses; the module itself has none of them. */
export interface LiftNames {
  /** The captured values, as the task receives them. */
  readonly captured: string;
  /** Its other arguments. */
  readonly args: string;
  /** What makes the helpers of this task. */
  readonly helpers: string;
  /** What a decorator receives. */
  readonly fn: string;
  readonly context: string;
}

/**
 * Names for the task of a number in a module.
 * @param source - the module
 */
export function liftNames(source: string, index: number): LiftNames {
  const fresh = (name: string): string => (source.includes(name) ? fresh(`${name}_`) : name);
  return {
    captured: fresh('$c'),
    args: fresh('$a'),
    helpers: `${fresh('$h')}${index}`,
    fn: fresh('$f'),
    context: fresh('$d'),
  };
}

/**
 * `(x) => x * k` becomes `($c, ...$a) => (([k]) => ((x) => x * k))($c)(...$a)`: what stands around the function on its
 * own line. Helpers are made of the same values at the end of the module, so that no line moves.
 */
export function liftedAround(lift: Lift, names: LiftNames): readonly [before: string, after: string] {
  const { captured, args, helpers } = names;
  const hasValues = lift.values.length > 0;
  const made = lift.helpers.length > 0 ? `${helpers}(${hasValues ? captured : ''})` : undefined;
  const parameters = [
    ...(hasValues ? [pattern(lift.values, lift.own)] : []),
    ...(made === undefined ? [] : [pattern(bindingsOf(lift), lift.own)]),
  ];
  const given = [...(hasValues ? [captured] : []), ...(made === undefined ? [] : [made])];
  return [
    `(${hasValues ? `${captured}, ` : ''}...${args}) => ((${parameters.join(', ')}) => (`,
    `))(${given.join(', ')})(...${args})`,
  ];
}

/**
 * The function that makes a task's helpers, for the end of the module; `''` where there are none.
 * @param textOf - a node's text, with what is edited in it
 */
export function helpersText(lift: Lift, names: LiftNames, textOf: (node: SyntaxNode) => string): string {
  if (lift.helpers.length === 0) return '';
  const parameter = lift.values.length > 0 ? pattern(lift.values, lift.helped) : '';
  const made = bindingsOf(lift).map(({ name }) => name);
  const declarations = lift.helpers.map((helper) => declarationText(helper, textOf));
  return `function ${names.helpers}(${parameter}) { ${declarations.join('; ')}; return [${made.join(', ')}]; }`;
}

function declarationText({ node, bindings }: Helper, textOf: (node: SyntaxNode) => string): string {
  if (node.type === 'VariableDeclarator') return `const ${textOf(node)}`;
  return node.type === 'FunctionDeclaration' ? textOf(node) : `const ${bindings[0]?.name} = ${textOf(node)}`;
}

function bindingsOf({ helpers }: Lift): readonly Binding[] {
  return helpers.flatMap(({ bindings }) => bindings);
}

/** An array pattern that names those that are mentioned, and skips the others: their names may mean something else. */
function pattern(bindings: readonly Binding[], mentioned: ReadonlySet<Binding>): string {
  return `[${bindings.map((one) => (mentioned.has(one) ? one.name : '')).join(', ')}]`;
}
