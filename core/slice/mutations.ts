/** Which variables an operation assigns, and of which it changes the object. */
import {
  child,
  children,
  isErased,
  isFunction,
  nameOf,
  rootOf,
  targetsOf,
  unwrapped,
  type SyntaxNode,
} from './syntax.ts';

/** Methods that change their object, for calls whose result is used. */
const MUTATORS: ReadonlySet<string> = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set add delete clear append'.split(' '),
);

/** Methods that only read, for calls whose result is not used. */
const READERS: ReadonlySet<string> = new Set(
  'forEach map filter join get has keys values entries slice then catch finally call apply bind toString'.split(' '),
);

/** Functions of `Object` and `Reflect` that change their first argument. */
const DEFINERS: ReadonlySet<string> = new Set(
  'assign defineProperty defineProperties setPrototypeOf freeze seal preventExtensions set deleteProperty'.split(' '),
);

/** The identifiers at the root of what this one node (not its children) assigns (`true`) or changes (`false`). */
export function mutatedRoots(node: SyntaxNode): readonly (readonly [SyntaxNode, boolean])[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return written(child(node, 'left'));
    case 'UpdateExpression':
      return written(child(node, 'argument'));
    case 'ForInStatement':
    case 'ForOfStatement':
      return child(node, 'left')?.type === 'VariableDeclaration' ? [] : written(child(node, 'left'));
    case 'UnaryExpression':
      return node['operator'] === 'delete' ? changed(child(node, 'argument')) : [];
    case 'CallExpression':
      return calledOn(node, (method) => MUTATORS.has(method));
    case 'ExpressionStatement':
      return isErased(node) ? [] : statement(unwrapped(child(node, 'expression') ?? node));
    default:
      return [];
  }
}

/** A statement that is a call is there for what it changes. */
function statement(expression: SyntaxNode): readonly (readonly [SyntaxNode, boolean])[] {
  const inner = expression.type === 'ChainExpression' ? child(expression, 'expression') : expression;
  return inner?.type === 'CallExpression' ? calledOn(inner, (method) => !READERS.has(method)) : [];
}

function calledOn(
  call: SyntaxNode,
  isMutator: (method: string) => boolean,
): readonly (readonly [SyntaxNode, boolean])[] {
  const callee = unwrapped(child(call, 'callee') ?? call);
  if (callee.type !== 'MemberExpression') return [];
  const method = nameOf(child(callee, 'property'));
  const root = rootOf(callee);
  const owner = nameOf(root);
  if ((owner === 'Object' || owner === 'Reflect') && DEFINERS.has(method))
    return changed(children(call, 'arguments')[0]);
  return isMutator(method) ? [[root, false]] : [];
}

function written(target: SyntaxNode | undefined): readonly (readonly [SyntaxNode, boolean])[] {
  return targetsOf(target).map((one) => (one.type === 'Identifier' ? [one, true] : [rootOf(one), false]));
}

function changed(target: SyntaxNode | undefined): readonly (readonly [SyntaxNode, boolean])[] {
  return target === undefined ? [] : [[rootOf(target), false]];
}

/** Methods that call a function for each element before they return. */
const ITERATORS: ReadonlySet<string> = new Set(
  'forEach map filter reduce reduceRight some every find findIndex flatMap sort'.split(' '),
);

/** The functions that a call calls before it returns, as far as they stand in it. */
export function calledAtOnce(call: SyntaxNode, callee: SyntaxNode): readonly SyntaxNode[] {
  if (isFunction(callee)) return [callee];
  if (callee.type !== 'MemberExpression' || !ITERATORS.has(nameOf(child(callee, 'property')))) return [];
  return children(call, 'arguments').filter(isFunction);
}
