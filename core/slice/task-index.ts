/** The tasks of modules: what they are called, and which names of a module mean them. */
import { Closure, type Root } from './closure.ts';
import { Linker } from './linker.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleRecord } from './module-record.ts';
import { child, children, nameOf, targetsOf, type SyntaxNode } from './syntax.ts';
import { taskText, type Target } from './target.ts';
import { isCall, isOfSomen, taskSites, type TaskSite } from './task-site.ts';

/** What is known of the tasks of one module. */
interface ModuleTasks {
  readonly sites: readonly TaskSite[];
  readonly calls: ReadonlySet<SyntaxNode>;
  readonly mains: ReadonlySet<SyntaxNode>;
  readonly names: ReadonlyMap<TaskSite, string>;
  /** By the name of a variable, or the variable and the member. */
  readonly bindings: ReadonlyMap<string, TaskSite>;
}

/** Knows the tasks of each module that is asked for. */
export class TaskIndex {
  readonly #linker: Linker;
  readonly #modules = new Map<ModuleRecord, ModuleTasks>();

  constructor(graph: ModuleGraph) {
    this.#linker = new Linker(graph);
  }

  /** The places in a module where tasks are made, in their order. */
  sites(record: ModuleRecord): readonly TaskSite[] {
    return this.#of(record).sites;
  }

  /** A task's name in its module, as far as it has one that does not depend on its code. */
  nameOf(site: TaskSite): string | undefined {
    return site.given ?? this.#of(site.record).names.get(site);
  }

  /** The task that a name of a module means, or a member of what it means. */
  find(record: ModuleRecord, name: string, member?: string): Target | undefined {
    if (record.definitions.length === 0 || record.scope.own(name)?.assignedAt !== undefined) return undefined;
    const site = this.#of(record).bindings.get(member === undefined ? name : `${name}.${member}`);
    return site && this.#identity(site);
  }

  /** The calls of a module that make tasks. */
  calls(record: ModuleRecord): ReadonlySet<SyntaxNode> {
    return this.#of(record).calls;
  }

  /** The functions of a module that only the main thread runs. */
  mains(record: ModuleRecord): ReadonlySet<SyntaxNode> {
    return this.#of(record).mains;
  }

  /** What stands in the normal form for a call that makes tasks, if all of them are known by their names. */
  callText(record: ModuleRecord, call: SyntaxNode, moduleName: (path: string) => string): string | undefined {
    const sites = this.sites(record).filter((site) => site.node === call);
    const ids = sites.flatMap((site) => this.#identity(site) ?? []).map((task) => taskText(task, moduleName));
    if (sites.length === 0 || ids.length < sites.length) return undefined;
    return sites[0]?.kind === 'member' ? `tasks ${JSON.stringify(ids)}` : `task ${JSON.stringify(ids[0])}`;
  }

  #identity(site: TaskSite): (Target & { readonly kind: 'task' }) | undefined {
    const name = site.mayBeNamed ? undefined : this.nameOf(site);
    return name === undefined
      ? undefined
      : { kind: 'task', record: site.record, name, named: site.given !== undefined };
  }

  #of(record: ModuleRecord): ModuleTasks {
    let tasks = this.#modules.get(record);
    if (tasks === undefined) {
      const sites = taskSites(record, this.#linker);
      const called = sites.filter(isCall);
      tasks = {
        sites,
        calls: new Set(called.map(({ node }) => node)),
        mains: new Set(called.filter(({ isMain }) => isMain).map(({ fn }) => fn)),
        names: namesOf(sites),
        bindings: bindingsOf(sites),
      };
      this.#modules.set(record, tasks);
    }
    return tasks;
  }
}

/** Exports that look into tasks: where they are used, a task's code counts as well. */
const LOOKING: readonly string[] = ['unwrap', 'run', 'createRuntime', '*'];

/**
 * The closure whose normal form a task's version is: other tasks are known by their names, unless they are looked into.
 * @param code - the root in which local tasks are code as well
 */
export function closureOfTask(root: Root, graph: ModuleGraph, index: TaskIndex, code: Root = root): Closure {
  const closure = new Closure(root, new Linker(graph), { findTask: (...asked) => index.find(...asked) });
  const isLooking = [...closure.externals.values()].some(({ from, names }) =>
    [...names].some((name) => isOfSomen({ kind: 'external', from, name }, LOOKING)),
  );
  return isLooking ? new Closure(code, new Linker(graph)) : closure;
}

/** The names of those without a given one. Of two functions with one name, the second is `name-2`. */
function namesOf(sites: readonly TaskSite[]): ReadonlyMap<TaskSite, string> {
  const names = new Map<TaskSite, string>();
  const unnamed = sites.filter((site) => site.given === undefined);
  const taken = new Map<string, TaskSite[]>();
  for (const site of unnamed.filter((one) => one.ownName !== '')) {
    const same = taken.get(site.ownName) ?? [];
    const twin = same.find((other) => isSameFunction(site, other));
    names.set(
      site,
      (twin && names.get(twin)) ?? (same.length === 0 ? site.ownName : `${site.ownName}-${same.length + 1}`),
    );
    if (twin === undefined) taken.set(site.ownName, [...same, site]);
  }
  for (const site of unnamed.filter((one) => one.ownName === '')) {
    const name = variableOf(site);
    if (name !== undefined && !taken.has(name)) names.set(site, name);
  }
  return names;
}

/** One function, scheduled at two places. */
function isSameFunction(site: TaskSite, other: TaskSite): boolean {
  const { record } = site;
  return site.fn.type === 'Identifier' && record.bindings.get(site.fn) === record.bindings.get(other.fn);
}

/** Of `const mul = schedule(...)` at the top level, the variable. */
function variableOf(site: TaskSite): string | undefined {
  if (!site.isDirect || site.part?.kind !== 'variable') return undefined;
  const id = child(site.part.node, 'id');
  return id?.type === 'Identifier' ? nameOf(id) : undefined;
}

function bindingsOf(sites: readonly TaskSite[]): ReadonlyMap<string, TaskSite> {
  const bindings = new Map<string, TaskSite>();
  for (const site of sites) {
    if (!site.isDirect || site.part === undefined) continue;
    if (site.kind === 'function') for (const name of site.part.names) bindings.set(name, site);
    if (site.kind === 'member') for (const name of memberBindings(site)) bindings.set(name, site);
  }
  return bindings;
}

/** How a member of `tasks` is mentioned: `all.add` of `const all`, `add` of `const { add }`. */
function memberBindings({ part, ownName }: TaskSite): readonly string[] {
  const id = part?.kind === 'variable' ? child(part.node, 'id') : undefined;
  if (id?.type !== 'ObjectPattern') return (part?.names ?? []).map((name) => `${name}.${ownName}`);
  return children(id, 'properties')
    .filter(
      (property) => property.type === 'Property' && isPlain(property) && nameOf(child(property, 'key')) === ownName,
    )
    .flatMap((property) => targetsOf(child(property, 'value')).map(nameOf));
}

/** Whether a member of a pattern is the task itself, and no part or stand-in of it. */
function isPlain(property: SyntaxNode): boolean {
  return property['computed'] !== true && child(property, 'value')?.type === 'Identifier';
}
