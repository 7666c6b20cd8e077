/** What a CommonJS module has of the package that tasks are made with: `const { schedule } = require('somen/node')`. */
import type { ModuleRecord } from './module-record.ts';
import { child, children, literalText, nameOf, unwrapped, type SyntaxNode } from './syntax.ts';

/** The exported name that a variable of the module means by a `require` of a package; `undefined` where it means none. */
export function requiredName(record: ModuleRecord, variable: string, packageName: string): string | undefined {
  const part = record.partsOf.get(variable)?.[0];
  const init = part?.kind === 'variable' ? child(part.node, 'init') : undefined;
  if (part === undefined || init === undefined || !isRequire(unwrapped(init), record, packageName)) return undefined;
  const pattern = child(part.node, 'id') ?? part.node;
  const property = children(pattern, 'properties').find((one) => nameOf(child(one, 'value')) === variable);
  return property === undefined || property['computed'] === true ? undefined : nameOf(child(property, 'key'));
}

function isRequire(call: SyntaxNode, record: ModuleRecord, packageName: string): boolean {
  const callee = child(call, 'callee');
  if (call.type !== 'CallExpression' || callee === undefined || nameOf(callee) !== 'require') return false;
  const specifier = literalText(children(call, 'arguments')[0]) ?? '';
  const isPackage = specifier === packageName || specifier.startsWith(`${packageName}/`);
  return isPackage && !record.bindings.has(callee);
}
