/** The panes of a cell that watch its runs: loaded when the first cell is run. */
import type { RunStore } from 'somen/web';

/** Shows the runs of a store in the panes of a cell that are about runs. */
export function showRuns(panes: ReadonlyMap<string, HTMLElement>, store: RunStore): void {
  for (const [name, tag] of Object.entries({ graph: 'somen-graph', timeline: 'somen-timeline', log: 'somen-log' })) {
    const body = panes.get(name);
    if (body === undefined) continue;
    const element = document.createElement(tag);
    Object.assign(element, { store });
    body.replaceChildren(element);
  }
}
