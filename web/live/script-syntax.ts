/** What is read out of a source before anything of it runs: where its imports are, what it exports, and how it ends. */
import { parse } from 'acorn';
import { child, children, isNode, literalText, nameOf, targetsOf, type SyntaxNode } from '../../core/slice/syntax.ts';

/** A module that another one imports. */
export interface Request {
  readonly specifier: string;
  /** The literal that names it. */
  readonly node: SyntaxNode;
  /** What of it is imported, and where that stands; `'*'` is all. */
  readonly names: readonly (readonly [name: string, node: SyntaxNode])[];
  /** Whether the import says that it is JSON. */
  readonly isJson: boolean;
}

/** A source that cannot be parsed. */
export class SourceError extends SyntaxError {
  /** In UTF-16 code units. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Parses a module of JavaScript into an ESTree program.
 * @throws SourceError where it is none
 */
export function parseModule(source: string): SyntaxNode {
  try {
    return parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }) as unknown as SyntaxNode;
  } catch (error) {
    const { message, pos = 0 } = error as Error & { readonly pos?: number };
    throw new SourceError(message.replace(/ \(\d+:\d+\)$/, ''), pos);
  }
}

/** All that a module imports by names that are written out, in the order in which they stand there. */
export function requestsOf(program: SyntaxNode): readonly Request[] {
  const requests: Request[] = [];
  for (const statement of children(program, 'body')) {
    const source = child(statement, 'source');
    if (source !== undefined) requests.push(requestOf(statement, source));
  }
  visit(program, (node) => {
    const source = node.type === 'ImportExpression' ? child(node, 'source') : undefined;
    const specifier = literalText(source);
    if (source === undefined || specifier === undefined) return;
    requests.push({ specifier, node: source, names: [], isJson: child(node, 'options') !== undefined });
  });
  return requests.toSorted((a, b) => a.node.start - b.node.start);
}

function requestOf(statement: SyntaxNode, source: SyntaxNode): Request {
  const isImport = statement.type === 'ImportDeclaration';
  const names = children(statement, 'specifiers').map((one) => [importedName(one, isImport), one] as const);
  const all = statement.type === 'ExportAllDeclaration' ? [['*', statement] as const] : names;
  const isJson = children(statement, 'attributes').some((one) => child(one, 'value')?.['value'] === 'json');
  return { specifier: nameOf(source), node: source, names: all, isJson };
}

function importedName(specifier: SyntaxNode, isImport: boolean): string {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
      return '*';
    default:
      return nameOf(child(specifier, isImport ? 'imported' : 'local'));
  }
}

/** The names that a module exports; `undefined` where it passes on all names of another one. */
export function exportsOf(program: SyntaxNode): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const statement of children(program, 'body')) {
    if (statement.type === 'ExportDefaultDeclaration') names.add('default');
    if (statement.type === 'ExportAllDeclaration') {
      const exported = child(statement, 'exported');
      if (exported === undefined) return undefined;
      names.add(nameOf(exported));
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const one of children(statement, 'specifiers')) names.add(nameOf(child(one, 'exported')));
    const declaration = child(statement, 'declaration');
    if (declaration === undefined) continue;
    const targets = children(declaration, 'declarations').flatMap((one) => targetsOf(child(one, 'id')));
    for (const target of [child(declaration, 'id'), ...targets]) if (target !== undefined) names.add(nameOf(target));
  }
  return names;
}

/** The classes that a module declares at its top level and exports, with their names. */
export function exportedClasses(program: SyntaxNode): readonly (readonly [name: string, node: SyntaxNode])[] {
  const statements = children(program, 'body');
  const listed = new Set(
    statements
      .filter((statement) => child(statement, 'source') === undefined)
      .flatMap((statement) => children(statement, 'specifiers').map((one) => nameOf(child(one, 'local')))),
  );
  return statements.flatMap((statement) => {
    const declaration = child(statement, 'declaration') ?? statement;
    const name = nameOf(child(declaration, 'id'));
    const isExported = declaration !== statement || listed.has(name);
    return declaration.type === 'ClassDeclaration' && name !== '' && isExported ? [[name, statement] as const] : [];
  });
}

/** The expression that a program ends with, if it does. */
export function lastExpression(program: SyntaxNode): SyntaxNode | undefined {
  const last = children(program, 'body').findLast(({ type }) => type !== 'EmptyStatement');
  return last?.type === 'ExpressionStatement' ? child(last, 'expression') : undefined;
}

/** Looks at a node and all that it holds. */
function visit(node: SyntaxNode, look: (node: SyntaxNode) => void): void {
  look(node);
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) visit(one, look);
  }
}
