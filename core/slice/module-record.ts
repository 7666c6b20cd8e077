/** A module, cut into the parts of which slices consist. */
import { DEFAULT, type CanonicalText } from './canonical.ts';
import type { Definition, Facts } from './facts.ts';
import { importsOf, isRequire, type Import } from './imports.ts';
import type { Printed } from './printed.ts';
import { print } from './printer.ts';
import type { Binding, Scope } from './scope.ts';
import {
  child,
  children,
  isErased,
  isFunction,
  nameOf,
  targetsOf,
  text,
  unwrapped,
  type SyntaxNode,
} from './syntax.ts';
import { Walk } from './walk.ts';

/** What is reached as one: a function, a class, an enum, one declarator of a `const`, or a statement with effects. */
export interface Part {
  readonly kind: 'function' | 'class' | 'enum' | 'variable' | 'default' | 'effect';
  /** The names of the module that it declares. */
  readonly names: readonly string[];
  /** The statement of the module that it stands in. */
  readonly statement: SyntaxNode;
  /** What of the statement it is: a declarator, a declaration, an expression, or the statement. */
  readonly node: SyntaxNode;
  readonly facts: Facts;
}

/** What a module exports under a name: something of its own, or of another module (`imported` may be `'*'`). */
export type Export = { readonly local: string } | { readonly specifier: string; readonly imported: string };

/** What the slicer knows of a module. */
export interface ModuleRecord {
  readonly path: string;
  readonly source: string;
  /** All that stands in it, also what exists for the type checker alone. */
  readonly statements: readonly SyntaxNode[];
  readonly scope: Scope;
  readonly bindings: ReadonlyMap<SyntaxNode, Binding>;
  readonly definitions: readonly Definition[];
  readonly parts: readonly Part[];
  readonly partsOf: ReadonlyMap<string, readonly Part[]>;
  readonly imports: ReadonlyMap<string, Import>;
  readonly exports: ReadonlyMap<string, Export>;
  /** Specifiers of `export * from`. */
  readonly stars: readonly string[];
  /** Specifiers of all that the module imports, in the order in which it is evaluated. */
  readonly requests: readonly string[];
  /** Texts of parts in the normal form, once they were needed. */
  readonly printed: Map<Part, Printed>;
}

/** Cuts a module. */
export function moduleRecord(path: string, source: string, program: SyntaxNode): ModuleRecord {
  const all = children(program, 'body');
  const statements = all.filter((statement) => !isErased(statement));
  const { imports, requests } = importsOf(statements);
  const imported = new Map([...imports].map(([local, one]) => [local, one.imported] as const));
  const walk = new Walk(statements.map(declarationOf), imported);
  const exports = new Map<string, Export>();
  const stars: string[] = [];
  const isCommonJs = requests.length === 0;
  const parts = statements.flatMap((statement) => {
    if (isCommonJs && isRequire(statement)) return [];
    noteExports(statement, exports, stars);
    return cut(statement, (node) => walk.part(node));
  });
  const { bindings, definitions, scope } = walk;
  const partsOf = new Map<string, Part[]>();
  for (const part of parts) {
    for (const name of part.names) {
      const same = partsOf.get(name);
      if (same === undefined) partsOf.set(name, [part]);
      else same.push(part);
    }
  }
  return {
    path,
    source,
    statements: all,
    scope,
    bindings,
    definitions,
    parts,
    partsOf,
    imports,
    exports,
    stars,
    requests,
    printed: new Map(),
  };
}

/** What a statement declares, without `export`. */
function declarationOf(statement: SyntaxNode): SyntaxNode {
  if (statement.type !== 'ExportNamedDeclaration' && statement.type !== 'ExportDefaultDeclaration') return statement;
  return child(statement, 'declaration') ?? statement;
}

function cut(statement: SyntaxNode, factsOf: (node: SyntaxNode) => Facts): readonly Part[] {
  const node = declarationOf(statement);
  if (isErased(node)) return [];
  const id = child(node, 'id');
  const isDefault = statement.type === 'ExportDefaultDeclaration';
  const names = id === undefined ? (isDefault ? [DEFAULT] : []) : [nameOf(id)];
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return [];
    case 'VariableDeclaration':
      return children(node, 'declarations').map((declarator) => ({
        kind: 'variable',
        names: targetsOf(child(declarator, 'id')).map(nameOf),
        statement,
        node: declarator,
        facts: factsOf(declarator),
      }));
    case 'FunctionDeclaration':
      return [{ kind: 'function', names, statement, node, facts: factsOf(node) }];
    case 'ClassDeclaration':
      return [{ kind: 'class', names, statement, node, facts: factsOf(node) }];
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      return [{ kind: 'enum', names, statement, node, facts: factsOf(node) }];
    default:
      return [
        {
          kind: isDefault ? 'default' : 'effect',
          names: isDefault ? [DEFAULT] : [],
          statement,
          node,
          facts: factsOf(node),
        },
      ];
  }
}

/** The parts of each statement that has any. */
export function byStatement(parts: readonly Part[]): ReadonlyMap<SyntaxNode, readonly Part[]> {
  const groups = new Map<SyntaxNode, Part[]>();
  for (const part of parts) {
    const group = groups.get(part.statement);
    if (group === undefined) groups.set(part.statement, [part]);
    else group.push(part);
  }
  return groups;
}

function declaredNames(node: SyntaxNode): readonly string[] {
  const id = child(node, 'id');
  if (id !== undefined) return isErased(node) ? [] : [nameOf(id)];
  return children(node, 'declarations').flatMap((one) => targetsOf(child(one, 'id')).map(nameOf));
}

function noteExports(statement: SyntaxNode, exports: Map<string, Export>, stars: string[]): void {
  const specifier = nameOf(child(statement, 'source'));
  switch (statement.type) {
    case 'ExportAllDeclaration': {
      const exported = child(statement, 'exported');
      if (exported === undefined) stars.push(specifier);
      else exports.set(nameOf(exported), { specifier, imported: '*' });
      return;
    }
    case 'ExportDefaultDeclaration': {
      const id = child(declarationOf(statement), 'id');
      const isNamed = id !== undefined && declarationOf(statement).type.endsWith('Declaration');
      exports.set('default', { local: isNamed ? nameOf(id) : DEFAULT });
      return;
    }
    case 'ExportNamedDeclaration':
      for (const name of declaredNames(declarationOf(statement))) exports.set(name, { local: name });
      for (const one of children(statement, 'specifiers')) {
        if (isErased(one)) continue;
        const local = nameOf(child(one, 'local'));
        exports.set(nameOf(child(one, 'exported')), specifier === '' ? { local } : { specifier, imported: local });
      }
      return;
    default:
  }
}

/** A part in the normal form, and all that was noted of it. */
export function printedPart(record: ModuleRecord, part: Part): Printed {
  let printed = record.printed.get(part);
  if (printed === undefined) record.printed.set(part, (printed = printPart(record, part, new Set())));
  return printed;
}

/**
 * Prints a part, but for some functions in it.
 * @param without - functions that are not there
 */
export function printPart(record: ModuleRecord, part: Part, without: ReadonlySet<SyntaxNode>): Printed {
  const moving = { regions: [part.node], bindings: new Set<Binding>(), without };
  const { text: body, problems } = print(part.node, record, false, moving);
  const noted = part.facts.problems.filter(({ offset }) => !isWithin(offset, without));
  return { text: part.kind === 'default' ? asVariable(body, part) : body, problems: [...problems, ...noted] };
}

function isWithin(offset: number, nodes: ReadonlySet<SyntaxNode>): boolean {
  return [...nodes].some(({ start, end }) => start <= offset && offset < end);
}

/** `export default expression` is a variable whose name nobody knows. */
function asVariable(body: CanonicalText, part: Part): CanonicalText {
  const [first = '', ...rest] = body.texts;
  const last = rest.pop();
  const texts = last === undefined ? [` ${first})`] : [` ${first}`, ...rest, `${last})`];
  return {
    texts: ['(VariableDeclarator ', ...texts],
    mentions: [{ kind: 'name', name: DEFAULT, node: part.node }, ...body.mentions],
  };
}

/** Whether nothing happens where a part stands: it is a function that somebody may call. */
export function isFunctionPart(part: Part): boolean {
  const init = part.kind === 'variable' ? child(part.node, 'init') : part.node;
  return init !== undefined && isFunction(unwrapped(init));
}

/** The names of a function's parameters, `''` where one is a pattern. */
export function parametersOf(part: Part): readonly SyntaxNode[] {
  const init = part.kind === 'variable' ? child(part.node, 'init') : part.node;
  return init === undefined ? [] : children(unwrapped(init), 'params').map((one) => targetsOf(one)[0] ?? one);
}

/**
 * Whether a variable's value depends on when it is read. It does not if it is given once, by a statement of its own at
 * the top level: `let table; table = load();`.
 */
export function isMutable(record: ModuleRecord, name: string): boolean {
  const binding = record.scope.own(name);
  if (binding?.assignedAt === undefined) return false;
  const isEmpty = record.partsOf.get(name)?.every(isEmptyVariable) === true;
  return !isEmpty || binding.assignments > 1 || !record.parts.some((part) => assigns(part, binding));
}

function isEmptyVariable({ kind, node }: Part): boolean {
  return kind === 'variable' && child(node, 'init') === undefined;
}

function assigns({ kind, node }: Part, { assignedAt }: Binding): boolean {
  const assignment = kind === 'effect' ? child(node, 'expression') : undefined;
  if (assignment?.type !== 'AssignmentExpression' || assignment['operator'] !== '=') return false;
  return child(assignment, 'left')?.start === assignedAt;
}

/** What a part is called for people: its names, or the place of a statement. */
export function partName(part: Part): string {
  if (part.names.length > 0) return part.names.join(',').replace(DEFAULT, 'default');
  return text(part.node, 'type');
}
