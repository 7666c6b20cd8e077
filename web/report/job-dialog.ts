/** All that is known of one job. */
import { timeOf } from '../../core/report/task-statistics.ts';
import { element } from './element.ts';
import { errorBlock } from './error-block.ts';
import { bytes, moment, time } from './format.ts';
import { argumentsText } from './job-text.ts';
import type { ShownRun } from './read-runs.ts';
import { list } from './section.ts';
import { stateBadge } from './state-names.ts';

/** How many inputs are linked to. */
const MAX_INPUTS = 20;

/** Shows a job above the page. */
export function openJob(shown: ShownRun, number: number): void {
  const job = shown.snapshot.jobs[number];
  if (job === undefined) return;
  const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
  const title = element('h2', { id: 'job-title' }, `${job.name} `, element('small', {}, `job ${job.job}`));
  const { argumentBytes, resultBytes } = shown.run.jobs;
  const details = list([
    ['State', stateBadge(job.state)],
    ['Arguments', argumentsText(job, shown.snapshot)],
    ['Result', job.value],
    ['Inputs', inputs(shown, number)],
    ['Worker', job.worker],
    ['Began', moment(job.startedAt)],
    ['Ended', moment(job.endedAt)],
    ['Time', time(timeOf(job))],
    ['Tries', job.attempts > 1 ? job.attempts : undefined],
    ['Size of arguments', bytes(argumentBytes[number] ?? undefined)],
    ['Size of result', bytes(resultBytes[number] ?? undefined)],
    ['Key', job.key],
  ]);
  const dialog = element(
    'dialog',
    { class: 'job', 'aria-labelledby': 'job-title' },
    close,
    title,
    details,
    job.error && errorBlock(job.error),
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.querySelector('dialog.job')?.remove();
  document.body.append(dialog);
  dialog.showModal();
}

function inputs(shown: ShownRun, number: number): HTMLElement | undefined {
  const all = [...new Set(shown.snapshot.jobs[number]?.inputs.map(({ job }) => job))];
  if (all.length === 0) return undefined;
  const links = all.slice(0, MAX_INPUTS).map((job) => {
    const name = shown.snapshot.jobs[job]?.name ?? '';
    return element('button', { type: 'button', class: 'link', click: () => openJob(shown, job) }, `${name} #${job}`);
  });
  const more = all.length - links.length;
  return element('span', { class: 'inputs' }, ...links, more > 0 && `and ${more} more`);
}
