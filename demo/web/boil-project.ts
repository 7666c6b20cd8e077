/** The files of the chapter 'Boil': their list, an editor for each, and what became of them. */
import type { CellEditor, Mark } from './cell-editor.ts';
import type { Files, Problem } from './boil-compiler.ts';
import type { FileState } from './boil-output.ts';

/** Chips of the tutorial's style. */
const CHIPS: Readonly<Record<FileState | 'changed', string>> = {
  compiled: 'done',
  'up to date': 'retrieved',
  failed: 'failed',
  changed: '',
};

/** A file in the page. */
interface ProjectFile {
  readonly path: string;
  readonly original: string;
  readonly button: HTMLButtonElement;
  readonly state: HTMLElement;
  readonly panel: HTMLElement;
  editor: Promise<CellEditor> | undefined;
  text: () => string;
}

/** A project that is edited in the page. */
export class Project {
  readonly #files: readonly ProjectFile[];
  readonly #onRun: () => void;
  #selected: ProjectFile | undefined;

  /**
   * @param list - an empty list, for the names
   * @param panels - where the texts belong
   * @param onRun - Control or Command and Enter were pressed
   */
  constructor(files: Files, list: HTMLElement, panels: HTMLElement, onRun: () => void) {
    this.#onRun = onRun;
    this.#files = Object.entries(files).map(([path, original]) => projectFile(path, original));
    for (const file of this.#files) {
      file.button.addEventListener('click', () => this.#select(file));
      file.panel.addEventListener('focusin', () => void this.#edit(file).then((editor) => editor.focus()), {
        once: true,
      });
      const item = document.createElement('li');
      item.append(file.button);
      list.append(item);
    }
    panels.append(...this.#files.map(({ panel }) => panel));
    const first = this.#files.find(({ path }) => path === 'main.ts') ?? this.#files[0];
    if (first !== undefined) this.#select(first);
  }

  /** The texts as they stand in the editors. */
  get texts(): Files {
    return Object.fromEntries(this.#files.map(({ path, text }) => [path, text()]));
  }

  /** Loads the editor of the file that is shown. */
  async edit(): Promise<void> {
    if (this.#selected !== undefined) await this.#edit(this.#selected);
  }

  /** Shows what became of the files; those without a state were not looked at. */
  show(states: ReadonlyMap<string, FileState>): void {
    for (const file of this.#files) showState(file, states.get(file.path));
  }

  /** Marks what the compiler complained about, and nothing else. */
  async mark(problems: readonly Problem[]): Promise<void> {
    for (const file of this.#files) {
      const marks = problems.filter(({ path }) => path === file.path).flatMap(markOf);
      if (file.editor !== undefined || marks.length > 0) (await this.#edit(file)).mark(marks);
    }
  }

  /** Leads to a problem. */
  async goTo({ path, place }: Problem): Promise<void> {
    const file = this.#files.find((each) => each.path === path);
    if (file === undefined) return;
    this.#select(file);
    (await this.#edit(file)).goTo(place?.line ?? 1, place?.column ?? 1);
  }

  /** Takes back all changes. */
  async reset(): Promise<void> {
    for (const file of this.#files) if (file.text() !== file.original) (await this.#edit(file)).replace(file.original);
  }

  #select(file: ProjectFile): void {
    this.#selected = file;
    for (const { button, panel, path } of this.#files) {
      panel.hidden = path !== file.path;
      button.setAttribute('aria-current', String(path === file.path));
    }
  }

  #edit(file: ProjectFile): Promise<CellEditor> {
    return (file.editor ??= this.#createEditor(file));
  }

  async #createEditor(file: ProjectFile): Promise<CellEditor> {
    const { createEditor } = await import('./cell-editor.ts');
    const { panel, path, original } = file;
    panel.replaceChildren();
    const editor = createEditor({
      parent: panel,
      text: original,
      label: path,
      help: 'boil-help',
      typescript: true,
      onChange: () => showState(file, 'changed'),
      onRun: this.#onRun,
    });
    file.text = editor.text;
    return editor;
  }
}

function projectFile(path: string, original: string): ProjectFile {
  const button = document.createElement('button');
  button.type = 'button';
  const state = document.createElement('span');
  button.append(path, ' ', state);
  const panel = document.createElement('div');
  panel.className = 'cell-editor boil-editor';
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', path);
  pre.textContent = original;
  panel.append(pre);
  return { path, original, button, state, panel, editor: undefined, text: () => original };
}

function showState({ state }: ProjectFile, kind: FileState | 'changed' | undefined): void {
  state.className = kind === undefined ? '' : `chip ${CHIPS[kind]}`;
  state.textContent = kind ?? '';
}

function markOf({ place, text }: Problem): Mark[] {
  return place === undefined ? [] : [{ ...place, message: text, severity: 'error' }];
}
