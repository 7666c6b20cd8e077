/** The chapter 'Boil': builds its project, and runs what comes out. */
import type { Files, Problem } from '../web/boil-compiler.ts';
import { BuildOutput, type BuildView, type FileState } from '../web/boil-output.ts';
import { runProgram } from '../web/boil-program.ts';
import { Project } from '../web/boil-project.ts';
import { find } from '../web/find.ts';

const FOLDER = '../boil/';
const sources: Files = import.meta.glob('../boil/**/*.ts', { query: '?raw', import: 'default', eager: true });
/** Each is a compiler of its own, which takes memory, and a while to start: for so few files, more are of no use. */
const MAX_JOBS = 4;
const LINKED: Readonly<Record<FileState, string>> = {
  compiled: 'Linked.',
  'up to date': 'The program is up to date.',
  failed: 'Not linked.',
};

const section = find(document, '#boil', HTMLElement);
const [jobs, runButton] = [find(section, '#jobs', HTMLInputElement), find(section, '.boil-run', HTMLButtonElement)];
const status = find(section, '.boil-status', HTMLElement);
const progress = find(section, 'progress', HTMLProgressElement);
const tree = find(section, '.boil-tree', HTMLElement);
const problemList = find(section, '.boil-problems', HTMLElement);
const lines = find(section, '.boil-lines', HTMLElement);
const canvas = find(section, 'canvas', HTMLCanvasElement);

const texts = Object.fromEntries(Object.entries(sources).map(([path, text]) => [path.slice(FOLDER.length), text]));
const project = new Project(
  texts,
  find(section, '.boil-files', HTMLElement),
  find(section, '.boil-panels', HTMLElement),
  () => void buildAndRun(),
);
/** Ends the build that is under way. */
let current: AbortController | undefined;

jobs.max = String(MAX_JOBS);
jobs.value = String(Math.min(navigator.hardwareConcurrency, MAX_JOBS));
runButton.addEventListener('click', () => (current === undefined ? void buildAndRun() : current.abort()));
onClick('.boil-clean', async () => {
  const { clean } = await import('../web/boil-build.ts');
  await clean();
  project.show(new Map());
  status.textContent = 'Clean: nothing is compiled.';
});
onClick('.boil-reset', () => project.reset());
for (const button of section.querySelectorAll('button:disabled')) button.removeAttribute('disabled');
whenNear();

function onClick(selector: string, action: () => Promise<void>): void {
  find(section, selector, HTMLButtonElement).addEventListener('click', () => {
    action().catch((error: unknown) => (status.textContent = String(error)));
  });
}

/** The editor is loaded when the project comes into sight. */
function whenNear(): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void project.edit();
    },
    { rootMargin: '200px' },
  );
  observer.observe(section);
}

async function buildAndRun(): Promise<void> {
  if (current !== undefined) return;
  current = new AbortController();
  runButton.textContent = 'Stop';
  status.textContent = 'Building ...';
  const output = new BuildOutput(show);
  const start = performance.now();
  try {
    const program = await buildWith(output, current.signal);
    report(output.view, performance.now() - start);
    await runAndShow(program);
  } catch (error) {
    report(output.view, performance.now() - start, error);
  } finally {
    progress.classList.remove('loading');
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
    onLoad: (loaded, total) => {
      progress.classList.toggle('loading', loaded !== total);
      if (total === undefined) progress.removeAttribute('value');
      else progress.value = loaded / total;
      const size = `${(loaded / 1e6).toFixed(1)}${total === undefined ? '' : ` of ${(total / 1e6).toFixed(1)}`} MB`;
      status.textContent = loaded === total ? 'Building ...' : `The compiler is loaded: ${size}.`;
    },
  });
}

/** Shows the tree as it grows. */
function show({ lines: written, files }: BuildView): void {
  const parts = written.flatMap(({ text, mark }) => {
    if (mark === undefined) return [text, '\n'];
    const sign = document.createElement('span');
    sign.className = mark === '✔' ? 'good' : 'bad';
    sign.textContent = mark;
    return [`${text} (`, sign, ')\n'];
  });
  tree.replaceChildren(...parts);
  project.show(files);
}

/** Says how the build ended. */
function report({ files, link, problems }: BuildView, duration: number, error?: unknown): void {
  const states = [...files.values()];
  const count = (state: FileState): number => states.filter((each) => each === state).length;
  const chips = [
    chip('done', count('compiled'), 'compiled'),
    chip('retrieved', count('up to date'), 'up to date'),
    chip('failed', count('failed'), 'failed'),
  ];
  const linked = link === undefined ? '' : LINKED[link];
  status.replaceChildren(headline(problems, duration, error), ...chips.flat(), linked);
  problemList.replaceChildren(...problems.map(problemItem));
  void project.mark(problems);
}

function headline(problems: readonly Problem[], duration: number, error: unknown): string {
  if (error === undefined) return `Done in ${(duration / 1000).toFixed(2)} s. `;
  if (problems.length > 0) return `Failed. `;
  return error instanceof DOMException && error.name === 'AbortError' ? 'Stopped. ' : `${String(error)} `;
}

function chip(kind: string, count: number, word: string): (Node | string)[] {
  if (count === 0) return [];
  const element = document.createElement('span');
  element.className = `chip ${kind}`;
  element.textContent = `${count} ${word}`;
  return [element, ' '];
}

/** A button that leads to the place. */
function problemItem(problem: Problem): HTMLElement {
  const { path, place, text } = problem;
  const [item, button, where] = [
    document.createElement('li'),
    document.createElement('button'),
    document.createElement('strong'),
  ];
  where.textContent = place === undefined ? `${path}: ` : `${path}, line ${place.line}: `;
  button.type = 'button';
  button.append(where, text);
  button.addEventListener('click', () => void project.goTo(problem));
  item.append(button);
  return item;
}

async function runAndShow(script: string): Promise<void> {
  const written: string[] = [];
  const onLine = (text: string): void => {
    written.push(text);
    lines.textContent = written.join('\n');
  };
  lines.textContent = '';
  try {
    await runProgram(script, { onLine, onPicture: draw });
  } catch (error) {
    onLine(String(error));
  }
}

function draw(picture: ImageData): void {
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}
