/** What failed, with what, where, and why. */
import type { JobView } from '../../core/job-views.ts';
import { element } from './element.ts';
import { errorBlock } from './error-block.ts';
import { count, counted } from './format.ts';
import { argumentsText } from './job-text.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';

/** At most so many are drawn at once. */
const STEP = 50;

/** The part of a page on failures; none where there are none. */
export function failureSection({ snapshot }: ShownRun, open: (job: number) => void): HTMLElement | undefined {
  const failed = snapshot.jobs.filter(({ state, error }) => error !== undefined && state !== 'done');
  const { error } = snapshot;
  const isOfJob = failed.some((job) => job.error?.message === error?.message);
  const general = error === undefined || isOfJob || error.errors.length > 0 ? undefined : errorBlock(error);
  if (failed.length === 0 && general === undefined) return undefined;
  const items = element('ol', { class: 'failures' });
  const more = element('button', { type: 'button' });
  const draw = (): void => {
    const from = items.children.length;
    items.append(...failed.slice(from, from + STEP).map((job) => failure(job)));
    const left = failed.length - items.children.length;
    more.textContent = `Show ${count(Math.min(STEP, left))} more of ${count(left)}`;
    more.hidden = left === 0;
  };
  more.addEventListener('click', draw);
  draw();
  const title = failed.length === 0 ? 'Error' : counted(failed.length, 'failure');
  return section('failures', title, undefined, general, items, more);

  function failure(job: JobView): HTMLElement {
    const call = element('code', {}, `${job.name}(${argumentsText(job, snapshot)})`);
    const number = element('button', { type: 'button', class: 'link', click: () => open(job.job) }, `job ${job.job}`);
    const where = job.worker === undefined ? undefined : ` on ${job.worker}`;
    const tries = job.attempts > 1 ? `, tried ${counted(job.attempts, 'time')}` : undefined;
    return element(
      'li',
      {},
      element('h3', {}, call),
      element('p', { class: 'where' }, number, where, tries, scheduledAt(job)),
      job.error && errorBlock(job.error),
    );
  }

  function scheduledAt({ job, name }: JobView): string | undefined {
    const place = error?.job?.task === name ? error.job.scheduledAt : undefined;
    const own = snapshot.jobs[job]?.error?.job?.scheduledAt ?? place;
    return own === undefined ? undefined : `, a task of ${own.replace(/^file:\/\//, '')}`;
  }
}
