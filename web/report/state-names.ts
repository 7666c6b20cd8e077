/** How states are called and shown. */
import type { JobState } from '../../core/job-views.ts';
import { element } from './element.ts';

/** What each state means. */
export const STATE_MEANINGS: Readonly<Record<JobState, string>> = {
  waiting: 'had not begun when the run ended',
  running: 'was under way when the run ended',
  retrying: 'was to be tried again',
  done: 'computed',
  retrieved: 'found in the cache',
  attached: 'shared the result of an equal call',
  expanded: 'returned a workflow',
  skipped: 'was not needed',
  failed: 'threw an error',
  aborted: 'stopped',
};

/** A state, with its colour and what it means. */
export function stateBadge(state: string): HTMLElement {
  return element('span', { class: `state ${state}`, title: STATE_MEANINGS[state as JobState] }, state);
}
