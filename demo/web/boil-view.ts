/** The project of the chapter 'Boil' on the page: what a build tells, and what its program shows. */
import type { Problem } from './boil-compiler.ts';
import type { BuildView, FileState } from './boil-output.ts';
import { runProgram } from './boil-program.ts';
import type { Project } from './boil-project.ts';
import { find } from './find.ts';

const LINKED: Readonly<Record<FileState, string>> = {
  compiled: 'Linked.',
  'up to date': 'The program is up to date.',
  failed: 'Not linked.',
};

/** What stands below the editors. */
export class BoilView {
  readonly #project: Project;
  readonly #status: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #tree: HTMLElement;
  readonly #problems: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #canvas: HTMLCanvasElement;

  constructor(section: HTMLElement, project: Project) {
    this.#project = project;
    this.#status = find(section, '.boil-status', HTMLElement);
    this.#progress = find(section, 'progress', HTMLProgressElement);
    this.#tree = find(section, '.boil-tree', HTMLElement);
    this.#problems = find(section, '.boil-problems', HTMLElement);
    this.#lines = find(section, '.boil-lines', HTMLElement);
    this.#canvas = find(section, 'canvas', HTMLCanvasElement);
  }

  /** Says what is going on. */
  say(text: string): void {
    this.#status.textContent = text;
  }

  /** Says how far the compiler is loaded: so many bytes of how many, where that is known. */
  loading(loaded: number, total: number | undefined): void {
    this.#progress.classList.toggle('loading', loaded !== total);
    if (total === undefined) this.#progress.removeAttribute('value');
    else this.#progress.value = loaded / total;
    const size = `${(loaded / 1e6).toFixed(1)}${total === undefined ? '' : ` of ${(total / 1e6).toFixed(1)}`} MB`;
    this.say(loaded === total ? 'Building ...' : `The compiler is loaded: ${size}.`);
  }

  /** It is loaded, or will not be. */
  loaded(): void {
    this.#progress.classList.remove('loading');
  }

  /** Shows the tree as it grows. */
  show({ lines: written, files }: BuildView): void {
    const parts = written.flatMap(({ text, mark }) => {
      if (mark === undefined) return [text, '\n'];
      const sign = document.createElement('span');
      sign.className = mark === '✔' ? 'good' : 'bad';
      sign.textContent = mark;
      return [`${text} (`, sign, ')\n'];
    });
    this.#tree.replaceChildren(...parts);
    this.#project.show(files);
  }

  /** Says how the build ended. */
  report({ files, link, problems }: BuildView, duration: number, error?: unknown): void {
    const states = [...files.values()];
    const count = (state: FileState): number => states.filter((each) => each === state).length;
    const chips = [
      chip('done', count('compiled'), 'compiled'),
      chip('retrieved', count('up to date'), 'up to date'),
      chip('failed', count('failed'), 'failed'),
    ];
    const linked = link === undefined ? '' : LINKED[link];
    this.#status.replaceChildren(headline(problems, duration, error), ...chips.flat(), linked);
    const goTo = (problem: Problem): void => void this.#project.goTo(problem);
    this.#problems.replaceChildren(...problems.map((problem) => problemItem(problem, goTo)));
    void this.#project.mark(problems);
  }

  /** Runs what was built, and shows what that writes and paints. */
  async run(script: string): Promise<void> {
    const written: string[] = [];
    const onLine = (text: string): void => {
      written.push(text);
      this.#lines.textContent = written.join('\n');
    };
    this.#lines.textContent = '';
    try {
      await runProgram(script, { onLine, onPicture: (picture) => draw(this.#canvas, picture) });
    } catch (error) {
      onLine(String(error));
    }
  }
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
function problemItem(problem: Problem, goTo: (problem: Problem) => void): HTMLElement {
  const { path, place, text } = problem;
  const [item, button, where] = [
    document.createElement('li'),
    document.createElement('button'),
    document.createElement('strong'),
  ];
  where.textContent = place === undefined ? `${path}: ` : `${path}, line ${place.line}: `;
  button.type = 'button';
  button.append(where, text);
  button.addEventListener('click', () => goTo(problem));
  item.append(button);
  return item;
}

function draw(canvas: HTMLCanvasElement, picture: ImageData): void {
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}
