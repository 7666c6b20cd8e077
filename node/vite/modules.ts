/** Which modules a project's tasks stand in, and what the modules with their slices are called. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** What is appended to a module's path for its slice: no other plugin takes it for a file of its kind, nor for a page's. */
const SLICE = '.somen.mjs';

/** Sources as users write them. */
const SOURCE = /^[^?]+\.[cm]?[jt]sx?$/;

/** Files that a framework's plugin compiles into modules, and that have their code between tags. */
const COMPONENT = /\.(?:vue|svelte)$/;

/** Folders that are never searched for tasks. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'coverage']);

/** A module's id without what follows `?` or `#`. */
export function pathOf(id: string): string {
  return id.replace(/[?#].*$/, '');
}

/** Whether a module is a file that its user wrote and that can be read without another plugin. */
export function isSource(id: string): boolean {
  return SOURCE.test(id) && isProject(id);
}

/** Whether a module may be what a framework's plugin made of a file of its own kind. */
export function isCompiled(id: string): boolean {
  const path = pathOf(id);
  return !SOURCE.test(path) && extname(path) !== '' && isProject(path) && !/[?&](?:raw|url|type=style)\b/.test(id);
}

/** Whether a file is a module of the project, and not of a package. */
function isProject(path: string): boolean {
  return !path.startsWith('\0') && !path.includes('/node_modules/') && !path.endsWith(SLICE);
}

/** Whether a text may schedule something. */
export function mentionsTasks(code: string): boolean {
  return /['"]somen(?:\/[^'"]*)?['"]/.test(code) && /\b(?:schedule|tasks)\b/.test(code);
}

/** The id of the slice of a module. */
export function sliceId(path: string, query = ''): string {
  return `${path}${SLICE}${query}`;
}

/** The module whose slice has this id, and what follows `?`; `undefined` where it is no slice. */
export function slicedModule(id: string): { readonly path: string; readonly query: string } | undefined {
  const at = id.indexOf(SLICE);
  if (at === -1) return undefined;
  const query = id.slice(at + SLICE.length);
  return query === '' || query.startsWith('?') ? { path: id.slice(0, at), query } : undefined;
}

/** Searches a folder for modules that may have tasks. What a program is built into, packages and hidden folders are left out. */
export async function findModules(root: string, skipped: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name) && !skipped.includes(path)) await visit(path);
      } else if (isSearched(path) && mentionsTasks(await readFile(path, 'utf8').catch(() => ''))) {
        found.push(path);
      }
    }
  };
  await visit(root);
  return found.toSorted();
}

/** The code between the tags of a component: what is known of it before its plugin has compiled it. */
export function scriptsOf(path: string, text: string): string | undefined {
  if (!COMPONENT.test(path)) return undefined;
  return [...text.matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)].map(([, script]) => script).join('\n');
}

/** Whether a file may be a module of the program: declarations and tests are none. */
export function isSearched(name: string): boolean {
  return (SOURCE.test(name) || COMPONENT.test(name)) && !/\.(?:d|test|spec)\.[cm]?[jt]sx?$/.test(name);
}
