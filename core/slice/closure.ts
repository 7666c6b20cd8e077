/** What a function reaches: parts of modules, each once, in the order in which they are mentioned. */
import type { Mention } from './canonical.ts';
import { directEffects, lateEffects } from './effects.ts';
import type { Linker } from './linker.ts';
import { isOfSomen } from './task-site.ts';
import { isMutable, printedPart, type ModuleRecord, type Part } from './module-record.ts';
import type { Printed } from './printed.ts';
import { refusal, type Problem, type Refusal } from './refusals.ts';
import { externalText, type External, type Target } from './target.ts';

/** Something that is reached. */
export type Item =
  | { readonly kind: 'part'; readonly record: ModuleRecord; readonly part: Part; readonly printed: Printed }
  | {
      readonly kind: 'namespace';
      readonly record: ModuleRecord;
      readonly members: readonly (readonly [string, Target])[];
    };

/** The function that a slice is cut for. */
export interface Root {
  readonly record: ModuleRecord;
  readonly printed: Printed;
  /** What was noted of the part that it stands in, as far as it stands in the function. */
  readonly problems: readonly Problem[];
  /** A part that is reached from the start, whatever is mentioned. */
  readonly part?: Part | undefined;
}

/** The task that a name of a module means, or a member of what it means; `undefined` where it means none. */
export type FindTask = (record: ModuleRecord, name: string, member?: string) => Target | undefined;

/** What is followed, and in what form. */
export interface ClosureOptions {
  /** What is not followed, because it is a task of its own. @default all is followed */
  readonly findTask?: FindTask | undefined;
  /** What parts mention. @default all that stands in them */
  readonly print?: ((record: ModuleRecord, part: Part) => Printed) | undefined;
}

/** Exports of somen that run tasks. */
const RUNNING: readonly string[] = ['run', 'createRuntime'];

/** Walks from a function to all that it reaches. */
export class Closure {
  readonly root: Root;
  readonly linker: Linker;
  readonly items: Item[] = [];
  readonly targets: Map<Mention, Target> = new Map();
  /** Mentions of `space.member` that mean what a namespace exports as `member`. */
  readonly resolvedMembers: Set<Mention> = new Set();
  readonly externals: Map<string, { readonly from: External; readonly names: Set<string> }> = new Map();
  readonly files: Map<string, string> = new Map();
  /** The numbers that bindings and namespaces have in the normal form. */
  readonly #numbers = new Map<string, number>();
  readonly #parts = new Set<Part>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #notes = new Map<string, Refusal>();
  readonly #findTask: FindTask;
  readonly #print: (record: ModuleRecord, part: Part) => Printed;
  #walked = 0;

  constructor(root: Root, linker: Linker, { findTask = () => undefined, print = printedPart }: ClosureOptions = {}) {
    this.root = root;
    this.linker = linker;
    this.#findTask = findTask;
    this.#print = print;
    linker.usesOf(root.record);
    if (root.part !== undefined) this.#add(root.record, root.part);
    this.#problems(root.record, [...root.printed.problems, ...root.problems]);
    for (const mention of root.printed.text.mentions) this.#follow(root.record, mention, []);
    this.#walk();
  }

  /** What cannot be followed. */
  get refusals(): readonly Refusal[] {
    return [...this.#refusals.values()];
  }

  /** What was followed, but not as closely as it might have been. */
  get notes(): readonly Refusal[] {
    return [...this.#notes.values()];
  }

  /** The number of a binding or a namespace in the normal form; `undefined` where it is not reached. */
  numberOf(target: Target): number | undefined {
    const key = keyOf(target);
    return key === undefined ? undefined : this.#numbers.get(key);
  }

  /** Whether a part is reached. */
  has(part: Part): boolean {
    return this.#parts.has(part);
  }

  /**
   * First what is mentioned, then what changes any of it, then what calls of functions change; and again, as long as
   * there is more. So the order in which things are reached does not depend on which module a change stands in.
   */
  #walk(): void {
    do {
      this.#drain();
      if (this.#addEffects(directEffects)) continue;
      this.#addEffects(lateEffects);
    } while (this.#walked < this.items.length);
  }

  #drain(): void {
    for (; this.#walked < this.items.length; this.#walked++) {
      const item = this.items[this.#walked];
      if (item?.kind === 'part') this.#part(item);
    }
  }

  #addEffects(find: typeof directEffects): boolean {
    const before = this.items.length;
    for (const record of this.linker.order(this.root.record)) {
      const seen = {
        reached: this.#parts,
        isReached: (name: string) => this.#isReached(record, name),
        isRun: (name: string) => isOfSomen(this.linker.ask(record, name), RUNNING),
      };
      for (const { part, problem } of find(record, seen)) {
        if (problem === undefined) this.#add(record, part);
        else this.#problems(record, [problem]);
      }
    }
    return this.items.length > before;
  }

  /** Whether something that may be changed is reached. Variables that are assigned are refused as a whole. */
  #isReached(record: ModuleRecord, name: string): boolean {
    if (record.imports.has(name)) return this.#isTarget(this.linker.ask(record, name));
    return this.#numbers.has(`${record.path}\n${name}`) && !isMutable(record, name);
  }

  #isTarget(target: Target): boolean {
    if (target.kind !== 'external') return this.numberOf(target) !== undefined;
    return this.externals.get(externalText(target.from))?.names.has(target.name) === true;
  }

  #part({ record, part, printed }: Item & { readonly kind: 'part' }): void {
    this.#problems(record, printed.problems);
    for (const mention of printed.text.mentions) this.#follow(record, mention, part.names);
  }

  #follow(record: ModuleRecord, mention: Mention, own: readonly string[]): void {
    const target = this.#target(record, mention, own);
    this.targets.set(mention, target);
    if (target.kind === 'refused') {
      const { refusal: kind, message } = target;
      this.#problems(record, [{ kind, message, offset: mention.node.start }]);
    } else if (mention.kind === 'name' || mention.kind === 'member') {
      if (!own.includes(mention.name)) this.#reach(target, record, mention);
    } else this.#reach(target, record, mention);
  }

  #target(record: ModuleRecord, mention: Mention, own: readonly string[]): Target {
    switch (mention.kind) {
      case 'name':
        return own.includes(mention.name)
          ? { kind: 'binding', record, name: mention.name }
          : this.#taskOr(this.linker.local(record, mention.name));
      case 'member':
        return this.#member(record, mention.name, mention.member, mention);
      case 'module': {
        const found = this.linker.find(record, mention.specifier);
        return 'kind' in found ? found : { kind: 'namespace', record: found };
      }
      case 'asset':
        return this.linker.asset(record, mention.specifier);
      case 'jsx':
        if (record.scope.own('React') !== undefined) return this.linker.local(record, 'React');
        return this.linker.jsx(record);
    }
  }

  /** What `space.member` means: what a namespace exports, a member of `tasks`, or `space` itself. */
  #member(record: ModuleRecord, name: string, member: string, mention: Mention): Target {
    const space = this.linker.local(record, name);
    let target: Target | undefined;
    if (space.kind === 'namespace') target = this.#taskOr(this.linker.exported(space.record, member));
    else if (space.kind === 'external' && space.name === '*') target = { ...space, name: member };
    else if (space.kind === 'binding') target = this.#findTask(space.record, space.name, member);
    if (target === undefined) return this.#taskOr(space);
    this.resolvedMembers.add(mention);
    return target;
  }

  #taskOr(target: Target): Target {
    return (target.kind === 'binding' && this.#findTask(target.record, target.name)) || target;
  }

  #reach(target: Target, record: ModuleRecord, mention: Mention): void {
    switch (target.kind) {
      case 'binding':
        this.#binding(target.record, target.name, record, mention);
        return;
      case 'namespace':
        if (mention.kind === 'name' || mention.kind === 'member') this.#noteNamespace(record, mention);
        this.#namespace(target.record, record, mention);
        return;
      case 'external': {
        const key = externalText(target.from);
        const known = this.externals.get(key);
        if (known === undefined) this.externals.set(key, { from: target.from, names: new Set([target.name]) });
        else known.names.add(target.name);
        return;
      }
      case 'data':
        this.files.set(target.path, target.content);
        return;
      case 'task':
        this.linker.usesOf(target.record);
        return;
      case 'refused':
    }
  }

  #binding(record: ModuleRecord, name: string, from: ModuleRecord, mention: Mention): void {
    const key = `${record.path}\n${name}`;
    if (this.#numbers.has(key)) return;
    this.#numbers.set(key, this.#numbers.size);
    this.linker.usesOf(record);
    const parts = record.partsOf.get(name) ?? [];
    if (isMutable(record, name)) {
      const message = `Cannot follow '${name}': it is assigned after its declaration, so its value depends on when it is read. Pass it as an argument, or make it a constant`;
      this.#problems(from, [{ kind: 'mutable-state', message, offset: mention.node.start, name }]);
    } else if (parts.length === 0) {
      const message = `Cannot follow '${name}': '${record.path}' declares no value of that name`;
      this.#problems(from, [{ kind: 'not-found', message, offset: mention.node.start, name }]);
    }
    for (const part of parts) this.#add(record, part);
  }

  #namespace(record: ModuleRecord, from: ModuleRecord, mention: Mention): void {
    const key = `${record.path}\n*`;
    if (this.#numbers.has(key)) return;
    this.#numbers.set(key, this.#numbers.size);
    this.linker.usesOf(record);
    const members = this.linker
      .names(record)
      .map((name) => [name, this.#taskOr(this.linker.exported(record, name))] as const)
      .filter(([, target]) => target.kind !== 'binding' || target.record.partsOf.has(target.name));
    this.items.push({ kind: 'namespace', record, members });
    for (const [, target] of members) this.#reach(target, from, mention);
  }

  #noteNamespace(record: ModuleRecord, mention: Mention): void {
    const message =
      'The namespace import is used as a value, so all that the module exports is reached. Import what is used by name';
    this.#problems(record, [{ kind: 'whole-module', message, offset: mention.node.start }], this.#notes);
  }

  #add(record: ModuleRecord, part: Part): void {
    if (this.#parts.has(part)) return;
    this.#parts.add(part);
    this.items.push({ kind: 'part', record, part, printed: this.#print(record, part) });
  }

  #problems(record: ModuleRecord, problems: readonly Problem[], into: Map<string, Refusal> = this.#refusals): void {
    for (const problem of problems) {
      const key = `${problem.kind} ${record.path} ${problem.offset}`;
      if (!into.has(key)) into.set(key, refusal(problem, record.path, record.source));
    }
  }
}

function keyOf(target: Target): string | undefined {
  switch (target.kind) {
    case 'binding':
      return `${target.record.path}\n${target.name}`;
    case 'namespace':
      return `${target.record.path}\n*`;
    default:
      return undefined;
  }
}
