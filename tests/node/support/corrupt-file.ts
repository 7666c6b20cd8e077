import { readFile, rm, writeFile } from 'node:fs/promises';

/** Makes something else of a file, or removes it. */
export async function corruptFile(path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): Promise<void> {
  const bytes = change(new Uint8Array(await readFile(path)));
  await (bytes === undefined ? rm(path) : writeFile(path, bytes));
}
