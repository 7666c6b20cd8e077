/**
 * Compiles `assembly/` twice, with and without SIMD, and embeds both modules as base64 in `module.generated.ts`,
 * so that no consumer configures assets. The file is written only when its sources changed: `tsc -b` stays incremental.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { main as compileAssemblyScript, version as compilerVersion } from 'assemblyscript/asc';

const SOURCES = new URL('assembly/', import.meta.url);
const TARGET = new URL('module.generated.ts', import.meta.url);

/** No runtime and no abort: the modules import nothing. Three pages (192 KiB) hold everything and never grow. */
const OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--initialMemory',
  '3',
  '--maximumMemory',
  '3',
];

/** What the modules depend on, as one digest: the sources, this script and the compiler. */
function fingerprint() {
  const hash = createHash('sha256')
    .update(compilerVersion)
    .update(readFileSync(new URL(import.meta.url)));
  for (const name of readdirSync(SOURCES).sort()) if (name.endsWith('.ts')) hash.update(name).update(readSource(name));
  return hash.digest('hex');
}

/** A source file's text, or null where there is none, as `asc` wants it. */
function readSource(name) {
  try {
    return readFileSync(new URL(name, SOURCES), 'utf8');
  } catch {
    return null;
  }
}

/** The bytes of the module whose entry is `name`. */
async function compile(name, options) {
  const files = new Map();
  const { error, stderr } = await compileAssemblyScript([name, '--outFile', 'module.wasm', ...OPTIONS, ...options], {
    readFile: readSource,
    writeFile: (file, contents) => void files.set(file, contents),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`Cannot compile wasm/assembly/${name}:\n${stderr.toString()}`, { cause: error });
  return Buffer.from(files.get('module.wasm')).toString('base64');
}

/** The text of the generated module. */
async function generate(stamp) {
  const simd = await compile('simd.ts', ['--enable', 'simd']);
  const scalar = await compile('scalar.ts', ['--disable', 'simd']);
  return `${stamp}
/** The module for engines with SIMD, base64. */
export const SIMD_MODULE: string =
  '${simd}';

/** The module for every engine, base64. */
export const SCALAR_MODULE: string =
  '${scalar}';
`;
}

/** The generated module as it stands, or nothing. */
function current() {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch {
    return '';
  }
}

const stamp = `// Written by build.mjs from assembly/ (${fingerprint()}). Do not edit.`;
if (!current().startsWith(stamp)) writeFileSync(TARGET, await generate(stamp));
