/** The parts of values, for all that looks through them: what contains itself, what is shared, what is wrong where. */
import { MAX_DEPTH } from './decode-limits.ts';
import { errorMembers } from './error-data.ts';
import { asPacked, canAllocate, pack } from './serializer.ts';
import type { Serializers } from './serializers.ts';

/** How a part is reached. */
export type PartKind = 'item' | 'member' | 'key' | 'value' | 'data';

/** Called with each part. `at` is an index or a member's name. */
export type VisitPart = (part: unknown, at: string | number, kind: PartKind) => void;

/**
 * Calls `visit` with the parts of a value: items, members, keys and values, or the data of which a serialiser makes it;
 * with `opaque`, only where the value could be made before its data.
 */
export function forEachPart(
  value: object,
  serializers: Serializers,
  visit: VisitPart,
  { opaque = false }: { readonly opaque?: boolean } = {},
): void {
  if (ArrayBuffer.isView(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) return eachItem(value as readonly unknown[], 'item', visit);
  if (prototype === Object.prototype || prototype === null) return eachMember(value, visit);
  if (prototype === Map.prototype) return eachEntry(value as ReadonlyMap<unknown, unknown>, visit);
  if (prototype === Set.prototype) return eachItem([...(value as ReadonlySet<unknown>)], 'value', visit);
  if (value instanceof Error) return eachMember(errorMembers(value), visit);
  const found = serializers.find(value);
  if (found !== undefined && !(opaque && !canAllocate(found.serializer)))
    visit(asPacked(found.serializer.serialize(value, pack)).data, '', 'data');
}

function eachItem(items: readonly unknown[], kind: PartKind, visit: VisitPart): void {
  for (let index = 0; index < items.length; index++) visit(items[index], index, kind);
}

function eachMember(value: object, visit: VisitPart): void {
  // Not by entries, which would be made for this alone.
  for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], key, 'member');
}

function eachEntry(map: ReadonlyMap<unknown, unknown>, visit: VisitPart): void {
  let index = 0;
  for (const [key, item] of map) {
    visit(key, index, 'key');
    visit(item, index++, 'value');
  }
}

/** The step to a part, as it stands in paths: `.a`, `[0]`, `.keys()[0]`. */
export function stepText(at: string | number, kind: PartKind): string {
  if (kind === 'data') return '';
  if (kind === 'key') return `.keys()[${at}]`;
  if (kind === 'value') return `.values()[${at}]`;
  if (kind === 'item') return `[${at}]`;
  const key = String(at);
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

const OPAQUE = { opaque: true } as const;

/** The objects in a value that contain themselves. */
export function findCycles(root: object, serializers: Serializers): Set<object> {
  const cycles = new Set<object>();
  const open = new Set<object>();
  const done = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || done.has(value)) return;
    if (open.has(value)) {
      cycles.add(value);
      return;
    }
    if (open.size > MAX_DEPTH) return;
    open.add(value);
    forEachPart(value, serializers, visit);
    open.delete(value);
    done.add(value);
  };
  visit(root);
  return cycles;
}

/** The objects in a value that are met more than once. What a serialiser takes apart only to make it anew is not looked into. */
export function findShared(root: object, serializers: Serializers): Set<object> {
  const shared = new Set<object>();
  const seen = new Set<object>();
  let depth = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const before = seen.size;
    if (seen.add(value).size === before) {
      shared.add(value);
      return;
    }
    if (++depth <= MAX_DEPTH) forEachPart(value, serializers, visit, OPAQUE);
    depth--;
  };
  visit(root);
  return shared;
}

/** Reads the contents in a value that can only be read asynchronously. */
export async function prepareAll(root: unknown, serializers: Serializers): Promise<void> {
  const seen = new Set<object>();
  const pending: Promise<void>[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const { serializer } = serializers.find(value) ?? {};
    if (serializer?.prepare === undefined) forEachPart(value, serializers, visit);
    else pending.push(serializer.prepare(value));
  };
  visit(root);
  await Promise.all(pending);
}
