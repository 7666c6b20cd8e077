/** What a function takes from the functions and classes around it, which cannot be followed. */
import type { Problem } from './refusals.ts';
import type { Binding } from './scope.ts';
import type { SyntaxNode } from './syntax.ts';

/** Notes what a piece of a program captures, each variable once. */
export class Captures {
  readonly #root: SyntaxNode;
  readonly #isEnclosed: boolean;
  readonly #problems = new Map<string, Problem>();
  /** Functions and classes inside of the piece and around the place, which have a `this` of their own. */
  #owners = 0;

  /** @param isEnclosed - whether a function or class stands around `root` */
  constructor(root: SyntaxNode, isEnclosed: boolean) {
    this.#root = root;
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
    if (region === undefined || (region.start >= this.#root.start && region.end <= this.#root.end)) return;
    const message = `Cannot follow '${binding.name}': it belongs to a function around the task. Pass it as an argument`;
    this.#note(node, 'captured-local', message, binding.name);
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
