/**
 * Compiles the demos' kernels in `assembly/`, and embeds the module as base64: in `kernels.generated.ts`, and in a module
 * that programs of the tutorial import.
 */
import { compile, writeGenerated } from '../wasm/compile.mjs';

const SOURCES = new URL('assembly/', import.meta.url);
const TARGET = new URL('kernels.generated.ts', import.meta.url);
const EXAMPLE = new URL('examples/number-crunching/kernels.generated.js', import.meta.url);

/** The smallest runtime that can allocate and free; no abort, so the module imports nothing. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'minimal', '--use', 'abort='];

async function generate() {
  return `
/** The kernels' module, base64. */
export const KERNELS_MODULE: string =
  '${await compile(SOURCES, 'kernels.ts', OPTIONS)}';
`;
}

async function generateExample() {
  return `
const base64 = '${await compile(SOURCES, 'kernels.ts', OPTIONS)}';
export const kernels = Uint8Array.from(atob(base64), (text) => text.charCodeAt(0));
`;
}

await writeGenerated(TARGET, SOURCES, import.meta.url, generate);
await writeGenerated(EXAMPLE, SOURCES, import.meta.url, generateExample);
