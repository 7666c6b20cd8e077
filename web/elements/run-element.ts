/** What all elements share: a store that they show, a shadow root, and frames. */
import type { RunSnapshot } from '../../core/run-store.ts';
import { sharedSheet } from './sheets.ts';

/** What an element shows: a `RunStore`, or anything else that can be watched like one. */
export interface ElementStore {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something changes. */
  readonly getSnapshot: () => RunSnapshot;
}

/** Where there are no elements, as on a server, the classes can be imported all the same. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/**
 * An element that shows a run. While it is in a document it listens to its store, and draws at most once a frame; out of one it
 * holds on to nothing. It sets no style attributes and no markup, so it works under a strict Content-Security-Policy.
 */
export abstract class RunElement extends Base {
  #store: ElementStore | undefined;
  #unsubscribe: (() => void) | undefined;
  #frame: number | undefined;
  #shown: RunSnapshot | undefined;
  #isBuilt = false;

  /** The run that is shown. */
  get store(): ElementStore | undefined {
    return this.#store;
  }

  set store(store: ElementStore | undefined) {
    if (store === this.#store) return;
    checkStore(this.localName, store);
    this.#leave();
    this.#store = store ?? undefined;
    this.#shown = undefined;
    if (this.isConnected) this.#enter();
  }

  connectedCallback(): void {
    if (!this.#isBuilt) {
      this.#isBuilt = true;
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sharedSheet(), ...this.sheets()];
      this.build(root);
    }
    // A store that was given before the element was defined is a member of its own that hides the accessor.
    if (Object.hasOwn(this, 'store')) {
      const { store } = this;
      delete (this as { store?: unknown }).store;
      this.store = store;
    }
    this.entered();
    this.#enter();
  }

  disconnectedCallback(): void {
    this.#leave();
    this.left();
  }

  #enter(): void {
    this.#unsubscribe ??= this.#store?.subscribe(() => this.requestFrame());
    this.requestFrame();
  }

  #leave(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  /** Draws with the next frame. */
  protected requestFrame(): void {
    if (!this.isConnected) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const snapshot = this.#store?.getSnapshot();
      const before = this.#shown;
      this.#shown = snapshot;
      this.show(snapshot, before);
    });
  }

  /** What the last frame showed. */
  protected get snapshot(): RunSnapshot | undefined {
    return this.#shown;
  }

  /** Tells others which job was chosen. */
  protected tellSelected(job: number | undefined): void {
    const detail: SelectDetail = { job: job === undefined ? undefined : this.#shown?.jobs[job] };
    this.dispatchEvent(new CustomEvent('somen-select', { detail, bubbles: true, composed: true }));
  }

  /** The sheets beside the shared one. */
  protected abstract sheets(): readonly CSSStyleSheet[];
  /** Fills the shadow root, once. */
  protected abstract build(root: ShadowRoot): void;
  /** Shows a run, or none. @param before what was shown last; `undefined` where all must be shown anew */
  protected abstract show(snapshot: RunSnapshot | undefined, before: RunSnapshot | undefined): void;
  /** It is in a document. */
  protected entered(): void {}
  /** It is in none any more. */
  protected left(): void {}
}

/** The detail of `somen-select`. */
export interface SelectDetail {
  /** The job that was chosen; `undefined` where the choice was taken back. */
  readonly job: RunSnapshot['jobs'][number] | undefined;
}

function checkStore(element: string, store: ElementStore | undefined | null): void {
  if (store === undefined || store === null) return;
  if (typeof store.subscribe === 'function' && typeof store.getSnapshot === 'function') return;
  throw new TypeError(
    `Cannot show ${typeof store} in <${element}>: a store must have subscribe and getSnapshot. Make one with createRunStore()`,
  );
}

/** Whether a run other than that of the last frame is shown. */
export function isAnotherRun(snapshot: RunSnapshot, before: RunSnapshot | undefined): boolean {
  if (before === undefined || before.startedAt !== snapshot.startedAt) return true;
  // Parts are never replaced. Two runs may begin in the same millisecond.
  return before.parts.length > 0 && before.parts[0] !== snapshot.parts[0];
}
