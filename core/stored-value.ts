import type { ContentId } from './hasher.ts';
import type { WorkflowNode } from './workflow.ts';

/** Where a stored value's encoding is. */
export interface StoredContent extends ContentId {
  /** See `ResultRecord.align`. */
  readonly align: number;
}

/**
 * A result that lies in a cache, and is read when somebody needs it: until then only its digest travels through the
 * graph. Whoever needs it shares one value.
 */
export class StoredValue {
  /** The call that gave it: computed again where the content turns out to be gone. */
  readonly node: WorkflowNode;
  /** Its encoding in the cache. */
  readonly content: StoredContent;
  readonly #read: () => Promise<Loaded | undefined>;
  #loading: Promise<Loaded | undefined> | undefined;

  constructor(node: WorkflowNode, content: StoredContent, read: () => Promise<Loaded | undefined>) {
    this.node = node;
    this.content = content;
    this.#read = read;
  }

  /** As it is shown (see `StandIn`): it is not read for that. */
  get $shownAs(): string {
    return `(${this.content.length} bytes in the cache)`;
  }

  /** The value, or `undefined` where the content is missing or damaged. Rejects where the cache fails. */
  load(): Promise<Loaded | undefined> {
    return (this.#loading ??= this.#read());
  }
}

/** A value that was read: boxed, since the value may be `undefined`. */
export interface Loaded {
  readonly value: unknown;
}

/** What became of the stored values among some arguments. */
export type LoadedArguments =
  | { readonly args: readonly unknown[] }
  /** The positions of those that cannot be had. */
  | { readonly missing: readonly number[] };

/** Reads the stored values among a job's arguments. A cache that fails counts as one that has lost them. */
export async function loadArguments(
  args: readonly unknown[],
  failed: (error: unknown) => void,
): Promise<LoadedArguments> {
  const own = args.slice();
  const missing: number[] = [];
  for (const [position, stored] of args.entries()) {
    if (!(stored instanceof StoredValue)) continue;
    const loaded = await stored.load().catch((error: unknown) => {
      failed(error);
      return undefined;
    });
    if (loaded === undefined) missing.push(position);
    else own[position] = loaded.value;
  }
  return missing.length === 0 ? { args: own } : { missing };
}
