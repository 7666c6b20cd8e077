/** How much it matters when a part of a module is evaluated. */
import type { ModuleRecord, Part } from './module-record.ts';
import { child, children, isFunction, nameOf, rootOf, text, unwrapped, type SyntaxNode } from './syntax.ts';

/** How much it matters when a part is evaluated: not at all, only after what it reads was changed, or it acts itself. */
export type Weight = 0 | 1 | 2;

/** The weight of a part. */
export function weightOf(record: ModuleRecord, part: Part): Weight {
  switch (part.kind) {
    case 'function':
    case 'enum':
      return 0;
    case 'effect':
      return 2;
    case 'variable': {
      const isPattern = child(part.node, 'id')?.type !== 'Identifier';
      return heaviest([weigh(child(part.node, 'init'), record), isPattern ? 1 : 0]);
    }
    default:
      return weigh(part.node, record);
  }
}

function heaviest(weights: readonly Weight[]): Weight {
  return weights.reduce<Weight>((most, weight) => (weight > most ? weight : most), 0);
}

/** Constructors that make something new and do nothing else. */
const MAKERS =
  /^(?:Map|Set|WeakMap|WeakSet|Array|Object|Date|RegExp|URL|.*Error|ArrayBuffer|(?:Big)?(?:Ui|I)nt\d+(?:Clamped)?Array|Float\d+Array|TextEncoder|TextDecoder)$/;
/** Functions that compute something and do nothing else. */
const FUNCTIONS = /^(?:Math|Number|String|Boolean|BigInt|Symbol|Array|JSON|Object)$/;
/** Those of them that change what they are given are no such functions. */
const CHANGING = /^(?:assign|define.*|setPrototypeOf|preventExtensions|seal)$/;

function weigh(expression: SyntaxNode | undefined, record: ModuleRecord): Weight {
  if (expression === undefined) return 0;
  const node = unwrapped(expression);
  if (isFunction(node)) return 0;
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'MetaProperty':
    case 'PrivateIdentifier':
    case 'ImportExpression':
      return 0;
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'ConditionalExpression':
    case 'ChainExpression':
      return weighChildren(node, record, 0);
    case 'Property':
      return heaviest([
        node['computed'] === true ? weigh(child(node, 'key'), record) : 0,
        weigh(child(node, 'value'), record),
      ]);
    case 'MemberExpression':
    case 'SpreadElement':
      return weighChildren(node, record, 1);
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'TemplateLiteral':
    case 'UnaryExpression':
      if (node['operator'] === 'delete') return 2;
      return weighChildren(node, record, isConstant(node) ? 0 : 1);
    case 'NewExpression':
    case 'CallExpression':
      return isPure(node, record) ? heaviest(['arguments'].flatMap((field) => weighAll(node, field, record, 0))) : 2;
    case 'ClassExpression':
    case 'ClassDeclaration':
      return weighClass(node, record);
    default:
      return 2;
  }
}

/** Whether an expression consists of literals, and so is the same at any time. */
function isConstant(expression: SyntaxNode): boolean {
  const node = unwrapped(expression);
  if (node.type === 'Literal') return true;
  const operands = PARTS.flatMap((field) => child(node, field) ?? children(node, field));
  const isOperator = node.type === 'TemplateLiteral' || /^(?:Unary|Binary|Logical)Expression$/.test(node.type);
  return isOperator && operands.every(isConstant);
}

const PARTS: readonly string[] = [
  'elements',
  'properties',
  'expressions',
  'argument',
  'object',
  'expression',
  'left',
  'right',
  'test',
  'consequent',
  'alternate',
];

function weighChildren(node: SyntaxNode, record: ModuleRecord, least: Weight): Weight {
  const computed = node['computed'] === true ? weigh(child(node, 'property'), record) : 0;
  return heaviest([computed, ...PARTS.flatMap((field) => weighAll(node, field, record, least))]);
}

function weighAll(node: SyntaxNode, field: string, record: ModuleRecord, least: Weight): readonly Weight[] {
  const one = child(node, field);
  const all = one === undefined ? children(node, field) : [one];
  return [least, ...all.map((inner) => weigh(inner, record))];
}

function weighClass(node: SyntaxNode, record: ModuleRecord): Weight {
  const members = children(child(node, 'body') ?? node, 'body');
  const isDecorated = [node, ...members].some((one) => children(one, 'decorators').length > 0);
  if (isDecorated && !record.definitions.some((definition) => definition.node === node || definition.owner === node))
    return 2;
  const weights = members.map((member): Weight => {
    if (member.type === 'StaticBlock') return 2;
    const key = member['computed'] === true ? weigh(child(member, 'key'), record) : 0;
    return member['static'] === true ? heaviest([key, weigh(child(member, 'value'), record)]) : key;
  });
  return heaviest([weigh(child(node, 'superClass'), record), ...weights]);
}

/** Whether a call makes something and does nothing else: of globals that are known to, and of `schedule`. */
function isPure(node: SyntaxNode, record: ModuleRecord): boolean {
  if (record.definitions.some((definition) => definition.node === node)) return true;
  const callee = unwrapped(child(node, 'callee') ?? node);
  const root = rootOf(callee);
  if (root.type !== 'Identifier' || record.bindings.has(root)) return false;
  const name = text(root, 'name');
  if (node.type === 'NewExpression') return callee === root && MAKERS.test(name);
  if (!FUNCTIONS.test(name)) return false;
  return (
    callee === root ||
    !(CHANGING.test(nameOf(child(callee, 'property'))) || nameOf(child(callee, 'property')) === 'random')
  );
}
