import type { Compressor } from '../core/compressor.ts';
import type { RegistryPlatform } from '../core/registry.ts';
import { createCompressor } from '../wasm/index.ts';
import { NODE } from './platform.ts';

let compressor: Compressor | undefined;

/** What registries have in Node. */
export const NODE_REGISTRIES: RegistryPlatform = {
  hasher: NODE.hasher,
  moduleName: NODE.moduleName,
  codeOf: NODE.codeOf,
  compressor: () => (compressor ??= createCompressor()),
};
