/** What stands in the normal form for names that only a piece of a program knows: their numbers. */
import { privateName } from './printed-names.ts';
import type { Binding } from './scope.ts';
import { children, type SyntaxNode } from './syntax.ts';

/** Numbers the variables, labels and private names of one piece, each by its first mention. */
export class LocalNumbers {
  readonly #locals = new Map<Binding, number>();
  readonly #labels: string[] = [];
  /** Of each class around the place, its private names and their numbers. */
  readonly #privates: Map<string, number | undefined>[] = [];
  #privateNames = 0;

  /** A variable. */
  local(binding: Binding): number {
    let number = this.#locals.get(binding);
    if (number === undefined) this.#locals.set(binding, (number = this.#locals.size));
    return number;
  }

  /** A label, by its depth. */
  label(name: string): number {
    return this.#labels.lastIndexOf(name);
  }

  /** A private name; `undefined` where no class of the piece declares it. */
  private(name: string): number | undefined {
    const names = this.#privates.findLast((one) => one.has(name));
    if (names === undefined) return undefined;
    const number = names.get(name) ?? this.#privateNames++;
    names.set(name, number);
    return number;
  }

  /** Looks at what stands below a label. */
  labelled(name: string, look: () => void): void {
    this.#labels.push(name);
    look();
    this.#labels.pop();
  }

  /** Looks at the members of a class. */
  withinClass(body: SyntaxNode, look: () => void): void {
    this.#privates.push(new Map(children(body, 'body').flatMap((member) => privateName(member))));
    look();
    this.#privates.pop();
  }
}
