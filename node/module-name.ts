import { readFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names found so far, by URL. */
const names = new Map<string, string>();

/**
 * What a module is called on every machine: its path below the folder of the nearest `package.json`, after that
 * package's name if it has one. `file:///home/me/app/src/tasks.js` becomes `my-app/src/tasks.js`.
 */
export function moduleName(url: string): string {
  const known = names.get(url);
  if (known !== undefined) return known;
  const name = url.startsWith('file:') ? fileName(fileURLToPath(url)) : new URL(url).pathname.replace(/^\//, '');
  names.set(url, name);
  return name;
}

function fileName(path: string): string {
  for (let folder = dirname(path), parent = ''; folder !== parent; parent = folder, folder = dirname(folder)) {
    const packageName = readPackageName(folder);
    if (packageName === undefined) continue;
    const inside = relative(folder, path).replaceAll(sep, '/');
    return packageName === '' ? inside : `${packageName}/${inside}`;
  }
  return path.slice(path.lastIndexOf(sep) + 1);
}

/** The package's name, `''` if it has none, `undefined` if there is no package. */
function readPackageName(folder: string): string | undefined {
  let text;
  try {
    text = readFileSync(`${folder}${sep}package.json`, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}
