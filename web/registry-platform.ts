import type { Compressor } from '../core/compressor.ts';
import type { RegistryPlatform } from '../core/registry.ts';
import { createCompressor } from '../wasm/index.ts';
import { WEB } from './platform.ts';

let compressor: Compressor | undefined;

/** What registries have in browsers. */
export const WEB_REGISTRIES: RegistryPlatform = {
  hasher: WEB.hasher,
  moduleName: WEB.moduleName,
  compressor: () => (compressor ??= createCompressor()),
};
