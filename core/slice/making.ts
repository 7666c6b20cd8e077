/** How slices make tasks, and what they hold of the program to do so. */
import { absences } from './absence.ts';
import { Closure, type Root } from './closure.ts';
import { printLifted, type Lift } from './lifting.ts';
import { Linker } from './linker.ts';
import type { ModuleGraph } from './module-graph.ts';
import { printedPart, printPart, type ModuleRecord, type Part } from './module-record.ts';
import type { Printed } from './printed.ts';
import { print } from './printer.ts';
import type { Refusal } from './refusals.ts';
import { problemsIn, rootOfFound } from './roots.ts';
import type { SyntaxNode } from './syntax.ts';
import type { TaskIndex } from './task-index.ts';
import { isCall, type TaskSite } from './task-site.ts';

/** How a slice makes a task: by the part of the module that does so, or by a statement of its own at the end. */
export type Making =
  | { readonly kind: 'part'; readonly closure: Closure }
  | {
      readonly kind: 'statement';
      readonly closure: Closure;
      /** The names that the statement mentions. */
      readonly printed: Printed;
      /** The hints, where they can stand at the top level. */
      readonly hints: SyntaxNode | undefined;
    };

/** How a slice makes a task, or why it cannot. */
export interface Made {
  readonly making?: Making;
  readonly obstacles: readonly Refusal[];
}

const NOTHING: Printed = { text: { texts: [''], mentions: [] }, problems: [] };

/** Finds out how slices make tasks. In slices, functions that only the main thread runs are empty. */
export class Makings {
  readonly #graph: ModuleGraph;
  readonly #index: TaskIndex;
  readonly #printed = new Map<Part, Printed>();
  readonly #closures = new Map<Part, Closure>();
  readonly #absent: ReadonlySet<string>;

  /** @param absent - globals that are not there where slices are evaluated */
  constructor(graph: ModuleGraph, index: TaskIndex, absent: ReadonlySet<string>) {
    this.#graph = graph;
    this.#index = index;
    this.#absent = absent;
  }

  /** How the slice of its module makes a task; nothing where it cannot, or need not. */
  of(site: TaskSite, lift: Lift | undefined): Made {
    if (site.isMain && isCall(site)) return { obstacles: [] };
    const closure = site.isDirect && site.part !== undefined ? this.#partClosure(site.record, site.part) : undefined;
    if (closure?.refusals.length === 0 && absences(closure, this.#absent).length === 0)
      return { making: { kind: 'part', closure }, obstacles: [] };
    return this.#statement(site, lift);
  }

  #partClosure(record: ModuleRecord, part: Part): Closure {
    let closure = this.#closures.get(part);
    if (closure === undefined)
      this.#closures.set(part, (closure = this.#closure({ record, printed: NOTHING, problems: [], part })));
    return closure;
  }

  #closure(root: Root): Closure {
    return new Closure(root, new Linker(this.#graph), { print: (record, part) => this.#print(record, part) });
  }

  #print(record: ModuleRecord, part: Part): Printed {
    const { start, end } = part.node;
    const mains = [...this.#index.mains(record)].filter((fn) => start <= fn.start && fn.end <= end);
    if (mains.length === 0) return printedPart(record, part);
    let printed = this.#printed.get(part);
    if (printed === undefined) this.#printed.set(part, (printed = printPart(record, part, new Set(mains))));
    return printed;
  }

  #statement(site: TaskSite, lift: Lift | undefined): Made {
    const { record, maker } = site;
    const hints = hintsAtTop(site);
    if (hints === undefined && site.mayBeNamed) return { obstacles: [] };
    const root = rootOfSite(site, lift, { without: this.#index.mains(record) });
    const printed = joined([root.printed, ...[maker, ...(hints ?? [])].map((node) => print(node, record, true))]);
    const closure = this.#closure({ record, printed, problems: root.problems });
    const obstacles = [...closure.refusals, ...absences(closure, this.#absent)];
    if (obstacles.length > 0) return { obstacles };
    return { making: { kind: 'statement', closure, printed, hints: hints?.[0] }, obstacles };
  }
}

/** The hints, if they mention nothing of functions around: at the end of the module they mean the same. */
function hintsAtTop({ hints, record }: TaskSite): readonly SyntaxNode[] | undefined {
  if (hints === undefined) return [];
  return print(hints, record, true).problems.length === 0 ? [hints] : undefined;
}

function joined(printed: readonly Printed[]): Printed {
  const mentions = printed.flatMap((one) => one.text.mentions);
  return {
    text: { texts: mentions.map(() => '').concat(''), mentions },
    problems: printed.flatMap((one) => one.problems),
  };
}

/** How the code of a task is printed. */
export interface RootOptions {
  /** How local tasks are written. @default as code */
  readonly taskText?: ((call: SyntaxNode) => string | undefined) | undefined;
  /** Functions that are not there. @default none */
  readonly without?: ReadonlySet<SyntaxNode> | undefined;
}

/** A task's function and what comes along with it, as the start of a closure. */
export function rootOfSite(
  site: TaskSite,
  lift: Lift | undefined,
  { taskText = () => undefined, without }: RootOptions = {},
): Root {
  const { fn, owner, isEnclosed, record } = site;
  if (lift === undefined) return rootOfFound(record, { node: fn, owner, isEnclosed, name: '' }, without);
  const problems = lift.moving.regions.flatMap((region) => problemsIn(record, region));
  return { record, printed: printLifted(site, lift, taskText, without), problems: [...lift.problems, ...problems] };
}
