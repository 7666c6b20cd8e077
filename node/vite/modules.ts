/** Which modules a project's tasks stand in, and what the modules with their slices are called. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** What is appended to a module's path for its slice: no other plugin takes it for a file of its kind, nor for a page's. */
const SLICE = '.somen.mjs';

/** The same for TypeScript that the project's own compiler is to compile. */
const TYPED_SLICE = '.somen.ts';

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
  return (
    !path.startsWith('\0') && !path.includes('/node_modules/') && !path.endsWith(SLICE) && !path.endsWith(TYPED_SLICE)
  );
}

/** Whether a path is that of a component, which a framework's plugin compiles. */
export function isComponent(path: string): boolean {
  return COMPONENT.test(path);
}

/** Whether a text may schedule something. */
export function mentionsTasks(code: string): boolean {
  return /['"]somen(?:\/[^'"]*)?['"]/.test(code) && /\b(?:schedule|tasks|createRegistry)\b/.test(code);
}

/** What names a slice. */
export interface SliceName {
  /** The module's own path. */
  readonly path: string;
  /** Whether it is compiled as other modules of the project. */
  readonly isTyped: boolean;
  /** What follows the path, from `?` on. */
  readonly query: string;
}

/** The id of a slice. */
export function sliceId({ path, isTyped, query }: SliceName): string {
  return path + (isTyped ? TYPED_SLICE : SLICE) + query;
}

/** The slice with an id; `undefined` where it is no slice. */
export function sliceName(id: string): SliceName | undefined {
  const [, path, ending, query = ''] = /^(.*?)(\.somen\.(?:mjs|ts))(\?(?:of|somen)=.*)?$/.exec(id) ?? [];
  return path === undefined ? undefined : { path, isTyped: ending === TYPED_SLICE, query };
}

/** What a slice imports that is made of a module in another way: of `./x.ts.somen.mjs?raw`, that is `./x.ts?raw`. */
export function queried(specifier: string): string {
  return specifier.replace(/\.somen\.(?:mjs|ts)(?=\?)/, '');
}

/** Whether the decorators of a module are for its project's compiler: the one that comes with somen has none for them. */
export function isDecorated(path: string, source: string): boolean {
  return /\.[cm]?ts$/.test(path) && /@schedule\b/.test(source);
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
