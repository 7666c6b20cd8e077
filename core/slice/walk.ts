/**
 * One walk over a module that finds out what each name means, and notes what matters for slices: assignments,
 * changes of objects, calls of `schedule`, and what cannot be followed.
 */
import { mayLeave, uncertainFields } from './certainty.ts';
import { noFacts, type Definition, type Facts } from './facts.ts';
import { calledAtOnce, mutatedRoots } from './mutations.ts';
import { childFields, isKnown } from './node-fields.ts';
import type { Problem } from './refusals.ts';
import { blockScope, declareHoisted, declareLexical, isEnclosed, lexicalScope, Scope, type Binding } from './scope.ts';
import {
  child,
  children,
  isErased,
  isNode,
  literalText,
  nameOf,
  rootOf,
  targetsOf,
  text,
  unwrapped,
  type SyntaxNode,
} from './syntax.ts';

/** Names that make what workers have to find, under whatever name they were imported. */
const MAKERS: ReadonlySet<string> = new Set(['schedule', 'tasks', 'createRegistry']);

/** The walk. */
export class Walk {
  /** What each identifier means that is a variable of the module or of a scope in it. */
  readonly bindings: Map<SyntaxNode, Binding> = new Map();
  readonly definitions: Definition[] = [];
  readonly scope: Scope = new Scope();
  /** Local names of imports, and the names that they were exported by. */
  readonly #imported: ReadonlyMap<string, string>;
  #facts: Facts = noFacts();
  #functions = 0;
  /** Functions around the place that are not called where they stand. */
  #delayed = 0;
  /** Asynchronous functions around the place that are called where they stand. */
  #async = 0;
  /** What stands around the place and may keep it from running. */
  #uncertain = 0;
  /** What `typeof` asks of. */
  readonly #probed = new Set<SyntaxNode>();
  /** Functions that are called where they stand: at once, or for each element of something. */
  readonly #immediate = new Set<SyntaxNode>();
  /** Expressions of decorators: `@schedule(hints)` makes no task of `hints`. */
  readonly #decorators = new Set<SyntaxNode>();
  #class: SyntaxNode | undefined;

  /** @param imported - the local names of the module's imports, with the names under which they are exported */
  constructor(statements: readonly SyntaxNode[], imported: ReadonlyMap<string, string>) {
    this.#imported = imported;
    for (const name of imported.keys()) this.scope.declare(name);
    declareLexical(statements, this.scope);
    declareHoisted(statements, this.scope);
  }

  /** Walks over one part of the module. */
  part(node: SyntaxNode): Facts {
    this.#facts = noFacts();
    if (node.type === 'VariableDeclarator') this.#fields(node, this.scope);
    else this.#visit(node, this.scope);
    return this.#facts;
  }

  #visit(node: SyntaxNode, scope: Scope): void {
    if (isErased(node)) return;
    this.#note(node, scope);
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        this.#identifier(node, scope);
        return;
      case 'FunctionExpression':
      case 'FunctionDeclaration':
      case 'ArrowFunctionExpression':
        this.#function(node, scope);
        return;
      case 'ClassExpression':
      case 'ClassDeclaration':
        this.#classLike(node, scope);
        return;
      case 'TSEnumDeclaration':
        this.#enum(node, scope);
        return;
      case 'StaticBlock':
        this.#staticBlock(node, scope);
        return;
      default:
        this.#fields(node, blockScope(node, scope));
    }
  }

  #fields(node: SyntaxNode, scope: Scope): void {
    const inner = unwrapped(node);
    if (inner !== node) {
      this.#visit(inner, scope);
      return;
    }
    const uncertain = uncertainFields(node);
    for (const field of childFields(node)) {
      const value = node[field];
      const doubt = uncertain.includes(field) ? 1 : 0;
      this.#uncertain += doubt;
      if (isNode(value)) this.#visit(value, scope);
      else if (Array.isArray(value)) for (const one of value) if (isNode(one)) this.#visit(one, scope);
      this.#uncertain -= doubt;
    }
  }

  #identifier(node: SyntaxNode, scope: Scope): void {
    const binding = scope.find(text(node, 'name'));
    if (binding === undefined) return this.#global(node);
    binding.isUsed = true;
    this.bindings.set(node, binding);
  }

  #global(node: SyntaxNode): void {
    const name = text(node, 'name');
    const { globalsNow, globalsWhenCalled, probed } = this.#facts;
    if (this.#probed.has(node)) probed.add(name);
    if (this.#probed.has(node) || this.#uncertain > 0 || this.#delayed > 1) return;
    const globals = this.#delayed === 0 ? globalsNow : globalsWhenCalled;
    if (!globals.has(name)) globals.set(name, node.start);
  }

  /** A name where it is declared, which is no use of it. */
  #declared(id: SyntaxNode | undefined, scope: Scope): void {
    const binding = id === undefined ? undefined : scope.find(text(id, 'name'));
    if (id !== undefined && binding !== undefined) this.bindings.set(id, binding);
  }

  #function(node: SyntaxNode, outer: Scope): void {
    let scope = outer;
    const id = child(node, 'id');
    if (id !== undefined && node.type === 'FunctionExpression') {
      scope = new Scope(outer, node);
      scope.declare(text(id, 'name'), node);
    }
    this.#declared(id, scope);
    const inner = new Scope(scope, node);
    const parameters = children(node, 'params');
    for (const target of parameters.flatMap(targetsOf)) inner.declare(text(target, 'name'));
    const body = child(node, 'body');
    const delay = this.#immediate.has(node) ? 0 : 1;
    const [uncertain, async] = [this.#uncertain, this.#async];
    this.#delayed += delay;
    if (node['async'] === true) this.#async++;
    this.#functions++;
    for (const parameter of parameters) this.#visit(parameter, inner);
    if (body?.type === 'BlockStatement') {
      const statements = children(body, 'body');
      declareLexical(statements, inner);
      declareHoisted(statements, inner);
      for (const statement of statements) {
        this.#visit(statement, inner);
        if (mayLeave(statement)) this.#uncertain++;
      }
    } else if (body !== undefined) this.#visit(body, inner);
    this.#functions--;
    this.#delayed -= delay;
    this.#uncertain = uncertain;
    this.#async = async;
  }

  #classLike(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, node);
    const id = child(node, 'id');
    if (id !== undefined && node.type === 'ClassExpression') scope.declare(text(id, 'name'), node);
    this.#declared(id, scope);
    const around = this.#class;
    for (const decorator of children(node, 'decorators')) this.#visit(decorator, outer);
    this.#class = node;
    for (const field of ['superClass', 'body']) {
      const inner = child(node, field);
      if (inner !== undefined) this.#visit(inner, scope);
    }
    this.#class = around;
  }

  #staticBlock(node: SyntaxNode, outer: Scope): void {
    const statements = children(node, 'body');
    const scope = lexicalScope(statements, outer, node);
    declareHoisted(statements, scope);
    for (const statement of statements) this.#visit(statement, scope);
  }

  #enum(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, node);
    const members = children(child(node, 'body') ?? node, 'members');
    this.#declared(child(node, 'id'), outer);
    for (const member of members) scope.declare(nameOf(child(member, 'id')), member, true);
    for (const member of members) {
      const initializer = child(member, 'initializer');
      if (initializer !== undefined) this.#visit(initializer, scope);
    }
  }

  #note(node: SyntaxNode, scope: Scope): void {
    for (const [target, isAssigned] of mutatedRoots(node)) this.#mutated(target, isAssigned, scope);
    switch (node.type) {
      case 'CallExpression':
        this.#noteCall(node, scope);
        break;
      case 'UnaryExpression':
        if (node['operator'] === 'typeof') this.#probed.add(unwrapped(child(node, 'argument') ?? node));
        break;
      case 'AwaitExpression':
        if (this.#functions === 0) this.#awaited(node);
        break;
      case 'ForOfStatement':
        if (this.#functions === 0 && node['await'] === true) this.#awaited(node);
        break;
      case 'WithStatement':
        this.#problem(node, 'with', "Cannot follow 'with': names inside of it may mean members of its object");
        break;
      case 'ImportExpression':
        this.#noteImport(node);
        break;
      case 'MethodDefinition':
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#noteDecorators(node, scope);
        break;
      default:
        if (!isKnown(node))
          this.#problem(node, 'unsupported-syntax', `Cannot follow ${node.type}: write it as plain ECMAScript`);
    }
  }

  #awaited(node: SyntaxNode): void {
    this.#problem(
      node,
      'top-level-await',
      "Cannot follow 'await' at the top level of a module: await inside of the function, or pass the value as an argument",
    );
  }

  #noteImport(node: SyntaxNode): void {
    const source = child(node, 'source');
    if (literalText(source) !== undefined) return;
    this.#problem(
      node,
      'dynamic-import',
      'Cannot follow import(): its module is not written out as a string. Write the specifier as a literal',
    );
  }

  #mutated(target: SyntaxNode, isAssigned: boolean, scope: Scope): void {
    const binding = target.type === 'Identifier' ? scope.find(text(target, 'name')) : undefined;
    if (binding === undefined) return;
    if (isAssigned) {
      binding.assignedAt ??= target.start;
      binding.assignments++;
    } else binding.mutations.push(target.start);
    if (binding.scope !== this.scope) return;
    this.#facts.mutates.add(binding.name);
    if (this.#delayed > 0) return;
    this.#facts.mutatesNow.add(binding.name);
    if (this.#async > 0) this.#facts.mutatesAsync.add(binding.name);
  }

  #noteCall(node: SyntaxNode, scope: Scope): void {
    const callee = unwrapped(child(node, 'callee') ?? node);
    if (callee.type === 'Identifier') {
      const name = text(callee, 'name');
      const binding = scope.find(name);
      if (binding === undefined && name === 'eval')
        this.#problem(node, 'eval', 'Cannot follow eval: it may read anything. Use new Function(...) or plain code');
      if (binding === undefined && name === 'require')
        this.#problem(node, 'unsupported-syntax', 'Cannot follow require(): write it as an import');
      if (binding?.scope === this.scope) {
        const args = children(node, 'arguments').map((argument) => this.#moduleName(argument, scope));
        const call = { callee: name, args, isCertain: this.#uncertain === 0, isAsync: this.#async > 0 };
        this.#facts.calls.push(call);
        if (this.#delayed === 0) this.#facts.callsNow.push(call);
      }
    }
    for (const fn of calledAtOnce(node, callee)) this.#immediate.add(fn);
    if (MAKERS.has(this.#importedName(callee)) && !this.#decorators.has(node))
      this.definitions.push({ kind: 'call', node, owner: undefined, isEnclosed: isEnclosed(scope), scope });
  }

  #noteDecorators(node: SyntaxNode, scope: Scope): void {
    const makers = children(node, 'decorators').map((decorator) => {
      const expression = unwrapped(child(decorator, 'expression') ?? decorator);
      this.#decorators.add(expression);
      return expression.type === 'CallExpression' ? (child(expression, 'callee') ?? node) : expression;
    });
    if (!makers.some((maker) => this.#importedName(maker) === 'schedule')) return;
    const owner = node.type === 'MethodDefinition' ? this.#class : undefined;
    this.definitions.push({ kind: 'decorator', node, owner, isEnclosed: isEnclosed(scope), scope });
  }

  #moduleName(argument: SyntaxNode, scope: Scope): string | undefined {
    const root = rootOf(argument);
    const binding = root.type === 'Identifier' ? scope.find(text(root, 'name')) : undefined;
    return binding?.scope === this.scope ? binding.name : undefined;
  }

  /** What a function is called where it comes from: `schedule`, `s` imported as `schedule as s`, `somen.schedule`. */
  #importedName(callee: SyntaxNode): string {
    if (callee.type === 'Identifier') return this.#imported.get(text(callee, 'name')) ?? text(callee, 'name');
    if (callee.type !== 'MemberExpression') return '';
    const space = text(child(callee, 'object') ?? callee, 'name');
    return this.#imported.get(space) === '*' ? nameOf(child(callee, 'property')) : '';
  }

  #problem(node: SyntaxNode, kind: Problem['kind'], message: string): void {
    this.#facts.problems.push({ kind, message, offset: node.start });
  }
}
