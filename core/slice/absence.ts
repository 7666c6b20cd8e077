/** What a slice needs of the page when it is evaluated, and workers do not have. */
import type { Closure } from './closure.ts';
import type { NotedCall } from './facts.ts';
import { isFunctionPart, type ModuleRecord, type Part } from './module-record.ts';
import { refusal, type Refusal } from './refusals.ts';

/**
 * Why a slice of what a closure reaches could not be evaluated.
 * @param absent - globals that are not there
 */
export function absences(closure: Closure, absent: ReadonlySet<string>): readonly Refusal[] {
  if (absent.size === 0) return [];
  return closure.items.flatMap((item) => {
    if (item.kind !== 'part') return [];
    const { record, part } = item;
    const own = absentIn(part, part.facts.globalsNow, absent);
    const called = part.facts.callsNow.filter(({ isCertain }) => isCertain && !isProbing(part, absent));
    const found = own ?? called.map((call) => absentInCall(call, record, closure, absent)).find(Boolean);
    if (found === undefined) return [];
    const { name, place = { record, offset: found.offset } } = found;
    return [asRefusal(part, name, place)];
  });
}

/** A global that is missed, and where; of a called function, in its module. */
interface Absence {
  readonly name: string;
  readonly offset: number;
  readonly place?: { readonly record: ModuleRecord; readonly offset: number };
}

function absentInCall(
  { callee }: NotedCall,
  from: ModuleRecord,
  closure: Closure,
  absent: ReadonlySet<string>,
): Absence | undefined {
  const target = closure.linker.ask(from, callee);
  if (target.kind !== 'binding') return undefined;
  const { record, name } = target;
  for (const part of (record.partsOf.get(name) ?? []).filter(isFunctionPart)) {
    const found = absentIn(part, part.facts.globalsWhenCalled, absent);
    if (found !== undefined) return { ...found, place: { record, offset: found.offset } };
  }
  return undefined;
}

function absentIn(part: Part, globals: ReadonlyMap<string, number>, absent: ReadonlySet<string>): Absence | undefined {
  if (isProbing(part, absent)) return undefined;
  const found = [...globals].find(([name]) => absent.has(name));
  return found && { name: found[0], offset: found[1] };
}

/** Whether code asks `typeof document`: it knows what it does. */
function isProbing({ facts }: Part, absent: ReadonlySet<string>): boolean {
  return [...facts.probed].some((name) => absent.has(name));
}

function asRefusal(
  part: Part,
  global: string,
  { record, offset }: { readonly record: ModuleRecord; readonly offset: number },
): Refusal {
  const [name] = part.kind === 'default' ? ['default'] : part.names;
  const what = name === undefined ? 'what the module does at its top level' : `'${name}'`;
  const message = `Cannot evaluate ${what} in a worker: it needs '${global}', which only a page has, as soon as its module is loaded. Use '${global}' inside of a function that the page calls, or pass what the task needs as an argument`;
  return refusal({ kind: 'absent-global', message, offset, name }, record.path, record.source);
}
