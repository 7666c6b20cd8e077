/** A measurement that takes a while: a button that starts and stops it, how far it is, and what it is about now. */
import { find } from './find.ts';

/** How a measurement reports, and learns that nobody wants it any more. */
export interface Measuring {
  /** Aborts when the visitor stops it. */
  readonly signal: AbortSignal;
  /**
   * Says how far it is.
   * @param part - from 0 to 1
   */
  readonly progress: (part: number, text: string) => void;
}

/**
 * Brings the controls of a measurement to life: in `root`, a `button.measure`, a `<progress>` and an element with
 * `role="status"`. While it runs, the button stops it, and the other controls (`select`, `input`) cannot be changed.
 *
 * @param measure - measures, and gives what to say at the end. What it throws when it was stopped does not matter.
 */
export function measurement(root: HTMLElement, measure: (measuring: Measuring) => Promise<string>): void {
  const button = find(root, 'button.measure', HTMLButtonElement);
  const bar = find(root, 'progress', HTMLProgressElement);
  const status = find(root, '[role="status"]', HTMLElement);
  const controls = root.querySelectorAll<HTMLSelectElement | HTMLInputElement>('select, input');
  const label = button.textContent;
  let running: AbortController | undefined;

  const start = async (): Promise<void> => {
    const { signal } = (running = new AbortController());
    show(true);
    try {
      status.textContent = await measure({
        signal,
        progress: (part, text) => {
          bar.value = part;
          status.textContent = text;
        },
      });
    } catch (error) {
      if (!signal.aborted) console.error(error);
      status.textContent = signal.aborted ? 'Stopped. What was measured stays.' : `Failed: ${String(error)}`;
    }
    running = undefined;
    show(false);
  };

  const show = (isRunning: boolean): void => {
    root.dataset['state'] = isRunning ? 'measuring' : 'idle';
    button.textContent = isRunning ? 'Stop' : label;
    bar.value = 0;
    for (const control of controls) control.disabled = isRunning;
  };

  button.addEventListener('click', () => (running === undefined ? void start() : running.abort()));
  button.disabled = false;
}

/** Fills the body of a table: in each row, the first cell is its head. */
export function fillTable(body: HTMLElement, rows: readonly (readonly string[])[]): void {
  body.replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement('tr');
      cells.forEach((text, index) => {
        const cell = document.createElement(index === 0 ? 'th' : 'td');
        if (index === 0) cell.setAttribute('scope', 'row');
        cell.textContent = text;
        row.append(cell);
      });
      return row;
    }),
  );
}
