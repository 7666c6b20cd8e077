/** Lifting: what a task takes from the functions around it becomes its first argument, and local functions come along. */
import type { Moving } from './captures.ts';
import type { ModuleRecord } from './module-record.ts';
import type { PrintedPiece } from './printed.ts';
import { print } from './printer.ts';
import type { Problem } from './refusals.ts';
import type { Binding } from './scope.ts';
import { child, isFunction, targetsOf, unwrapped, type SyntaxNode } from './syntax.ts';
import { isCall, type TaskSite } from './task-site.ts';

/** A local function, or a local task, that comes along as code. */
export interface Helper {
  /** The declaration of a function, the declarator of a constant, or a function expression that is called by its name. */
  readonly node: SyntaxNode;
  readonly bindings: readonly Binding[];
}

/** What a task captures. */
export interface Lift {
  /** The values, in the order in which they are mentioned. */
  readonly values: readonly Binding[];
  /** In the order in which they stand in the source. */
  readonly helpers: readonly Helper[];
  /** What of both the function itself mentions. */
  readonly own: ReadonlySet<Binding>;
  /** What of both its helpers mention. */
  readonly helped: ReadonlySet<Binding>;
  readonly problems: readonly Problem[];
  /** The function and its helpers, as the printer takes them. */
  readonly moving: Moving;
  /** A first mention of each value. */
  readonly mentions: readonly SyntaxNode[];
}

/**
 * Finds out what a task captures; `undefined` where that is nothing.
 * @param calls - the calls in the module that make tasks
 */
export function liftOf(site: TaskSite, calls: ReadonlySet<SyntaxNode>): Lift | undefined {
  if (!isCall(site)) return undefined;
  const lifting = new Lifting(site, calls);
  return lifting.lift();
}

class Lifting {
  readonly #site: TaskSite;
  readonly #calls: ReadonlySet<SyntaxNode>;
  readonly #values = new Map<Binding, SyntaxNode>();
  readonly #helpers = new Map<SyntaxNode, Helper>();
  readonly #seen = new Set<Binding>();
  readonly #problems: Problem[] = [];
  readonly #helped = new Set<Binding>();
  /** The names that helpers mention, and what they mean there; `undefined` for those of the module and globals. */
  readonly #meanings = new Map<string, Binding | undefined>();

  constructor(site: TaskSite, calls: ReadonlySet<SyntaxNode>) {
    this.#site = site;
    this.#calls = calls;
  }

  lift(): Lift | undefined {
    const { fn, isPlain, record } = this.#site;
    const printed = print(fn, record, true);
    if (printed.captured.size === 0) return undefined;
    if (!isPlain) this.#refuse(fn, COMPUTED);
    this.#follow(printed);
    const value = record.bindings.get(fn);
    if (value !== undefined && this.#values.has(value)) this.#refuse(fn, unknownFunction(value.name), value.name);
    const helpers = [...this.#helpers.values()].toSorted((a, b) => a.node.start - b.node.start);
    this.#refuseChanges([fn, ...helpers.map(({ node }) => node)]);
    return {
      values: [...this.#values.keys()],
      helpers,
      own: new Set(printed.captured.keys()),
      helped: this.#helped,
      problems: this.#problems,
      moving: { regions: [fn, ...helpers.map(({ node }) => node)], bindings: this.#seen },
      mentions: [...this.#values.values()],
    };
  }

  #follow({ captured }: PrintedPiece): void {
    for (const [binding, mention] of captured) {
      if (this.#seen.has(binding)) continue;
      this.#seen.add(binding);
      const { declaration } = binding;
      const isHidden = this.#site.scope.find(binding.name) !== binding;
      const message = reasonAgainst(binding) ?? (isHidden ? ambiguous(binding.name) : undefined);
      if (message !== undefined) this.#refuse(mention, message, binding.name);
      else if (declaration !== undefined && this.#isCode(declaration)) this.#bring(declaration, binding);
      else this.#values.set(binding, mention);
    }
  }

  /** A change of what was copied would be seen by nobody. */
  #refuseChanges(regions: readonly SyntaxNode[]): void {
    for (const { name, mutations } of this.#values.keys()) {
      const at = mutations.find((place) => regions.some(({ start, end }) => start <= place && place < end));
      if (at !== undefined) this.#problems.push({ kind: 'captured-local', message: changed(name), offset: at, name });
    }
  }

  /** Whether a declaration holds a function or a task. */
  #isCode(declaration: SyntaxNode): boolean {
    const init = child(declaration, 'init');
    if (declaration.type !== 'VariableDeclarator') return isFunction(declaration);
    if (init === undefined) return false;
    const value = unwrapped(init);
    return this.#calls.has(value) || (isFunction(value) && child(declaration, 'id')?.type === 'Identifier');
  }

  #bring(node: SyntaxNode, binding: Binding): void {
    if (this.#helpers.has(node)) return;
    const { record } = this.#site;
    const bindings = node.type === 'VariableDeclarator' ? declaredBy(node, record) : [binding];
    this.#helpers.set(node, { node, bindings });
    for (const one of bindings) {
      this.#seen.add(one);
      this.#mean(one.name, one, node);
    }
    const printed = print(node, record, true);
    for (const name of printed.outside) this.#mean(name, undefined, node);
    for (const [one, mention] of printed.captured) {
      this.#helped.add(one);
      this.#mean(one.name, one, mention);
    }
    this.#follow(printed);
  }

  /** Helpers stand side by side when they are lifted, so a name can have one meaning only. */
  #mean(name: string, meaning: Binding | undefined, mention: SyntaxNode): void {
    if (this.#meanings.has(name) && this.#meanings.get(name) !== meaning) this.#refuse(mention, ambiguous(name), name);
    this.#meanings.set(name, meaning);
  }

  #refuse(node: SyntaxNode, message: string, name?: string): void {
    const isKnown = this.#problems.some((problem) => problem.message === message);
    if (!isKnown) this.#problems.push({ kind: 'captured-local', message, offset: node.start, name });
  }
}

function declaredBy(declarator: SyntaxNode, record: ModuleRecord): readonly Binding[] {
  return targetsOf(child(declarator, 'id')).flatMap((target) => record.bindings.get(target) ?? []);
}

const COMPUTED =
  'Cannot follow what is computed from variables of the function around: write the function itself in the call, schedule((x) => ...)';

function unknownFunction(name: string): string {
  return `Cannot follow '${name}': which function it is depends on who calls the function around. Schedule functions where they are written`;
}

function changed(name: string): string {
  return `Cannot follow '${name}': the task changes it, and would only change a copy. Return what it adds, or copy it inside of the task`;
}

function ambiguous(name: string): string {
  return `Cannot follow '${name}': the task and functions that come along with it mean different things by that name. Rename one of them`;
}

/** Why the value of a variable cannot be taken along; `undefined` where it can. */
function reasonAgainst({ name, assignedAt, declaration }: Binding): string | undefined {
  if (assignedAt !== undefined)
    return `Cannot follow '${name}': it is assigned after its declaration, so its value depends on when it is read. Copy it into a const before the task, or pass it as an argument`;
  const init = declaration?.type === 'VariableDeclarator' ? child(declaration, 'init') : declaration;
  const { type = '' } = init === undefined ? {} : unwrapped(init);
  if (type.startsWith('Class') || type === 'TSEnumDeclaration')
    return `Cannot follow '${name}': it is declared inside of a function. Move it to the top level of the module`;
  return undefined;
}

/**
 * The function and what comes along, in the normal form: a function of the captured values.
 * @param taskText - how a local task is written that is known by its name; `undefined` where it is code
 * @param without - functions in it that are not there
 */
export function printLifted(
  { fn, record }: TaskSite,
  { helpers, mentions, moving }: Lift,
  taskText: (call: SyntaxNode) => string | undefined,
  without?: ReadonlySet<SyntaxNode>,
): PrintedPiece {
  const { start, end } = fn;
  const declared = helpers.map(({ node }) => {
    const init = child(node, 'init');
    const task = init === undefined ? undefined : taskText(unwrapped(init));
    return task === undefined ? node : { ...node, init: { type: task, start, end } };
  });
  const result = { type: 'ReturnStatement', start, end, argument: fn };
  const body = { type: 'BlockStatement', start, end, body: [...declared, result] };
  const params = [{ type: 'ArrayPattern', start, end, elements: mentions }];
  return print({ type: 'ArrowFunctionExpression', start, end, params, body }, record, true, { ...moving, without });
}
