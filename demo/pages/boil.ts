/** The chapter 'Boil': builds its project, and runs what comes out. */
import type { Files } from '../web/boil-compiler.ts';
import { BuildOutput } from '../web/boil-output.ts';
import { Project } from '../web/boil-project.ts';
import { BoilView } from '../web/boil-view.ts';
import { find } from '../web/find.ts';
import { whenNear } from '../web/when-near.ts';

const FOLDER = '../boil/';
const sources: Files = import.meta.glob('../boil/**/*.ts', { query: '?raw', import: 'default', eager: true });
/** Each is a compiler of its own, which takes memory, and a while to start: for so few files, more are of no use. */
const MAX_JOBS = 4;
const section = find(document, '#boil', HTMLElement);
const [jobs, runButton] = [find(section, '#jobs', HTMLInputElement), find(section, '.boil-run', HTMLButtonElement)];

const texts = Object.fromEntries(Object.entries(sources).map(([path, text]) => [path.slice(FOLDER.length), text]));
const project = new Project(
  texts,
  find(section, '.boil-files', HTMLElement),
  find(section, '.boil-panels', HTMLElement),
  () => void buildAndRun(),
);
const view = new BoilView(section, project);
/** Ends the build that is under way. */
let current: AbortController | undefined;

jobs.max = String(MAX_JOBS);
jobs.value = String(Math.min(navigator.hardwareConcurrency, MAX_JOBS));
runButton.addEventListener('click', () => (current === undefined ? void buildAndRun() : current.abort()));
onClick('.boil-clean', async () => {
  const { clean } = await import('../web/boil-build.ts');
  await clean();
  project.show(new Map());
  view.say('Clean: nothing is compiled.');
});
onClick('.boil-reset', () => project.reset());
for (const button of section.querySelectorAll('button:disabled')) button.removeAttribute('disabled');
// Then the editor is loaded.
whenNear(section, () => void project.edit());

function onClick(selector: string, action: () => Promise<void>): void {
  find(section, selector, HTMLButtonElement).addEventListener('click', () => {
    action().catch((error: unknown) => view.say(String(error)));
  });
}

async function buildAndRun(): Promise<void> {
  if (current !== undefined) return;
  current = new AbortController();
  runButton.textContent = 'Stop';
  view.say('Building ...');
  const output = new BuildOutput((now) => view.show(now));
  const start = performance.now();
  try {
    const program = await buildWith(output, current.signal);
    view.report(output.view, performance.now() - start);
    await view.run(program);
  } catch (error) {
    view.report(output.view, performance.now() - start, error);
  } finally {
    view.loaded();
    runButton.textContent = 'Build';
    current = undefined;
    section.dispatchEvent(new CustomEvent('boil-end'));
  }
}

async function buildWith(output: BuildOutput, signal: AbortSignal): Promise<string> {
  const { build } = await import('../web/boil-build.ts');
  return build({
    files: project.texts,
    jobs: Math.min(Math.max(Math.round(jobs.valueAsNumber) || 1, 1), MAX_JOBS),
    output,
    signal,
    onLoad: (loaded, total) => view.loading(loaded, total),
  });
}
