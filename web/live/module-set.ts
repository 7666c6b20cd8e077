/** Modules as they are sent to workers: texts that name each other by ids, which change whenever a text does. */
import type { Hasher } from '../../core/hasher.ts';
import { hexDigest } from '../../core/slice/closure-hash.ts';
import { applyEdits, type Edit } from '../../core/slice/edits.ts';
import { SOMEN_MODULE, type LiveModule, type LivePart } from './messages.ts';
import { ID_SCHEME } from './module-loader.ts';
import type { MadeText } from './source-places.ts';

/** A text in which a module, or this package where the path is `undefined`, is named. */
export interface Link {
  readonly start: number;
  readonly end: number;
  readonly path: string | undefined;
}

/** A text, and what it imports. */
export interface Unlinked extends Omit<MadeText, 'links'> {
  readonly path: string;
  readonly links: readonly Link[];
}

/** A text that is as long as any URL of a Blob here, with its quotes. */
function sampleUrl(): string {
  const url = URL.createObjectURL(new Blob([]));
  URL.revokeObjectURL(url);
  return `"${url}"`;
}

/** Modules with ids, each after those that it imports. */
export class ModuleSet {
  readonly modules: LiveModule[] = [];
  readonly texts: Map<string, MadeText & { readonly path: string }> = new Map();
  readonly #ids = new Map<string, string>();
  readonly #hasher: Hasher;
  readonly #nameOf: (path: string) => string;
  readonly #make: (path: string) => Unlinked;
  #sampleUrl: string | undefined;

  /** @param make - gives the text of a module, and what it imports */
  constructor(hasher: Hasher, nameOf: (path: string) => string, make: (path: string) => Unlinked) {
    this.#hasher = hasher;
    this.#nameOf = nameOf;
    this.#make = make;
  }

  /** The id of a module, which is added to the set unless it is in it. */ idOf(path: string): string {
    let id = this.#ids.get(path);
    if (id === undefined) this.#ids.set(path, (id = this.#add(path)));
    return id;
  }

  /** Adds a module that is known already. */
  addKnown(module: LiveModule): void {
    this.#ids.set(module.path, module.id);
    this.modules.push(module);
  }

  #add(path: string): string {
    const { source, edits, links } = this.#make(path);
    const text = applyEdits(source, edits);
    const parts: LivePart[] = [];
    let at = 0;
    for (const link of links) {
      const module = link.path === undefined ? SOMEN_MODULE : this.idOf(link.path);
      parts.push(`${text.slice(at, link.start)}"`, { module }, '"');
      at = link.end;
    }
    parts.push(text.slice(at));
    const id = moduleId(path, parts, this.#hasher);
    this.modules.push({ id, path, name: this.#nameOf(path), type: 'text/javascript', parts });
    const url = (this.#sampleUrl ??= sampleUrl());
    const urls: readonly Edit[] = links.map(({ start, end }) => ({ start, end, text: url }));
    this.texts.set(id, { path, source, edits, links: urls });
    return id;
  }
}

/** The id of a module, by what it is made of. */
export function moduleId(path: string, parts: unknown, hasher: Hasher): string {
  return `${ID_SCHEME}${hexDigest(JSON.stringify([path, parts]), hasher).slice(0, 16)}${path}`;
}
