/** One use of the plugin: what is known of the project, and what its modules become. */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Refusal } from '../../core/slice/refusals.ts';
import { BuiltSlices } from './built.ts';
import { compiled, edited, type Mapped } from './compile.ts';
import { purposeOf, type HookContext, type SourceMap, type TransformContext } from './context.ts';
import { DevelopmentSlices } from './development.ts';
import { WrittenMarks } from './hot-update.ts';
import { findModules, isSearched, isSource, mentionsTasks, pathOf, scriptsOf, sliceName } from './modules.ts';
import { isCode } from './ports.ts';
import { Project, withSliceUrls, type CutModule } from './project.ts';
import type { Settings } from './settings.ts';

/** A module as a `load` hook gives it. */
export interface LoadedModule {
  readonly code: string;
  readonly map: string | SourceMap;
  readonly moduleSideEffects: boolean | 'no-treeshake';
}

/** One use of the plugin. */
export class Session {
  readonly built: BuiltSlices;
  readonly development: DevelopmentSlices;
  readonly written: WrittenMarks;
  readonly #settings: Settings;
  readonly #project: Project;
  /** Of modules that plugins have compiled: maps to what the user wrote. */
  readonly #maps = new Map<string, SourceMap>();
  readonly #warned = new Set<string>();
  #search: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#project = new Project(settings);
    this.built = new BuiltSlices(this.#project, settings);
    this.development = new DevelopmentSlices(this.#project, settings);
    this.written = new WrittenMarks(this.#project);
  }

  /** Looks for the modules with tasks, anew if `again`. */
  search(context: HookContext, again = false): Promise<void> {
    if (again || this.#search === undefined) this.#search = this.#find(context);
    return this.#search;
  }

  async #find(context: HookContext): Promise<void> {
    this.#reset();
    const { root, skipped } = this.#settings;
    for (const path of await findModules(root, skipped)) this.#noteFile(path);
    await this.#follow(context, this.#project.entries());
  }

  /** Has the project's resolvers follow the imports of some modules that are not where Node looks. */
  async #follow(context: HookContext, paths: readonly string[]): Promise<void> {
    const { ports } = this.#project;
    for (;;) {
      for (const path of paths) this.#project.tasks(path);
      const missing = ports.missing();
      if (missing.length === 0) return;
      for (const one of missing) {
        const { id = '' } = (await context.resolve(one.specifier, one.importer, { skipSelf: true })) ?? {};
        if (isAbsolute(id) && isProjectFile(id)) ports.found(one, pathOf(id));
      }
      this.#project.reset();
    }
  }

  #reset(): void {
    this.#project.reset();
    this.#project.ports.reset();
  }

  /** A file has come, changed or gone. */
  noteChange(type: 'create' | 'update' | 'delete', path: string): void {
    if (type !== 'update') this.#reset();
    if (type !== 'delete') return this.#noteFile(path);
    this.#project.remove(path);
    this.#project.ports.replace(path, undefined);
  }

  #noteFile(path: string): void {
    if (!isSearched(path) || !isProjectFile(path)) return;
    const text = textOf(path);
    if (!mentionsTasks(text)) return;
    const scripts = scriptsOf(path, text);
    // What its plugin made of it is better known than what stands there.
    if (scripts === undefined || this.#project.ports.replaced(path) === undefined)
      this.#project.ports.replace(path, scripts);
    // Components that cannot be read before they are compiled come late; of sources, the text says enough.
    if (scripts === undefined || this.#project.tasks(path).length > 0) this.#project.add(path);
  }

  /** Writes into a module what its tasks are. `undefined` where it has none. */
  async mark(context: TransformContext, path: string, code: string): Promise<Mapped | undefined> {
    await this.search(context);
    const before = this.#project.ports.replaced(path);
    if (!this.#take(path, code)) return undefined;
    await this.#follow(context, [path]);
    // Meanwhile it may have been taken for another environment.
    if (!this.#take(path, code)) return undefined;
    const purpose = purposeOf(context);
    if (!isSource(path)) this.#maps.set(path, context.getCombinedSourcemap());
    if (purpose === 'build') this.built.add(path);
    else this.#project.add(path);
    this.#report(context, path);
    const edits = this.#project.edits(path, purpose === 'serve-node' ? 'files' : 'slices');
    if (purpose !== 'build') this.written.note(context.environment?.name ?? '', path);
    else
      for (const task of this.#project.tasks(path)) for (const one of task.modules) context.addWatchFile(pathOf(one));
    const marked = edited(code, this.#withUrls(context, edits), path);
    // What a component is for a server has no slices, and is other code than what it is for pages.
    if (purpose === 'serve-node' && !isSource(path)) this.#project.ports.replace(path, before);
    return marked;
  }

  /** Lets the slicer know a module as it is given to the plugin. @returns whether it has tasks */
  #take(path: string, code: string): boolean {
    const { ports } = this.#project;
    const before = ports.replaced(path);
    ports.replace(path, undefined);
    if (ports.load(path) !== code) ports.replace(path, code);
    if (this.#project.tasks(path).length > 0) return true;
    ports.replace(path, before);
    return false;
  }

  #withUrls(context: HookContext, edits: CutModule['edits']): CutModule['edits'] {
    return withSliceUrls(edits, (path) => {
      if (this.#settings.isWorker) return 'undefined';
      return purposeOf(context) === 'build' ? this.built.urlOf(context, path) : this.development.urlOf(path);
    });
  }

  /** Says once of each task that it cannot be followed. */
  #report(context: HookContext, path: string): void {
    for (const task of this.#project.tasks(path)) {
      if (task.sliced || task.site.isMain) continue;
      const obstacles = [...task.refusals, ...task.obstacles];
      const place = obstacles[0] ?? { ...task, module: path };
      const reasons = obstacles.map((one) => this.#reason(one)).join('; ') || 'it calls a task that cannot';
      const message = `Cannot let '${task.name}' (${this.#place(path, task.line, task.column)}) run in workers: ${reasons}`;
      if (this.#warned.has(message)) continue;
      this.#warned.add(message);
      context.warn({ message, id: path, loc: { file: place.module, line: place.line, column: place.column - 1 } });
    }
  }

  #reason({ message, module, line, column }: Refusal): string {
    return `${message} (${this.#place(module, line, column)})`;
  }

  #place(path: string, line: number, column: number): string {
    return `${relative(this.#settings.root, path)}:${line}:${column}`;
  }

  /** The id of a slice, or of data that one imports. */
  resolveSlice(context: HookContext, source: string, importer: string | undefined): string | undefined {
    const slices = purposeOf(context) === 'build' ? this.built : this.development;
    return slices.resolve(source, importer);
  }

  /** The text of a slice, in the module's own language; of a component, all that its plugin made of it. */
  loadSlice(context: HookContext, id: string): LoadedModule | undefined {
    const cut = this.#cut(context, id);
    if (cut === undefined) return undefined;
    if (purposeOf(context) === 'build') context.addWatchFile(cut.path);
    const moduleSideEffects = this.#project.tasks(cut.path).length > 0 ? 'no-treeshake' : true;
    const map = this.#maps.get(cut.path);
    if (map !== undefined) return { code: cut.source, map, moduleSideEffects };
    return { ...edited(cut.source, this.#sliceEdits(context, id, cut), cut.path), moduleSideEffects };
  }

  #sliceEdits(context: HookContext, id: string, cut: CutModule): CutModule['edits'] {
    const isBuilt = purposeOf(context) === 'build';
    return this.#withUrls(context, isBuilt ? this.built.withImports(context, id, cut) : cut.edits);
  }

  #cut(context: HookContext, id: string): CutModule | undefined {
    return (purposeOf(context) === 'build' ? this.built : this.development).load(id);
  }

  /** The second step, which has a map of its own: from the module's language to JavaScript, from a component to its slice. */
  compileSlice(context: HookContext, id: string, code: string): Mapped | undefined {
    const { path, isTyped = false } = sliceName(id) ?? {};
    if (path === undefined || isTyped) return undefined;
    if (isCode(path)) return compiled(code, path, this.#settings.jsx);
    const cut = this.#cut(context, id);
    return cut === undefined ? undefined : edited(code, this.#sliceEdits(context, id, cut), path);
  }
}

function isProjectFile(path: string): boolean {
  return !path.includes('/node_modules/');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
