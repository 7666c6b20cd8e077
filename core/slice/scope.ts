/** Scopes and bindings: which declaration a name means. */
import { child, children, isErased, targetsOf, text, type SyntaxNode } from './syntax.ts';

/** Something that has a name in a scope. */
export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  /** Whether it is a member of an enum, which is written like a variable inside of it. */
  readonly isMember: boolean;
  /** Where it is assigned other than by its declaration, if anywhere. */
  assignedAt: number | undefined;
  /** Whether something is done that may change the object that it holds. */
  isMutated: boolean;
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
  declare(name: string, isMember = false): Binding {
    let binding = this.#bindings.get(name);
    if (binding === undefined) {
      binding = { name, scope: this, isMember, assignedAt: undefined, isMutated: false, isUsed: false };
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
      if (id !== undefined) scope.declare(text(id, 'name'));
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
    for (const target of targetsOf(child(declarator, 'id'))) scope.declare(text(target, 'name'));
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
