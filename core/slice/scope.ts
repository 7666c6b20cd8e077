/** Scopes and bindings: which declaration a name means. */
import { child, children, isErased, isFunction, targetsOf, text, type SyntaxNode } from './syntax.ts';

/** Something that has a name in a scope. */
export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  /** Whether it is a member of an enum, which is written like a variable inside of it. */
  readonly isMember: boolean;
  /** The function, class, enum or declarator that declares it; `undefined` for parameters and the like. */
  readonly declaration: SyntaxNode | undefined;
  /** Where it is assigned other than by its declaration, if anywhere. */
  assignedAt: number | undefined;
  /** At how many places that is done. */
  assignments: number;
  /** Where something is done that may change the object that it holds. */
  readonly mutations: number[];
  /** Whether anything but its declaration mentions it. */
  isUsed: boolean;
}

/** A region of a program in which names are declared. */
export class Scope {
  readonly parent: Scope | undefined;
  /** The function, block or class; `undefined` for the module. */
  readonly node: SyntaxNode | undefined;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent?: Scope, node?: SyntaxNode) {
    this.parent = parent;
    this.node = node;
  }

  /** Declares a name; again, if it is there already (`var`, overloads, merged enums). */
  declare(name: string, declaration?: SyntaxNode, isMember = false): Binding {
    let binding = this.#bindings.get(name);
    if (binding === undefined) {
      const state = { assignedAt: undefined, assignments: 0, mutations: [], isUsed: false };
      binding = { name, scope: this, declaration, isMember, ...state };
      this.#bindings.set(name, binding);
    }
    return binding;
  }

  /** What a name means here; `undefined` for a global. */
  find(name: string): Binding | undefined {
    return this.#bindings.get(name) ?? this.parent?.find(name);
  }

  /** The binding of this scope itself. */
  own(name: string): Binding | undefined {
    return this.#bindings.get(name);
  }
}

/** Declares what the statements of a block declare for the block: `let`, `const`, classes, functions, enums. */
export function declareLexical(statements: readonly SyntaxNode[], scope: Scope): void {
  for (const statement of statements) {
    if (isErased(statement)) continue;
    if (statement.type === 'VariableDeclaration') {
      if (text(statement, 'kind') !== 'var') declarePatterns(statement, scope);
    } else if (DECLARATIONS.has(statement.type)) {
      const id = child(statement, 'id');
      if (id !== undefined) scope.declare(text(id, 'name'), statement);
    }
  }
}

const DECLARATIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSImportEqualsDeclaration',
]);

function declarePatterns(declaration: SyntaxNode, scope: Scope): void {
  for (const declarator of children(declaration, 'declarations')) {
    for (const target of targetsOf(child(declarator, 'id'))) scope.declare(text(target, 'name'), declarator);
  }
}

/** The parts of a statement in which a `var` may stand that belongs to the function around it. */
const STATEMENT_FIELDS: readonly string[] = [
  'body',
  'consequent',
  'alternate',
  'init',
  'left',
  'block',
  'handler',
  'finalizer',
  'cases',
];

/** Declares every `var` below the statements, as far as they belong to the same function. */
export function declareHoisted(statements: readonly SyntaxNode[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration') {
      if (text(statement, 'kind') === 'var') declarePatterns(statement, scope);
    } else if (isStatement(statement)) {
      for (const field of STATEMENT_FIELDS) {
        const inner = child(statement, field);
        declareHoisted(inner === undefined ? children(statement, field) : [inner], scope);
      }
    }
  }
}

function isStatement(node: SyntaxNode): boolean {
  if (node.type === 'SwitchCase' || node.type === 'CatchClause') return true;
  return node.type.endsWith('Statement') && node.type !== 'ExpressionStatement';
}

/** A scope for what may declare `let` and `const`. */
export function blockScope(node: SyntaxNode, scope: Scope): Scope {
  switch (node.type) {
    case 'BlockStatement':
      return lexicalScope(children(node, 'body'), scope, node);
    case 'SwitchStatement':
      return lexicalScope(
        children(node, 'cases').flatMap((one) => children(one, 'consequent')),
        scope,
        node,
      );
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement': {
      const first = child(node, node.type === 'ForStatement' ? 'init' : 'left');
      return first?.type === 'VariableDeclaration' ? lexicalScope([first], scope, node) : scope;
    }
    case 'CatchClause': {
      const inner = new Scope(scope, node);
      for (const target of targetsOf(child(node, 'param'))) inner.declare(text(target, 'name'));
      return inner;
    }
    default:
      return scope;
  }
}

/** A scope in which the statements declare what belongs to their block. */
export function lexicalScope(statements: readonly SyntaxNode[], outer: Scope, node: SyntaxNode): Scope {
  const scope = new Scope(outer, node);
  declareLexical(statements, scope);
  return scope;
}

/** Whether a function or class stands around a place. */
export function isEnclosed(scope: Scope): boolean {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    if (one.node !== undefined && (isFunction(one.node) || one.node.type.startsWith('Class'))) return true;
  }
  return false;
}
