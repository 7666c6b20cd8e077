/** Updates of a development server: which modules are to be written anew because of others. */
import type { EnvironmentModuleNode, HotUpdateOptions } from 'vite';
import { isForWorkers } from './development.ts';
import type { Project } from './project.ts';

/** What is used of an environment of a development server. */
interface Environment {
  readonly name: string;
  readonly moduleGraph: { getModulesByFile(file: string): Iterable<EnvironmentModuleNode> | undefined };
}

/** What was written into the modules of each environment. */
export class WrittenMarks {
  readonly #project: Project;
  readonly #fingerprints = new Map<string, Map<string, string>>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** Notes that a module was written with the names and versions that its tasks have now. */
  note(environment: string, path: string): void {
    let written = this.#fingerprints.get(environment);
    if (written === undefined) this.#fingerprints.set(environment, (written = new Map()));
    written.set(path, this.#project.fingerprint(path));
  }

  /**
   * The modules to update: those of the file itself that pages know, and those with tasks that are others now. A module
   * that only imports what has changed would be sent to the page again with the marks that it had.
   */
  update(environment: Environment, { modules }: HotUpdateOptions): EnvironmentModuleNode[] {
    const all = new Set(modules);
    for (const [path, fingerprint] of this.#fingerprints.get(environment.name) ?? []) {
      if (this.#project.fingerprint(path) === fingerprint) continue;
      for (const module of environment.moduleGraph.getModulesByFile(path) ?? [])
        if (module.type === 'js') all.add(module);
    }
    const updated = [...all].filter(({ id }) => !isForWorkers(id));
    for (const module of updated) detachWorkers(module);
    return updated;
  }
}

/** Nothing imports the slices of workers, so Vite would load the page anew for what they import. */
function detachWorkers(module: EnvironmentModuleNode): void {
  for (const importer of module.importers) if (isForWorkers(importer.id)) module.importers.delete(importer);
}
