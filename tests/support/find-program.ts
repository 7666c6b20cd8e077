import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The paths of those `names` that are programs on `PATH`, in the order of `names`. */
export function findPrograms(names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)).find(isProgram) ?? []);
}

/** Whether `path` is a file that this process may execute. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
