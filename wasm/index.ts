/** SHA-256 and the compression of buffers in WebAssembly. Imports nothing outside of this folder. */
export { createCompressor } from './compressor.ts';
export type { CompressedBuffer, Compressor } from './compressor.ts';
export type { EngineOptions } from './engine.ts';
export type { IncrementalHash } from './incremental.ts';
export { createWasmHasher } from './sha256.ts';
export type { WasmHasher } from './sha256.ts';
