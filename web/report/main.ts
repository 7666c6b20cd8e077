/** The script of report pages: shows the runs that stand in the page. */
import { aboutSection } from './about-section.ts';
import { setColors } from './colors.ts';
import { drawingSections } from './drawing-sections.ts';
import { element } from './element.ts';
import { failureSection } from './failure-section.ts';
import { counted, moment } from './format.ts';
import { openJob } from './job-dialog.ts';
import { jobSection } from './job-section.ts';
import { logSection } from './log-section.ts';
import { overview } from './overview.ts';
import { packedRuns, type PackedRun, type ShownRun } from './read-runs.ts';
import { taskSection } from './task-section.ts';
import { workerSection } from './worker-section.ts';

/** So many rows of each table stand on paper. */
const ROWS_ON_PAPER = 40;

/** What has to be drawn whole before the page is printed. */
let tables: readonly { drawFirst(count: number): void; drawAgain(): void }[] = [];

void main();

async function main(): Promise<void> {
  const place = document.querySelector('main');
  if (place === null) return;
  setColors();
  const runs = packedRuns();
  try {
    await show(place, runs, runs.length - 1);
  } catch (error) {
    place.replaceChildren(
      element('h1', {}, document.title),
      element('p', { role: 'alert' }, `Cannot read this report: ${String(error)}`),
    );
  }
  addEventListener('beforeprint', () => tables.forEach((table) => table.drawFirst(ROWS_ON_PAPER)));
  addEventListener('afterprint', () => tables.forEach((table) => table.drawAgain()));
}

async function show(place: HTMLElement, runs: readonly PackedRun[], index: number): Promise<void> {
  place.setAttribute('aria-busy', 'true');
  const shown = await runs[index]?.();
  if (shown === undefined) throw new Error('there is no run in it');
  const sections = sectionsOf(shown);
  const choose = (next: number): void => void show(place, runs, next);
  place.replaceChildren(header(shown, sections, runs.length, index, choose), ...sections);
  place.setAttribute('aria-busy', 'false');
}

function sectionsOf(shown: ShownRun): readonly HTMLElement[] {
  const open = (job: number): void => openJob(shown, job);
  const jobs = jobSection(shown, open);
  const tasks = taskSection(shown);
  const log = logSection(shown);
  tables = [tasks.table, jobs.table, ...(log === undefined ? [] : [log.table])];
  return [
    overview(shown),
    failureSection(shown, open),
    ...drawingSections(shown),
    workerSection(shown),
    tasks.part,
    jobs.part,
    log?.part,
    aboutSection(shown),
  ].filter((part) => part !== undefined);
}

function header(
  { run, snapshot }: ShownRun,
  sections: readonly HTMLElement[],
  count: number,
  index: number,
  choose: (index: number) => void,
): HTMLElement {
  const links = sections.map((part) =>
    element('li', {}, element('a', { href: `#${part.id}` }, part.querySelector('h2')?.textContent ?? part.id)),
  );
  const about = [moment(snapshot.startedAt), run.about.platform, run.about.host].filter((text) => text !== undefined);
  return element(
    'header',
    {},
    element('h1', {}, document.title),
    element('p', { class: 'about' }, about.join(' · ')),
    count > 1 && runChoice(count, index, choose),
    element('nav', { 'aria-label': 'Sections' }, element('ul', {}, ...links)),
  );
}

function runChoice(count: number, index: number, choose: (index: number) => void): HTMLElement {
  const omitted = Number(document.querySelector('main')?.dataset['omitted'] ?? 0);
  const options = Array.from({ length: count }, (_, each) =>
    element('option', { value: each, selected: each === index }, `run ${omitted + each + 1} of ${omitted + count}`),
  );
  const select = element('select', {}, ...options);
  select.addEventListener('change', () => choose(Number(select.value)));
  const left = omitted > 0 ? ` The first ${counted(omitted, 'run')} are left out.` : undefined;
  return element('p', { class: 'runs' }, element('label', {}, 'Run ', select), left);
}
