/** What a module imports. */
import { child, children, isErased, literalText, nameOf, type SyntaxNode } from './syntax.ts';

/** A name that an import declares. */
export interface Import {
  readonly specifier: string;
  /** The name under which it is exported; `'*'` is the namespace. */
  readonly imported: string;
  /** The statement. */
  readonly statement: SyntaxNode;
}

/** The imports of a module by their local names, and the specifiers of all the modules that it evaluates. */
export function importsOf(statements: readonly SyntaxNode[]): {
  readonly imports: ReadonlyMap<string, Import>;
  readonly requests: readonly string[];
} {
  const imports = new Map<string, Import>();
  const requests = new Set<string>();
  for (const statement of statements) {
    const source = child(statement, 'source');
    if (source === undefined) continue;
    const specifier = nameOf(source);
    requests.add(specifier);
    if (statement.type !== 'ImportDeclaration') continue;
    for (const one of children(statement, 'specifiers')) {
      if (!isErased(one))
        imports.set(nameOf(child(one, 'local')), { specifier, imported: importedName(one), statement });
    }
  }
  if (requests.size === 0) for (const statement of statements) noteRequired(statement, imports);
  return { imports, requests: [...requests] };
}

/**
 * What a CommonJS module has of packages and of the runtime counts as imported: `const { join } = require('node:path')`.
 * What other modules of the program give by `module.exports` is not known, so a `require` of them stays what it is.
 */
function noteRequired(statement: SyntaxNode, imports: Map<string, Import>): void {
  if (!isRequire(statement)) return;
  for (const declarator of children(statement, 'declarations')) {
    const specifier = requiredPackage(declarator) ?? '';
    const id = child(declarator, 'id');
    if (id?.type === 'Identifier') imports.set(nameOf(id), { specifier, imported: '*', statement });
    for (const property of id === undefined ? [] : children(id, 'properties'))
      imports.set(nameOf(child(property, 'value')), { specifier, imported: nameOf(child(property, 'key')), statement });
  }
}

/** Whether a statement does nothing but require packages, and take exports of theirs by their names. */
export function isRequire(statement: SyntaxNode): boolean {
  const declarators = children(statement, 'declarations');
  const isPlain = (property: SyntaxNode): boolean =>
    property.type === 'Property' && property['computed'] !== true && child(property, 'value')?.type === 'Identifier';
  return (
    statement['kind'] === 'const' &&
    declarators.every((declarator) => {
      const id = child(declarator, 'id');
      const isTaken = id?.type === 'Identifier' || (id !== undefined && children(id, 'properties').every(isPlain));
      return isTaken && requiredPackage(declarator) !== undefined;
    })
  );
}

function requiredPackage(declarator: SyntaxNode): string | undefined {
  const call = child(declarator, 'init');
  if (call?.type !== 'CallExpression' || nameOf(child(call, 'callee')) !== 'require') return undefined;
  const specifier = literalText(children(call, 'arguments')[0]);
  return specifier === undefined || /^[./#]|^[A-Za-z]:[\\/]|^file:/.test(specifier) ? undefined : specifier;
}

function importedName(specifier: SyntaxNode): string {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
      return '*';
    default:
      return nameOf(child(specifier, 'imported'));
  }
}
