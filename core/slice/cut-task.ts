/** One task of a module: what it is called, what it reaches, and how its slice makes it. */
import type { Hasher } from '../hasher.ts';
import { hexDigest, piecesOf } from './closure-hash.ts';
import { liftOf, type Lift } from './lifting.ts';
import { rootOfSite, type Made, type Making, type Makings } from './making.ts';
import type { ModuleGraph } from './module-graph.ts';
import { normalForm } from './normal-form.ts';
import { outsideNotes } from './outside.ts';
import type { Refusal } from './refusals.ts';
import type { SyntaxNode } from './syntax.ts';
import { closureOfTask, type TaskIndex } from './task-index.ts';
import type { TaskSite } from './task-site.ts';

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
  /** Whether it has a mark: one that captures something, and cannot be lifted, is another function each time. */
  readonly isMarked: boolean;
  /** What it captures, where that can be lifted. */
  readonly lift: Lift | undefined;
  /**
   * `undefined` where no slice can hold it, as of tasks that it calls, and so holds, one cannot be followed; or where
   * only the main thread runs it.
   */
  readonly making: Making | undefined;
  /** Why no slice can hold it, although it can be followed. */
  readonly obstacles: readonly Refusal[];
}

/** What cutting needs. */
export interface Cutting {
  readonly graph: ModuleGraph;
  readonly index: TaskIndex;
  readonly makings: Makings;
  readonly hasher: Hasher;
  readonly moduleName: (path: string) => string;
}

/** Finds out what a task reaches. */
export function cutTask(site: TaskSite, cutting: Cutting): CutTask {
  const { graph, index, makings, hasher, moduleName } = cutting;
  const lift = site.isDirect ? undefined : liftOf(site, index.calls(site.record));
  const taskText = (call: SyntaxNode): string | undefined => index.callText(site.record, call, moduleName);
  const code = rootOfSite(site, lift);
  const root = lift === undefined ? code : rootOfSite(site, lift, { taskText });
  const closure = closureOfTask(root, graph, index, code);
  const digest = hexDigest(normalForm(closure, moduleName), hasher);
  const isFollowed = closure.refusals.length === 0;
  const name = index.nameOf(site) ?? `anonymous-${digest.slice(0, 8)}`;
  // A slice is a module of ECMAScript, so what has no import of that kind is cut into none.
  const isCut = isFollowed && site.record.requests.length > 0;
  let made: Made | undefined;
  const make = (): Made => (made ??= isCut ? makings.of(site, lift) : { obstacles: [] });
  return {
    site,
    name,
    version: isFollowed ? digest : undefined,
    refusals: closure.refusals,
    notes: [...closure.notes, ...outsideNotes(closure)],
    modules: [...new Set([...closure.linker.uses.keys(), ...closure.files.keys()])].toSorted(),
    pieces: () => piecesOf(closure, name, hasher, moduleName),
    isMarked: isFollowed || (lift === undefined && !closure.refusals.some(({ kind }) => kind.startsWith('captured-'))),
    lift: isFollowed ? lift : undefined,
    // A version needs none of it.
    get making() {
      return make().making;
    },
    get obstacles() {
      return make().obstacles;
    },
  };
}
