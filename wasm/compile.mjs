/** Compiles AssemblyScript, for this folder's `build.mjs` and that of the demos. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { main as compileAssemblyScript, version as compilerVersion } from 'assemblyscript/asc';

/** The bytes, in base64, of the module whose entry is the file `name` of the folder `sources`. */
export async function compile(sources, name, options) {
  const files = new Map();
  const { error, stderr } = await compileAssemblyScript([name, '--outFile', 'module.wasm', ...options], {
    readFile: (file) => readSource(sources, file),
    writeFile: (file, contents) => void files.set(file, contents),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`Cannot compile ${name} of ${sources}:\n${stderr.toString()}`, { cause: error });
  return Buffer.from(files.get('module.wasm')).toString('base64');
}

/** A source file's text, or null where there is none, as `asc` wants it. */
function readSource(sources, name) {
  try {
    return readFileSync(new URL(name, sources), 'utf8');
  } catch {
    return null;
  }
}

/**
 * Writes a generated module, if what it depends on has changed: the sources, the script that calls, and the compiler.
 * So `tsc -b` stays incremental.
 */
export async function writeGenerated(target, sources, script, generate) {
  const hash = createHash('sha256')
    .update(compilerVersion)
    .update(readFileSync(new URL(import.meta.url)));
  hash.update(readFileSync(new URL(script)));
  for (const name of readdirSync(sources).sort())
    if (name.endsWith('.ts')) hash.update(name).update(readSource(sources, name));
  const stamp = `// Written from ${sources.pathname.split('/').slice(-3, -1).join('/')}/ (${hash.digest('hex')}). Do not edit.`;
  if (!current(target).startsWith(stamp)) writeFileSync(target, `${stamp}\n${await generate()}`);
}

/** The generated module as it stands, or nothing. */
function current(target) {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
}
