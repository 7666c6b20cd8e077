/** What a closure takes from outside of all code when its modules are evaluated: it may be something else next time. */
import type { Closure } from './closure.ts';
import { isFunctionPart, type ModuleRecord, type Part } from './module-record.ts';
import { refusal, type Refusal } from './refusals.ts';

/** Globals that say where and how a program runs. */
const GLOBALS: ReadonlySet<string> = new Set(['process', 'location', 'navigator', 'localStorage', 'sessionStorage']);

/** Parts of the runtime whose functions bring in what is no code. */
const SOURCES: ReadonlySet<string> = new Set(['fs', 'fs/promises', 'child_process', 'os', 'http', 'https', 'process']);

/** Notes of constants that a task reaches and that are read from outside. */
export function outsideNotes(closure: Closure): readonly Refusal[] {
  return closure.items.flatMap((item) => {
    if (item.kind !== 'part' || isFunctionPart(item.part)) return [];
    const { record, part } = item;
    const source = sourceOf(closure, record, part);
    if (source === undefined) return [];
    const what = part.names.length === 0 ? 'What the module does at its top level' : `'${part.names.join(', ')}'`;
    const message = `${what} comes from outside, by ${source}, when the module is loaded. Pass it as an argument, or name it in hashIncludes`;
    return [refusal({ kind: 'outside', message, offset: part.node.start }, record.path, record.source)];
  });
}

function sourceOf(closure: Closure, record: ModuleRecord, { facts }: Part): string | undefined {
  for (const name of facts.globalsNow.keys()) if (GLOBALS.has(name)) return `'${name}'`;
  for (const { callee } of facts.callsNow) {
    const target = record.imports.has(callee) ? closure.linker.ask(record, callee) : undefined;
    if (target?.kind === 'external' && 'builtIn' in target.from && SOURCES.has(target.from.builtIn))
      return `'${callee}' of '${target.from.builtIn}'`;
  }
  return undefined;
}
