import { countsText } from '../../core/drawing/counts.ts';
import { callLabel } from '../../core/drawing/labels.ts';
import { titleOf } from '../../core/drawing/svg.ts';
import type { SceneBox } from '../../core/drawing/scene.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { CanvasPainter } from './canvas-painter.ts';
import { button, html, setText } from './dom.ts';
import { GraphModel } from './graph-model.ts';
import type { GraphPainter } from './graph-painter.ts';
import { graphSheet } from './graph-sheet.ts';
import { jobDetails } from './job-details.ts';
import { isAnotherRun, RunElement } from './run-element.ts';
import { CanvasColors } from './sheets.ts';
import { SvgPainter } from './svg-painter.ts';
import { Viewport } from './viewport.ts';

/** With more boxes, they are drawn on a canvas. */
const MAX_SVG_BOXES = 400;
/** A new layout is made no sooner than this many times as long as the last one took: the rest is for the page. */
const REST = 8;

const DIRECTIONS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * `<somen-graph>`: the workflow of a run as it goes on. Calls that are alike are one box, which opens by a double click, a
 * click on its plus, or Enter. Arrow keys choose a box, with Shift they move the drawing; plus, minus and 0 change its size,
 * as the wheel does once the drawing has the focus, or with Ctrl.
 *
 * Choosing a box fires `somen-select`, with the view of its job.
 *
 * @example
 * const graph = document.createElement('somen-graph');
 * graph.store = createRunStore();
 * document.body.append(graph);
 */
export class SomenGraph extends RunElement {
  readonly #toggled = new Set<string>();
  #model: GraphModel | undefined;
  #painter: GraphPainter | undefined;
  #selected: string | undefined;
  /** When the next layout may be made. */
  #nextLayout = 0;
  #layoutTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #stage: HTMLElement = html('div', {
    class: 'stage',
    part: 'stage',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'graph',
    'aria-label': 'Workflow. Arrow keys choose a call, Enter opens a group, plus and minus change the size',
    'aria-describedby': 'summary',
  });
  readonly #summary: HTMLElement = html('p', { class: 'hidden', id: 'summary' });
  readonly #details: HTMLElement = html('aside', { class: 'details', part: 'details', 'aria-label': 'Chosen call' });
  readonly #colors = new CanvasColors();
  readonly #view = new Viewport(this.#stage, {
    moved: () => this.#painter?.move(this.#view),
    clicked: (x, y, twice) => this.#clicked(x, y, twice),
  });
  #resized: ResizeObserver | undefined;
  #scheme: MediaQueryList | undefined;

  protected override sheets(): readonly CSSStyleSheet[] {
    return [graphSheet()];
  }

  protected override build(root: ShadowRoot): void {
    this.#details.hidden = true;
    this.#details.setAttribute('aria-live', 'polite');
    const tools = html(
      'div',
      { class: 'tools', part: 'tools', role: 'group', 'aria-label': 'Size' },
      button('+', 'Larger', () => this.#view.larger()),
      button('−', 'Smaller', () => this.#view.smaller()),
      button('⤢', 'Show all', () => this.#view.fit()),
    );
    this.#stage.addEventListener('keydown', (event) => this.#key(event));
    root.append(this.#stage, tools, this.#details, this.#summary, this.#colors.node);
  }

  protected override entered(): void {
    this.#colors.forget();
    this.#resized = new ResizeObserver(() => {
      if (this.#view.isChosen) this.#painter?.move(this.#view);
      else this.#view.fit();
    });
    this.#resized.observe(this.#stage);
    this.#scheme = matchMedia('(prefers-color-scheme: dark)');
    this.#scheme.addEventListener('change', this.#recolor);
  }

  protected override left(): void {
    this.#resized?.disconnect();
    this.#scheme?.removeEventListener('change', this.#recolor);
    clearTimeout(this.#layoutTimer);
    this.#layoutTimer = undefined;
  }

  readonly #recolor = (): void => {
    this.#colors.forget();
    this.#painter?.move(this.#view);
  };

  protected override show(snapshot: RunSnapshot | undefined, before: RunSnapshot | undefined): void {
    if (snapshot === undefined) return this.#clear();
    if (isAnotherRun(snapshot, before)) {
      this.#toggled.clear();
      this.#selected = undefined;
      this.#view.isChosen = false;
      this.#nextLayout = 0;
      this.#model = undefined;
    }
    const model = this.#model;
    // Until a new layout is made, the old one shows what it knows of.
    if (model !== undefined && snapshot !== before) this.#update(model, snapshot);
    if (model?.fits(snapshot) !== true) this.#layoutSoon(snapshot);
    setText(this.#summary, summaryOf(snapshot));
  }

  #clear(): void {
    this.#model = undefined;
    this.#painter = undefined;
    this.#stage.replaceChildren();
    this.#details.hidden = true;
    setText(this.#summary, 'No workflow');
  }

  #update(model: GraphModel, snapshot: RunSnapshot): void {
    const changed = model.update(snapshot);
    this.#painter?.repaint(changed);
    const selected = this.#selectedBox();
    if (changed.has(selected)) this.#showDetails(selected);
  }

  /** Many small workflows may become part of a run at once. */
  #layoutSoon(snapshot: RunSnapshot): void {
    const wait = this.#nextLayout - performance.now();
    if (wait <= 0) return this.#layout(snapshot);
    this.#layoutTimer ??= setTimeout(() => {
      this.#layoutTimer = undefined;
      const now = this.store?.getSnapshot();
      if (now !== undefined) this.#layout(now);
    }, wait);
  }

  #layout(snapshot: RunSnapshot): void {
    const start = performance.now();
    const model = new GraphModel(snapshot, this.#toggled);
    this.#model = model;
    const { boxes } = model.placed.scene;
    const isOwn = (job: number): boolean => snapshot.jobs[job]?.builtIn === true;
    this.#painter =
      boxes.length > MAX_SVG_BOXES ? new CanvasPainter(model, () => this.#colors.read()) : new SvgPainter(model, isOwn);
    this.#stage.replaceChildren(...this.#painter.nodes);
    this.#view.content = model.placed;
    this.#painter.move(this.#view);
    this.#painter.select(this.#selectedBox());
    const end = performance.now();
    this.#nextLayout = end + REST * (end - start);
  }

  #selectedBox(): number {
    return this.#model?.placed.scene.boxes.findIndex(({ id }) => id === this.#selected) ?? -1;
  }

  /** Chooses the box of a job, and shows it. `undefined` chooses none. */
  select(job: number | undefined): void {
    this.#select(job === undefined ? -1 : (this.#model?.boxOfJob(job) ?? -1), true);
  }

  #select(index: number, reveal: boolean): void {
    const box = this.#model?.placed.scene.boxes[index];
    const frame = this.#model?.placed.frames[index];
    if (box?.id === this.#selected) return;
    this.#selected = box?.id;
    this.#painter?.select(index);
    this.#showDetails(index);
    if (reveal && frame !== undefined) this.#view.reveal(frame);
    this.tellSelected(box?.job);
  }

  #clicked(x: number, y: number, twice: boolean): void {
    const index = this.#model?.boxAt(x, y) ?? -1;
    const box = this.#model?.placed.scene.boxes[index];
    const frame = this.#model?.placed.frames[index];
    const onSign = frame !== undefined && x > frame.x + frame.width - 24 && y < frame.y + 32;
    if (box?.canOpen === true && twice !== onSign) this.#toggle(box);
    else if (!twice) this.#select(index, false);
  }

  /** Opens or closes a box. */
  #toggle({ id }: SceneBox): void {
    if (!this.#toggled.delete(id)) this.#toggled.add(id);
    const snapshot = this.store?.getSnapshot();
    if (snapshot !== undefined) this.#layout(snapshot);
  }

  #key(event: KeyboardEvent): void {
    if (this.#view.key(event) || this.#choose(event)) event.preventDefault();
  }

  #choose({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey || this.#model === undefined) return false;
    const current = this.#selectedBox();
    const box = this.#model.placed.scene.boxes[current];
    const [dx, dy] = DIRECTIONS[key] ?? [];
    if (dx !== undefined && dy !== undefined) {
      const next = this.#model.neighbour(current, dx, dy);
      if (next >= 0) this.#select(next, true);
    } else if ((key === 'Enter' || key === ' ') && box?.canOpen === true) this.#toggle(box);
    else if (key === 'Escape' && box !== undefined) this.#select(-1, false);
    else return false;
    return true;
  }

  #showDetails(index: number): void {
    const box = this.#model?.placed.scene.boxes[index];
    const view = box === undefined ? undefined : this.store?.getSnapshot().jobs[box.job];
    this.#details.hidden = box === undefined || view === undefined;
    if (box === undefined || view === undefined) return this.#details.replaceChildren();
    const close = button('×', 'Close', () => {
      this.#select(-1, false);
      this.#stage.focus();
    });
    close.classList.add('close');
    if (box.jobs.length === 1) return this.#details.replaceChildren(close, jobDetails(view));
    const states = countsText(this.#model?.counts[index] ?? []);
    const about = box.canOpen ? 'Enter or a double click opens or closes it.' : '';
    this.#details.replaceChildren(
      close,
      html('h3', { class: 'code' }, box.label),
      html('p', {}, states),
      html('p', { class: 'muted' }, `First: ${callLabel(view.name, view)}. ${about}`),
    );
  }
}

/** For readers of screens: not on each event, since it is read only when the graph is reached. */
function summaryOf(snapshot: RunSnapshot): string {
  return `${titleOf(snapshot)}. The run is ${snapshot.status}`;
}
