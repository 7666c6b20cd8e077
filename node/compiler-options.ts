/** What a project's `tsconfig.json` says of how its modules are compiled. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Options of which the code depends that is left when types are gone. */
const OPTIONS: ReadonlySet<string> = new Set([
  'jsx',
  'jsxFactory',
  'jsxFragmentFactory',
  'jsxImportSource',
  'experimentalDecorators',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
]);

/** Options by their names. */
export type CompilerOptions = Readonly<Record<string, unknown>>;

/**
 * The options of the `tsconfig.json` that is the nearest to the working directory, as tsx takes it, with those of files
 * that it extends; those of packages are not looked for.
 */
export function compilerOptions(): CompilerOptions {
  for (let folder = process.cwd(), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const options = optionsIn(join(folder, 'tsconfig.json'), 0);
    if (options !== undefined) return Object.fromEntries(Object.entries(options).filter(([name]) => OPTIONS.has(name)));
  }
  return {};
}

/** How many files may extend each other: a circle ends. */
const MAX_DEPTH = 8;

function optionsIn(path: string, depth: number): CompilerOptions | undefined {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const { compilerOptions: own = {}, extends: bases = [] } = withoutComments(text);
  const from = [bases].flat().filter((base) => base.startsWith('.') && depth < MAX_DEPTH);
  const inherited = from.map((base) => {
    const file = resolve(dirname(path), base);
    return optionsIn(file, depth + 1) ?? optionsIn(`${file}.json`, depth + 1);
  });
  return Object.assign({}, ...inherited, own) as CompilerOptions;
}

/** What matters of the file. */
interface Configuration {
  readonly compilerOptions?: CompilerOptions;
  readonly extends?: string | readonly string[];
}

/** JSON with comments, and commas before what closes. */
function withoutComments(text: string): Configuration {
  const plain = text.replaceAll(
    /("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/.*/g,
    (_all, literal?: string) => literal ?? '',
  );
  const json = plain.replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, literal?: string) => literal ?? '');
  try {
    return JSON.parse(json) as Configuration;
  } catch {
    return {};
  }
}
