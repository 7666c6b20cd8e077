/** What both demos need of the page. */

/**
 * The element that a selector names.
 * @throws where there is none, or it is of another kind
 */
export function element<E extends Element>(parent: ParentNode, selector: string, kind: abstract new () => E): E {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`Cannot show the demo: the page has no ${kind.name} ${selector}`);
}

/** What a run button starts and stops. */
export interface Action {
  /** Resolves at the end, also after `stop`. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

/** Makes a button that says `Run` and, while that goes on, `Stop`. It stays one, so that it keeps the focus. */
export function runButton(button: HTMLButtonElement, { start, stop }: Action): void {
  let running = false;
  const show = (state: boolean): void => {
    running = state;
    button.textContent = running ? 'Stop' : 'Run';
  };
  button.addEventListener('click', () => {
    if (running) return stop();
    show(true);
    start().then(
      () => show(false),
      (error: unknown) => {
        show(false);
        reportError(error);
      },
    );
  });
}

/** `12 ms`, `3.21 s` */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
