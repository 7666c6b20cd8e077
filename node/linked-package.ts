/** Packages whose files are the user's own: of a workspace, linked into `node_modules`, or the importer's own package. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Conditions of `exports` under which Node looks for what is imported. */
const CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * The module that a package gives for the path below its name, where the package is no installed one: its files are
 * edited without another version. `undefined` where it is installed, is CommonJS, or hides the path.
 * @param folder - where it stands, by way of `node_modules` or not
 * @param subpath - `''`, or as in `/fp`
 */
export function linkedModule(folder: string, subpath: string): string | undefined {
  try {
    const real = realpathSync(folder);
    if (`${real}${sep}`.includes(`${sep}node_modules${sep}`)) return undefined;
    const manifest = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8')) as Manifest;
    const target = targetOf(manifest, `.${subpath}`);
    const path = target === undefined ? undefined : join(real, target);
    if (path === undefined || !statSync(path).isFile()) return undefined;
    // What CommonJS exports is not known: its version counts, as that of an installed package does.
    return /^\s*(?:import|export)\b/m.test(readFileSync(path, 'utf8')) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** What matters of a `package.json`. */
interface Manifest {
  readonly exports?: unknown;
  readonly main?: string;
}

function targetOf({ exports, main = 'index.js' }: Manifest, subpath: string): string | undefined {
  if (exports === undefined) return subpath === '.' ? main : subpath;
  const isMap =
    typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key.startsWith('.'));
  const paths = isMap ? (exports as Readonly<Record<string, unknown>>) : { '.': exports };
  if (Object.hasOwn(paths, subpath)) return conditional(paths[subpath]);
  for (const [pattern, target] of Object.entries(paths)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    return conditional(target)?.replaceAll('*', subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

/** The first target whose conditions hold. */
function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  const options = Array.isArray(target)
    ? target.map((one: unknown) => ['default', one] as const)
    : Object.entries(target ?? {});
  for (const [condition, inner] of options) {
    const found = CONDITIONS.has(condition) ? conditional(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
