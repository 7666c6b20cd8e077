/** What code is sure to run when what it stands in does. */
import type { SyntaxNode } from './syntax.ts';

/** The fields of a node whose code may run later than the node, not at all, or without harm if it fails. */
export function uncertainFields(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'ConditionalExpression':
    case 'IfStatement':
      return ['consequent', 'alternate'];
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return ['right'];
    case 'TryStatement':
      return ['block', 'handler'];
    case 'SwitchStatement':
      return ['cases'];
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
      return ['body'];
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return node['static'] === true ? [] : ['value'];
    default:
      return [];
  }
}

/** Whether what follows a statement in its function may not be reached. */
export function mayLeave({ type }: SyntaxNode): boolean {
  return type.endsWith('Statement') && type !== 'ExpressionStatement';
}
