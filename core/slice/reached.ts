/** What several closures reach together, module by module. */
import type { Mention } from './canonical.ts';
import type { Closure } from './closure.ts';
import type { Export, ModuleRecord, Part } from './module-record.ts';
import type { Printed } from './printed.ts';

/** What of one module is reached. */
export interface ReachedModule {
  readonly record: ModuleRecord;
  /** Its parts, and what they mention. */
  readonly parts: Map<Part, Printed>;
  /** What others need of it. */
  readonly exports: Map<string, Export>;
  /** What stands in it in addition: statements that make tasks. */
  readonly added: Printed[];
}

/** The union of closures. */
export class Reached {
  readonly modules: Map<string, ReachedModule> = new Map();

  /** What is reached of a module; nothing, if it was not known yet. */
  of(record: ModuleRecord): ReachedModule {
    let module = this.modules.get(record.path);
    if (module === undefined)
      this.modules.set(record.path, (module = { record, parts: new Map(), exports: new Map(), added: [] }));
    return module;
  }

  /** Adds all that a closure reaches. */
  add(closure: Closure): void {
    for (const item of closure.items) if (item.kind === 'part') this.of(item.record).parts.set(item.part, item.printed);
    for (const { record, exports } of closure.linker.uses.values()) {
      const module = this.of(record);
      for (const [name, own] of exports) module.exports.set(name, own);
    }
  }
}

/** All that the kept parts of a module mention. */
export function mentionsOf({ parts, added }: ReachedModule): readonly Mention[] {
  return [...parts.values(), ...added].flatMap((one) => one.text.mentions);
}

/** The names of the module that are mentioned, or that others need. */
export function namesIn(module: ReachedModule): ReadonlySet<string> {
  const names = new Set<string>();
  for (const mention of mentionsOf(module)) {
    if (mention.kind === 'name' || mention.kind === 'member') names.add(mention.name);
    if (mention.kind === 'jsx') names.add('React');
  }
  for (const own of module.exports.values()) if ('local' in own) names.add(own.local);
  return names;
}
