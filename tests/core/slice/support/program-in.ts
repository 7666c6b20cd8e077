import { applyEdits } from '../../../../dist/core/slice/edits.js';
import { Program, type ProgramOptions, type TaskDefinition } from '../../../../dist/core/slice/program.js';
import { createNodeHasher } from '../../../../dist/node/hasher.js';
import { memoryPorts } from './memory-ports.js';

const hasher = createNodeHasher();

/** A program of modules that stand in no file, by path from `/`. */
export function programIn(files: Readonly<Record<string, string>>, options: Partial<ProgramOptions> = {}): Program {
  return new Program({
    ports: memoryPorts(files),
    hasher,
    moduleName: (path) => `app${path}`,
    moduleUrl: (path) => `somen:app${path}`,
    sliceUrl: (path) => `new URL(".${path}", import.meta.url).href`,
    sliceSpecifier: (path) => `slice:${path}`,
    ...options,
  });
}

/** The task of a name in the first module. */
export function taskIn(source: string | Readonly<Record<string, string>>, name: string): TaskDefinition {
  const files = typeof source === 'string' ? { '/main.ts': source } : source;
  const [main = ''] = Object.keys(files);
  const tasks = programIn(files).tasks(main);
  const task = tasks.find((one) => one.name === name);
  if (task === undefined) throw new Error(`No task '${name}' among ${tasks.map((one) => one.name).join()}`);
  return task;
}

/** The first module with its marks. */
export function instrumented(files: Readonly<Record<string, string>>): string {
  const [path = ''] = Object.keys(files);
  return applyEdits(files[path] ?? '', programIn(files).instrument(path));
}

/** The slice modules of some entries, as text. */
export function slicesIn(
  files: Readonly<Record<string, string>>,
  entries: readonly string[],
): Readonly<Record<string, string>> {
  const slices = programIn(files).slices(entries);
  return Object.fromEntries([...slices].map(([path, { edits }]) => [path, applyEdits(files[path] ?? '', edits)]));
}
