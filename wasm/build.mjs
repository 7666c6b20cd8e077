/**
 * Compiles what hashes twice, with and without SIMD, and what compresses once, and embeds the modules as base64 in
 * `module.generated.ts` and `compression.generated.ts`, so that no consumer configures assets.
 */
import { compile, writeGenerated } from './compile.mjs';

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

/** The text of the generated module that hashes. */
async function generate() {
  const simd = await compile(SOURCES, 'simd.ts', [...OPTIONS, '--enable', 'simd']);
  const scalar = await compile(SOURCES, 'scalar.ts', [...OPTIONS, '--disable', 'simd']);
  return `
/** The module for engines with SIMD, base64. */
export const SIMD_MODULE: string =
  '${simd}';

/** The module for every engine, base64. */
export const SCALAR_MODULE: string =
  '${scalar}';
`;
}

await writeGenerated(TARGET, SOURCES, import.meta.url, generate);

/** The text of the generated module that compresses. SIMD gained nothing here. */
async function generateCompression() {
  const bytes = await compile(SOURCES, 'compression.ts', [...OPTIONS, '--disable', 'simd']);
  return `
/** The module that compresses, base64. */
export const COMPRESSION_MODULE: string =
  '${bytes}';
`;
}

await writeGenerated(
  new URL('compression.generated.ts', import.meta.url),
  SOURCES,
  import.meta.url,
  generateCompression,
);
