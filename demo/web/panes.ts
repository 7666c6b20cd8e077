/** The panes of a cell that watch its runs: loaded when the first cell is run. */
import { defineElements } from 'somen/elements';
import type { RunStore } from 'somen/web';

const ELEMENTS = { graph: 'somen-graph', timeline: 'somen-timeline', log: 'somen-log' } as const;

/** Shows the runs of a store in the panes of a cell that are about runs. */
export function showRuns(panes: ReadonlyMap<string, HTMLElement>, store: RunStore): void {
  defineElements();
  for (const [pane, name] of Object.entries(ELEMENTS)) {
    const body = panes.get(pane);
    if (body === undefined) continue;
    const element = document.createElement(name);
    element.store = store;
    body.replaceChildren(element);
  }
}
