/** What a function takes from the functions and classes around it, which cannot be followed. */
import type { Problem } from './refusals.ts';
import type { Binding } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/** The parts of a program that move together, and the variables around them that move along. */
export interface Moving {
  readonly regions: readonly SyntaxNode[];
  readonly bindings: ReadonlySet<Binding>;
  /** Functions in them that stay behind. */
  readonly without?: ReadonlySet<SyntaxNode> | undefined;
}

/** Notes what a piece of a program captures, each variable once. */
export class Captures {
  /** The variables of functions and blocks around, with their first mentions. */
  readonly captured: Map<Binding, SyntaxNode> = new Map();
  /** Names that are mentioned and belong to the module, or are globals. */
  readonly outside: Set<string> = new Set();
  readonly #moving: Moving;
  readonly #isEnclosed: boolean;
  readonly #problems = new Map<string, Problem>();
  /** Functions and classes inside of the piece and around the place, which have a `this` of their own. */
  #owners = 0;

  /** @param isEnclosed - whether a function or class stands around it */
  constructor(moving: Moving, isEnclosed: boolean) {
    this.#moving = moving;
    this.#isEnclosed = isEnclosed;
  }

  /** All that was noted. */
  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Looks at what has a `this` of its own. */
  within(look: () => void): void {
    this.#owners++;
    look();
    this.#owners--;
  }

  /** A local variable is mentioned. */
  local(binding: Binding, node: SyntaxNode): void {
    const { node: region } = binding.scope;
    if (region === undefined || this.captured.has(binding) || this.#isInside(region)) return;
    this.captured.set(binding, node);
    if (this.#moving.bindings.has(binding)) return;
    const message = `Cannot follow '${binding.name}': it belongs to a function around the task. Pass it as an argument`;
    this.#note(node, 'captured-local', message, binding.name);
  }

  #isInside(node: SyntaxNode): boolean {
    return this.#moving.regions.some((region) => node.start >= region.start && node.end <= region.end);
  }

  /** `arguments` is mentioned. */
  arguments(node: SyntaxNode): void {
    if (this.#owners > 0) return;
    this.#enclosed(node, 'captured-arguments', "'arguments' of the function around the task: pass them as parameters");
  }

  /** `this`, `super` or `new.target` is mentioned. */
  owner(node: SyntaxNode): void {
    if (this.#owners > 0) return;
    this.#enclosed(node, 'captured-this', "'this' of what stands around the task: pass what it needs as an argument");
  }

  /** A private member is mentioned that no class in the piece declares. */
  private(node: SyntaxNode, name: string): void {
    const what = `'#${name}': it belongs to a class around the task. Pass its value as an argument`;
    this.#enclosed(node, 'captured-this', what);
  }

  #enclosed(node: SyntaxNode, kind: Problem['kind'], what: string): void {
    if (this.#isEnclosed) this.#note(node, kind, `Cannot follow ${what}`);
  }

  #note(node: SyntaxNode, kind: Problem['kind'], message: string, name?: string): void {
    const key = `${kind} ${name ?? ''}`;
    if (!this.#problems.has(key)) this.#problems.set(key, { kind, message, offset: node.start, name });
  }
}
