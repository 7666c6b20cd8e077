/** One task of a module: what it is called, what it reaches, and how its slice makes it. */
import type { Hasher } from '../hasher.ts';
import { hexDigest, piecesOf } from './closure-hash.ts';
import { Closure, type Root } from './closure.ts';
import { Linker } from './linker.ts';
import { liftOf, printLifted, type Lift } from './lifting.ts';
import type { ModuleGraph } from './module-graph.ts';
import { normalForm } from './normal-form.ts';
import type { Printed } from './printed.ts';
import { print } from './printer.ts';
import type { Refusal } from './refusals.ts';
import { problemsIn, rootOfFound } from './roots.ts';
import type { SyntaxNode } from './syntax.ts';
import { closureOfTask, type TaskIndex } from './task-index.ts';
import type { TaskSite } from './task-site.ts';

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

/** A task as tools need it. */
export interface CutTask {
  readonly site: TaskSite;
  readonly name: string;
  /** The closure hash; `undefined` where something cannot be followed. */
  readonly version: string | undefined;
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Refusal[];
  /** Paths of the modules and files that the hash depends on. */
  readonly modules: readonly string[];
  /** What the closure hash is made of; see `piecesOf`. */
  readonly pieces: () => ReadonlyMap<string, string>;
  /** What it captures, where that can be lifted. */
  readonly lift: Lift | undefined;
  /** `undefined` where no slice can hold it: of tasks that it calls, and so holds, one cannot be followed. */
  readonly making: Making | undefined;
}

/** What cutting needs. */
export interface Cutting {
  readonly graph: ModuleGraph;
  readonly index: TaskIndex;
  readonly hasher: Hasher;
  readonly moduleName: (path: string) => string;
}

/** Finds out what a task reaches. */
export function cutTask(site: TaskSite, cutting: Cutting): CutTask {
  const { graph, index, hasher, moduleName } = cutting;
  const lift = site.isDirect ? undefined : liftOf(site, index.calls(site.record));
  const textOf = (call: SyntaxNode): string | undefined => index.callText(site.record, call, moduleName);
  const code = rootOfSite(site, lift);
  const root = lift === undefined ? code : rootOfSite(site, lift, textOf);
  const closure = closureOfTask(root, graph, index, code);
  const digest = hexDigest(normalForm(closure, moduleName), hasher);
  const isFollowed = closure.refusals.length === 0;
  const name = index.nameOf(site) ?? `anonymous-${digest.slice(0, 8)}`;
  return {
    site,
    name,
    version: isFollowed ? digest : undefined,
    refusals: closure.refusals,
    notes: closure.notes,
    modules: [...new Set([...closure.linker.uses.keys(), ...closure.files.keys()])].toSorted(),
    pieces: () => piecesOf(closure, name, hasher, moduleName),
    lift: isFollowed ? lift : undefined,
    // A slice is a module of ECMAScript, so what has no import of that kind is cut into none.
    making: isFollowed && site.record.requests.length > 0 ? makingOf(site, code, graph) : undefined,
  };
}

/** @param taskText - how local tasks are written. @default as code */
function rootOfSite(
  site: TaskSite,
  lift: Lift | undefined,
  taskText: (call: SyntaxNode) => string | undefined = () => undefined,
): Root {
  const { fn, owner, isEnclosed, record } = site;
  if (lift === undefined) return rootOfFound(record, { node: fn, owner, isEnclosed, name: '' });
  const problems = lift.moving.regions.flatMap((region) => problemsIn(record, region));
  return { record, printed: printLifted(site, lift, taskText), problems: [...lift.problems, ...problems] };
}

const NOTHING: Printed = { text: { texts: [''], mentions: [] }, problems: [] };

function makingOf(site: TaskSite, root: Root, graph: ModuleGraph): Making | undefined {
  const { record, part } = site;
  if (site.isDirect && part !== undefined) {
    const closure = new Closure({ record, printed: NOTHING, problems: [], part }, new Linker(graph));
    if (closure.refusals.length === 0) return { kind: 'part', closure };
  }
  const hints = hintsAtTop(site);
  if (hints === undefined && site.mayBeNamed) return undefined;
  const printed = joined([root.printed, ...[site.maker, ...(hints ?? [])].map((node) => print(node, record, true))]);
  const closure = new Closure({ record, printed, problems: root.problems }, new Linker(graph));
  return closure.refusals.length === 0 ? { kind: 'statement', closure, printed, hints: hints?.[0] } : undefined;
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
