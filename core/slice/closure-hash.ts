/** The closure hash: one digest of a function and all that it reaches. */
import { toHex, type Hasher } from '../hasher.ts';
import type { Closure } from './closure.ts';
import { normalParts, normalRoot } from './normal-form.ts';
import type { Slice } from './slicer.ts';

/**
 * The hex SHA-256 of a slice in its normal form. It stays when code is reformatted, commented, renamed, reordered or
 * moved to another module, and changes with anything that the function reaches. See `core/README.md`, 'Code identity'.
 * @param moduleName - what the module of a task is called that is known by its name. @default its path
 */
export function closureHash(slice: Slice, hasher: Hasher, moduleName?: (path: string) => string): string {
  return hexDigest(slice.normalForm(moduleName), hasher);
}

/**
 * The pieces that a function reaches, each by `module#name` with a hash of its own, and the packages by name and
 * version: what two versions of a closure differ in tells which helper was changed. The function itself comes first.
 * @param moduleName - what a module is called. @default its path
 */
export function helpersOf(
  slice: Slice,
  hasher: Hasher,
  moduleName?: (path: string) => string,
): ReadonlyMap<string, string> {
  const helpers = new Map<string, string>();
  for (const { id, text } of slice.normalParts(moduleName)) helpers.set(id, hexDigest(text, hasher));
  for (const { id, names } of slice.imports) helpers.set(id, hexDigest(`${id} ${names.join()}`, hasher));
  return helpers;
}

/** The same of a closure, and of the data in it. `name` is that of the function. */
export function piecesOf(
  closure: Closure,
  name: string,
  hasher: Hasher,
  moduleName: (path: string) => string,
): ReadonlyMap<string, string> {
  const id = `${moduleName(closure.root.record.path)}#${name}`;
  const pieces = new Map([[id, hexDigest(normalRoot(closure, moduleName), hasher)]]);
  for (const part of normalParts(closure, moduleName)) pieces.set(part.id, hexDigest(part.text, hasher));
  for (const [key, { names }] of closure.externals) pieces.set(key, hexDigest([...names].toSorted().join(), hasher));
  for (const [path, content] of closure.files) pieces.set(moduleName(path), hexDigest(content, hasher));
  return pieces;
}

/** The hex SHA-256 of a text in UTF-8. */
export function hexDigest(text: string, hasher: Hasher): string {
  return toHex(hasher.hash([new TextEncoder().encode(text)]));
}
