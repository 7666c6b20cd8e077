/** The drawings of a run: its workflow, and which worker computed what. They are the elements of `somen/elements`. */
import { defineElements } from '../elements/define-elements.ts';
import type { ElementStore } from '../elements/run-element.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { element } from './element.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';

/** The parts of a page with drawings. */
export function drawingSections({ snapshot, statistics: { wall } }: ShownRun): readonly HTMLElement[] {
  defineElements();
  const store = stillStore(snapshot, wall);
  const timeline = element('somen-timeline');
  const graph = element('somen-graph');
  timeline.store = store;
  graph.store = store;
  const hasTimes = snapshot.jobs.some(({ startedAt }) => startedAt !== undefined);
  return [
    ...(hasTimes ? [section('timeline', 'Timeline', 'Which worker computed what, and when.', timeline)] : []),
    section('graph', 'Workflow', 'Calls that are alike are one box; a box with a plus opens.', graph),
  ];
}

/** A store of what does not change any more. */
function stillStore(snapshot: RunSnapshot, wall: number): ElementStore {
  const { startedAt = 0, endedAt = startedAt + wall, status } = snapshot;
  // What was under way at the last thing that is known has not gone on since.
  const still = { ...snapshot, endedAt, status: status === 'running' ? ('aborted' as const) : status };
  return { subscribe: () => () => undefined, getSnapshot: () => still };
}
