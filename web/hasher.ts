import type { Hasher } from '../core/hasher.ts';
import { createPortableHasher } from '../core/sha256.ts';
import { createWasmHasher } from '../wasm/index.ts';

/**
 * WebAssembly, which in browsers is faster than `crypto.subtle` at every size and answers at once; plain JavaScript
 * where the page's security policy forbids it (`script-src` without `'wasm-unsafe-eval'`).
 */
export function createWebHasher(): Hasher {
  try {
    return createWasmHasher();
  } catch {
    return createPortableHasher();
  }
}
