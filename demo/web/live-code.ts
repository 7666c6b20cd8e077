/** `<live-code>`: a program that can be changed and run in the page. */
import type { LiveError, LiveResult, LiveScript } from 'somen/live';
import type { RunSnapshot, RunStore } from 'somen/web';
import type { CellEditor } from './cell-editor.ts';
import type { EngineOptions } from './live-engine.ts';
import { showError, showStatus, showValues } from './cell-report.ts';
import { whenNear } from './when-near.ts';

/** How long nothing was typed before a program runs, in milliseconds. */
const PAUSE = 300;
/** Whose workers are there, and how they end. Those of others have ended: many cells need no more workers than one. */
let turn: { readonly cell: HTMLElement; readonly release: () => void } | undefined;
let cells = 0;

/** What a cell tells its page with `somen-end`, when a program has ended. */
export interface CellEnd {
  readonly result: LiveResult;
  /** What happened in its runs. */
  readonly snapshot: RunSnapshot;
}

/**
 * A cell. Its parts stand in the page already, made by the site's plugin. It fires `somen-start` when its store is about
 * to show a run, and `somen-end` with a {@link CellEnd} as its `detail`; both bubble, so a page's own script may watch.
 */
export class LiveCode extends HTMLElement {
  #original = '';
  #editor: Promise<CellEditor> | undefined;
  #text: () => string = () => this.#original;
  #engine: Promise<LiveScript> | undefined;
  #store: RunStore | undefined;
  #lines: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The version of the store when the program began. */
  #seen = 0;
  /** Grows with every program: what an earlier one came to is of no interest. */
  #run = 0;
  #running = false;
  /** Whether the program that runs has an engine already. */
  #hasBegun = false;

  connectedCallback(): void {
    this.#original = this.#part('code').textContent ?? '';
    this.#part('.cell-run').addEventListener('click', () => (this.#running ? this.stop() : void this.run()));
    this.#part('.cell-forget').addEventListener('click', () => void this.#forget());
    this.#part('.cell-reset').addEventListener('click', () => void this.#reset());
    for (const control of this.querySelectorAll<HTMLButtonElement | HTMLInputElement>('.cell-bar [disabled]'))
      control.disabled = false;
    this.#part('pre').addEventListener('focus', () => void this.#edit().then((editor) => editor.focus()));
    whenNear(this, () => whenIdle(() => void this.#edit()));
  }

  /** The store that shows the cell's runs, once there was one. */
  get store(): RunStore | undefined {
    return this.#store;
  }

  /** Runs the program as it stands in the editor, in the place of what ran before. */
  async run(): Promise<void> {
    clearTimeout(this.#timer);
    const number = ++this.#run;
    this.#hasBegun = false;
    this.#show(true);
    try {
      const result = await this.#execute(number);
      if (number === this.#run) await this.#ended(result);
    } catch (error) {
      // The next time may be better.
      this.#engine = undefined;
      if (number === this.#run) await this.#ended({ status: 'failed', duration: 0, error: errorOf(error), notes: [] });
    }
  }

  /** Stops the program, even in the middle of a loop without end. */
  stop(): void {
    if (this.#hasBegun) void this.#engine?.then((engine) => engine.stop());
    else if (this.#running) this.#drop('Stopped.');
  }

  async #execute(number: number): Promise<LiveResult> {
    takeTurn(this, () => this.#release());
    const engine = await (this.#engine ??= this.#start());
    if (number !== this.#run) return { status: 'stopped', duration: 0 };
    this.#hasBegun = true;
    this.#lines = [];
    this.#seen = this.#store?.getSnapshot().version ?? 0;
    this.dispatchEvent(new CustomEvent('somen-start', { bubbles: true }));
    return engine.run(this.#text());
  }

  async #start(): Promise<LiveScript> {
    const [{ createRunStore }, { createEngine }, { showRuns }] = await Promise.all([
      import('somen/web'),
      import('./live-engine.ts'),
      import('./panes.ts'),
    ]);
    if (this.#store === undefined) {
      this.#store = createRunStore();
      showRuns(this.#panes(), this.#store);
    }
    return createEngine({
      ...this.#settings(),
      store: this.#store,
      onConsole: (text) => void this.#lines.push(text),
      onMessage: (detail) => this.dispatchEvent(new CustomEvent('somen-message', { bubbles: true, detail })),
    });
  }

  /** What its attributes say. */
  #settings(): Pick<EngineOptions, 'name' | 'modules' | 'cache' | 'size'> {
    const modules = [...this.querySelectorAll<HTMLElement>('.cell-module')].map(
      (module) => [module.dataset['name'] ?? '', module.textContent ?? ''] as const,
    );
    const size = Number(this.getAttribute('workers') ?? 0);
    return {
      name: (this.getAttribute('src') ?? '').replace(/^.*\//, ''),
      modules: Object.fromEntries(modules),
      cache: this.#cache,
      size: size === 0 ? undefined : size,
    };
  }

  /** The name of its cache: its own, unless it shares one or has none (`off`). */
  get #cache(): string | undefined {
    const name = this.getAttribute('cache') ?? this.getAttribute('src') ?? '';
    return name === 'off' ? undefined : `somen-tutorial/${name}`;
  }

  /** Forgets what the cell has computed. Its workers end, since they remember, too. */
  async #forget(): Promise<void> {
    this.#release();
    const { forgetResults } = await import('./live-engine.ts');
    if (this.#cache !== undefined) await forgetResults(this.#cache);
    this.#part('.cell-status').textContent = 'Forgotten: the next run computes everything.';
  }

  /** Ends the cell's workers. Another run starts others. */
  #release(): void {
    if (this.#running) this.#drop('Stopped, since another program was started.');
    void this.#engine?.then(
      (engine) => engine.close(),
      () => undefined,
    );
    this.#engine = undefined;
  }

  /** Whatever the program comes to, nobody waits for it any more. */
  #drop(status: string): void {
    this.#run++;
    this.#show(false);
    this.dataset['status'] = 'stopped';
    this.#part('.cell-status').textContent = status;
  }

  async #ended(result: LiveResult): Promise<void> {
    this.#show(false);
    const snapshot = this.#store?.getSnapshot();
    if (snapshot === undefined) return;
    // Where the program came to no run, the store still shows an earlier one.
    const summary = snapshot.version === this.#seen ? undefined : snapshot.summary;
    showStatus(this.#part('.cell-status'), result, summary);
    showError(this.#part('.cell-error'), result.status === 'failed' ? result.error : undefined);
    const values = this.#panes().get('values');
    if (values !== undefined) showValues(values, result, this.#lines, this.#text());
    this.dataset['status'] = result.status;
    if (this.#editor !== undefined || result.status === 'failed') (await this.#edit()).mark(marksOf(result));
    this.dispatchEvent(new CustomEvent<CellEnd>('somen-end', { bubbles: true, detail: { result, snapshot } }));
  }

  #show(running: boolean): void {
    this.#running = running;
    this.#part('.cell-run').textContent = running ? 'Stop' : 'Run';
    if (!running) return;
    this.dataset['status'] = 'running';
    this.#part('.cell-status').textContent = 'Running ...';
  }

  // ---- the editor

  #edit(): Promise<CellEditor> {
    return (this.#editor ??= this.#createEditor());
  }

  async #createEditor(): Promise<CellEditor> {
    const { createEditor } = await import('./cell-editor.ts');
    const parent = this.#part('.cell-editor');
    const hadFocus = parent.contains(document.activeElement);
    const help = document.createElement('p');
    help.id = `cell-help-${++cells}`;
    help.className = 'hidden';
    help.textContent = 'Control or Command and Enter run the program. Tab leaves the editor.';
    parent.replaceChildren(help);
    const label = this.getAttribute('aria-label') ?? 'Program';
    const editor = createEditor({
      parent,
      text: this.#original,
      label,
      help: help.id,
      onChange: () => this.#changed(),
      onRun: () => void this.run(),
    });
    this.#text = editor.text;
    if (hadFocus) editor.focus();
    return editor;
  }

  #changed(): void {
    clearTimeout(this.#timer);
    if (this.querySelector('.cell-live:checked') === null) return;
    this.#timer = setTimeout(() => void this.run(), PAUSE);
  }

  async #reset(): Promise<void> {
    const editor = await this.#edit();
    if (editor.text() !== this.#original) editor.replace(this.#original);
  }

  // ---- its parts

  #part(selector: string): HTMLElement {
    const part = this.querySelector<HTMLElement>(selector);
    if (part === null) throw new Error(`Cannot use the cell ${this.getAttribute('src')}: it has no ${selector}`);
    return part;
  }

  #panes(): Map<string, HTMLElement> {
    const names = (this.getAttribute('show') ?? '').split(' ').filter((name) => name !== '');
    return new Map(names.map((name) => [name, this.#part(`.pane-${name} .pane-body`)]));
  }
}

function marksOf(result: LiveResult): Parameters<CellEditor['mark']>[0] {
  if (result.status === 'done')
    return result.notes.map(({ message, place }) => ({ ...place, message, severity: 'info' }));
  if (result.status !== 'failed' || result.error.place === undefined) return [];
  const { place, name, message } = result.error;
  return [{ ...place, message: `${name}: ${message}`, severity: 'error' }];
}

function errorOf(error: unknown): LiveError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'worker', name, message, place: undefined, stack: undefined, job: undefined, cause: undefined };
}

/** WebKit has no idle callbacks. */
function whenIdle(callback: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(callback, { timeout: 2000 });
  else setTimeout(callback, 200);
}

function takeTurn(cell: HTMLElement, release: () => void): void {
  if (turn !== undefined && turn.cell !== cell) turn.release();
  turn = { cell, release };
}

/** Lets the cells of the page come to life. */
export function defineLiveCode(): void {
  customElements.define('live-code', LiveCode);
}
