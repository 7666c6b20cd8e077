/** What a module imports. */
import { child, children, isErased, nameOf, type SyntaxNode } from './syntax.ts';

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
  return { imports, requests: [...requests] };
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
