/** What is known of a job, as a list. */
import type { ErrorView } from '../../core/error-view.ts';
import type { JobView } from '../../core/job-views.ts';
import { callLabel } from '../../core/drawing/labels.ts';
import { html } from './dom.ts';
import { durationText } from './numbers.ts';
import { stateSign } from './state-sign.ts';

/** What is known of a job. */
export function jobDetails(view: JobView): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const state = html('span', { class: 'line' }, stateSign(view.state), ` ${view.state}`);
  const list = html('dl', { part: 'details-list' });
  const add = (name: string, value: Node | string | undefined): void => {
    if (value !== undefined) list.append(html('dt', {}, name), html('dd', {}, value));
  };
  add('State', state);
  add('Result', view.value === undefined ? undefined : html('code', {}, view.value));
  add('Worker', view.worker);
  add('Took', view.duration === undefined ? undefined : durationText(view.duration));
  add('Started', view.attempts > 1 ? `${view.attempts} times` : undefined);
  add('Key', view.key === undefined ? undefined : html('code', {}, `${view.key.slice(0, 16)}…`));
  fragment.append(html('h3', { class: 'code' }, callLabel(view.name, view)), list);
  if (view.error !== undefined) fragment.append(errorTrail(view.error));
  return fragment;
}

/** An error, where it arose, and what caused it. */
export function errorTrail(error: ErrorView): HTMLElement {
  const { name, message, stack, cause, errors, job } = error;
  const trail = html(
    'div',
    { class: 'trail', part: 'trail' },
    html('p', { class: 'is-failed' }, `${name}: ${message}`),
  );
  if (job !== undefined) trail.append(html('p', { class: 'muted' }, `In ${job.task}`));
  // The first line repeats the message.
  const frames = stack?.split('\n').filter((line) => /^\s+at |@/.test(line)) ?? [];
  if (frames.length > 0)
    trail.append(html('pre', { tabindex: 0, role: 'group', 'aria-label': 'Stack' }, frames.join('\n')));
  if (cause !== undefined) trail.append(html('p', { class: 'muted' }, 'Caused by'), errorTrail(cause));
  for (const each of errors) trail.append(errorTrail(each));
  return trail;
}
