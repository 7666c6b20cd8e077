/** What a closure starts from: a function of a module, in the normal form. */
import type { Root } from './closure.ts';
import type { Found } from './locate.ts';
import type { ModuleRecord } from './module-record.ts';
import type { Printed } from './printed.ts';
import { print } from './printer.ts';
import type { Problem } from './refusals.ts';
import { child, nameOf, type SyntaxNode } from './syntax.ts';

/**
 * A function that was found, as the start of a closure.
 * @param without - functions in it that are not there
 */
export function rootOfFound(record: ModuleRecord, found: Found, without?: ReadonlySet<SyntaxNode>): Root {
  return { record, printed: printedRoot(record, found, without), problems: problemsIn(record, found.node) };
}

/** What was noted of the parts around a node, as far as it stands inside of it. */
export function problemsIn(record: ModuleRecord, region: SyntaxNode): readonly Problem[] {
  return record.parts
    .flatMap((part) => part.facts.problems)
    .filter((problem) => problem.offset >= region.start && problem.offset < region.end);
}

/** The function in the normal form. A method is the class that has it, and its name. */
function printedRoot(record: ModuleRecord, found: Found, without?: ReadonlySet<SyntaxNode>): Printed {
  const { owner, node } = found;
  const part = record.parts.find((one) => one.node === (owner ?? node));
  const name = part?.names[0];
  if (part !== undefined && name !== undefined) return mentionOf(name, found);
  const whole = owner ?? node;
  return print(whole, record, found.isEnclosed, { regions: [whole], bindings: new Set(), without });
}

/** What is a part of its own is mentioned, and so reached. */
function mentionOf(name: string, found: Found): Printed {
  const isStatic = found.node['static'] === true;
  const member = found.owner === undefined ? '' : `${isStatic ? '' : '.prototype'}.${nameOf(child(found.node, 'key'))}`;
  return {
    text: { texts: ['', member], mentions: [{ kind: 'name', name, node: found.node }] },
    problems: [],
  };
}
