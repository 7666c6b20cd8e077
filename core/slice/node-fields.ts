/** Where in a node variables may be mentioned. */
import { fieldsOf } from './fields.ts';
import { child, text, unwrapped, type SyntaxNode } from './syntax.ts';

/** Kinds that are treated apart from the table of fields. */
const LEAVES: ReadonlySet<string> = new Set([
  'Identifier',
  'JSXIdentifier',
  'PrivateIdentifier',
  'Literal',
  'TemplateElement',
  'JSXText',
]);

/** Whether the slicer knows what a kind of node does. */
export function isKnown(node: SyntaxNode): boolean {
  return LEAVES.has(node.type) || fieldsOf(node.type) !== undefined || unwrapped(node) !== node;
}

/** The fields of members without those in which their names stand. */
const UNCOMPUTED: ReadonlyMap<string, readonly string[]> = new Map(
  ['MemberExpression', 'Property', 'MethodDefinition', 'PropertyDefinition', 'AccessorProperty'].map((type) => [
    type,
    (fieldsOf(type) ?? []).filter((field) => field !== 'key' && field !== 'property'),
  ]),
);

/** The fields in which variables may be mentioned: names of members, labels and the like are none. */
export function childFields(node: SyntaxNode): readonly string[] {
  const fields = fieldsOf(node.type) ?? [];
  switch (node.type) {
    case 'MemberExpression':
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return node['computed'] === true ? fields : (UNCOMPUTED.get(node.type) ?? fields);
    case 'LabeledStatement':
      return ['body'];
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'JSXNamespacedName':
      return [];
    case 'JSXMemberExpression':
      return ['object'];
    case 'JSXAttribute':
      return ['value'];
    case 'JSXOpeningElement':
      return isIntrinsic(child(node, 'name')) ? ['attributes'] : fields;
    default:
      return fields;
  }
}

/** Whether a JSX element's name is text for the runtime (`div`), and no variable. */
export function isIntrinsic(name: SyntaxNode | undefined): boolean {
  return name?.type === 'JSXIdentifier' && /^[a-z]|-/.test(text(name, 'name'));
}
