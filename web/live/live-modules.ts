/** The modules that an author gives to scripts: texts, and files that are fetched. */

/** Modules by the names under which scripts import them: source text, or the URL of a file. */
export type LiveModules = Readonly<Record<string, string | URL>>;

/** The texts of modules and their names, by their paths. */
export interface ModuleTexts {
  readonly modules: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
}

/** A module that could not be fetched. */
export class ModuleFetchError extends Error {}

/**
 * Reads modules.
 * @throws (rejects) ModuleFetchError where one cannot be fetched
 */
export async function readModules(modules: LiveModules): Promise<ModuleTexts> {
  const read = Object.entries(modules).map(async ([name, source]) => {
    const text = typeof source === 'string' ? source : await fetchText(name, source);
    return [pathOf(name), text] as const;
  });
  const names = Object.keys(modules).map((name) => [pathOf(name), name.replace(/^\.\//, '')] as const);
  return { modules: new Map(await Promise.all(read)), names: new Map(names) };
}

/** `./words.js` lies beside the typed source; `words` is a package. */
function pathOf(name: string): string {
  return /^\.{0,2}\//.test(name) ? new URL(name, 'file:///').pathname : `/@/${name}`;
}

async function fetchText(name: string, url: URL): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new ModuleFetchError(`Cannot fetch the module '${name}' from ${url.href}: ${String(error)}`);
  }
  if (!response.ok)
    throw new ModuleFetchError(
      `Cannot fetch the module '${name}' from ${url.href}: the server answers ${response.status}`,
    );
  return response.text();
}
