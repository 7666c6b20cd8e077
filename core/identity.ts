/** The functions with which anyone can check a key. Each runtime's layer offers them for its own platform. */
import { CborWriter } from './cbor-writer.ts';
import { concatenate, digestValue, type Encoder } from './encode.ts';
import type { Bytes } from './hasher.ts';
import { Keyer } from './key.ts';
import type { Platform } from './platform.ts';
import { describe } from './task.ts';
import { nodeOf } from './workflow.ts';

/** See `keyOf`. */
export function keyOfOn(platform: Platform, promised: unknown): string {
  const node = nodeOf(promised);
  if (node === undefined)
    throw new TypeError(
      `Cannot key ${describe(promised)}: only a promised value, the result of a scheduled call, has a key`,
    );
  return keyerOf(platform).workflowKey(node);
}

/** See `encode`. */
export function encodeOn(platform: Platform, value: unknown): Bytes {
  const writer = new CborWriter(new Uint8Array(1024));
  encoderOf(platform).write(writer, value);
  return concatenate(writer.pieces());
}

/** See `digest`. */
export function digestOn(platform: Platform, value: unknown): string {
  const { encoder, hasher } = keyerOf(platform);
  return digestValue(encoder, hasher, value).digest;
}

function encoderOf(platform: Platform): Encoder {
  return keyerOf(platform).encoder;
}

/** One a platform: it knows how the keys of each task begin. */
const keyers = new WeakMap<Platform, Keyer>();

function keyerOf(platform: Platform): Keyer {
  const known = keyers.get(platform);
  if (known !== undefined) return known;
  const keyer = new Keyer(platform.hasher(), platform);
  keyers.set(platform, keyer);
  return keyer;
}
