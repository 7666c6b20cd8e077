/** The scheduler's project and the one here: their modules are the same, in other folders. */
import { pathToFileURL } from 'node:url';

/** Translates the URLs of modules. */
export interface ModuleRoots {
  /** Where a module of the scheduler's is here. */
  toHere(url: string): string;
  /** What the scheduler calls a module that is here. */
  toThere(url: string): string;
}

/** The same modules on both sides. */
const SAME: ModuleRoots = { toHere: (url) => url, toThere: (url) => url };

/** `there`: the URL of the scheduler's folder, ending with a slash; `undefined` where it is this one. */
export function moduleRoots(there: string | undefined, here: string): ModuleRoots {
  if (there === undefined || there === here) return SAME;
  return { toHere: (url) => moved(url, there, here), toThere: (url) => moved(url, here, there) };
}

function moved(url: string, from: string, to: string): string {
  return url.startsWith(from) ? to + url.slice(from.length) : url;
}

/** The URL of a folder, ending with a slash. */
export function folderUrl(path: string): string {
  const { href } = pathToFileURL(path);
  return href.endsWith('/') ? href : `${href}/`;
}
