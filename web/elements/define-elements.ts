import { SomenGraph } from './graph-element.ts';
import { SomenLog } from './log-element.ts';
import { SomenProgress } from './progress-element.ts';
import type { SelectDetail } from './run-element.ts';
import { SomenTimeline } from './timeline-element.ts';

/**
 * Makes `<somen-graph>`, `<somen-timeline>`, `<somen-progress>` and `<somen-log>` known to the page. It may be called again,
 * also by another copy of this package: the first definition stays. Where there are no elements, as on a server, it does
 * nothing.
 *
 * @example
 * import { createRunStore, run } from 'somen/web';
 * import { defineElements } from 'somen/elements';
 * defineElements();
 * const store = createRunStore();
 * document.querySelector('somen-graph').store = store;
 * await run(workflow, { display: store });
 */
export function defineElements(): void {
  const { customElements } = globalThis;
  if (customElements === undefined) return;
  for (const [name, element] of Object.entries({
    'somen-graph': SomenGraph,
    'somen-log': SomenLog,
    'somen-progress': SomenProgress,
    'somen-timeline': SomenTimeline,
  }))
    if (customElements.get(name) === undefined) customElements.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    'somen-graph': SomenGraph;
    'somen-log': SomenLog;
    'somen-progress': SomenProgress;
    'somen-timeline': SomenTimeline;
  }

  interface HTMLElementEventMap {
    'somen-select': CustomEvent<SelectDetail>;
  }
}
