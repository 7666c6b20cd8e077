import type { JobView } from '../../core/job-views.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { button, html } from './dom.ts';
import { jobDetails } from './job-details.ts';
import { durationText } from './numbers.ts';
import { isAnotherRun, RunElement } from './run-element.ts';
import { CanvasColors } from './sheets.ts';
import { TimelineLanes } from './timeline-lanes.ts';
import { paintTimeline, TIMELINE, type TimeSpan } from './timeline-painter.ts';
import { timelineSheet } from './timeline-sheet.ts';
import { timelineTables } from './timeline-table.ts';

const STEP = 1.5;

/**
 * `<somen-timeline>`: which worker computed which job, and when. The arrow keys choose a job, with Shift they move the time;
 * plus, minus and 0 change how much of it is seen, as the wheel does once the drawing has the focus, or with Ctrl. A table
 * below says the same.
 *
 * Choosing a job fires `somen-select`, with its view.
 */
export class SomenTimeline extends RunElement {
  readonly #canvas: HTMLCanvasElement = html('canvas', {
    part: 'canvas',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'timeline',
    'aria-label': 'Jobs by worker. Arrow keys choose a job, plus and minus change the span. A table follows',
  });
  readonly #scroller: HTMLElement = html('div', { class: 'scroller' }, this.#canvas);
  readonly #tip: HTMLElement = html('div', { class: 'tip', part: 'tip', 'aria-hidden': 'true' });
  readonly #details: HTMLElement = html('aside', { class: 'details', part: 'details', 'aria-label': 'Chosen job' });
  readonly #body: HTMLElement = html('div', {
    class: 'table',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Table of jobs',
  });
  readonly #table: HTMLDetailsElement = html(
    'details',
    { part: 'table' },
    html('summary', {}, 'As a table'),
    this.#body,
  );
  readonly #colors = new CanvasColors();
  #lanes = new TimelineLanes();
  /** What the reader chose to see; else all. */
  #chosen: TimeSpan | undefined;
  #selected: number | undefined;
  #drag: { readonly x: number; readonly span: TimeSpan; moved: boolean } | undefined;
  #resized: ResizeObserver | undefined;
  #scheme: MediaQueryList | undefined;

  protected override sheets(): readonly CSSStyleSheet[] {
    return [timelineSheet()];
  }

  protected override build(root: ShadowRoot): void {
    this.#tip.hidden = true;
    this.#details.hidden = true;
    this.#details.setAttribute('aria-live', 'polite');
    const canvas = this.#canvas;
    canvas.addEventListener('keydown', (event) => {
      if (this.#key(event)) event.preventDefault();
    });
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', () => (this.#drag = undefined));
    canvas.addEventListener('pointerleave', () => (this.#tip.hidden = true));
    this.#table.addEventListener('toggle', () => this.#fillTable());
    const tools = html(
      'div',
      { class: 'tools', part: 'tools', role: 'group', 'aria-label': 'Span' },
      button('+', 'Larger', () => this.#zoom(STEP)),
      button('−', 'Smaller', () => this.#zoom(1 / STEP)),
      button('⤢', 'Show all', () => this.#see(undefined)),
    );
    root.append(
      this.#scroller,
      this.#details,
      html('div', { class: 'foot' }, this.#table, tools),
      this.#tip,
      this.#colors.node,
    );
  }

  protected override entered(): void {
    this.#colors.forget();
    this.#resized = new ResizeObserver(() => this.#paint());
    this.#resized.observe(this);
    this.#scheme = matchMedia('(prefers-color-scheme: dark)');
    this.#scheme.addEventListener('change', this.#recolor);
  }

  protected override left(): void {
    this.#resized?.disconnect();
    this.#scheme?.removeEventListener('change', this.#recolor);
  }

  protected override show(snapshot: RunSnapshot | undefined, before: RunSnapshot | undefined): void {
    if (snapshot === undefined || isAnotherRun(snapshot, before)) {
      this.#lanes = new TimelineLanes();
      this.#chosen = undefined;
      this.#select(undefined);
    }
    if (snapshot !== undefined) this.#lanes.update(snapshot);
    this.#canvas.style.setProperty(
      'height',
      `${TIMELINE.axis + Math.max(1, this.#lanes.lanes.length) * TIMELINE.lane}px`,
    );
    this.#paint();
    if (snapshot?.status === 'running') this.requestFrame();
    else this.#fillTable();
  }

  readonly #recolor = (): void => {
    this.#colors.forget();
    this.#paint();
  };

  readonly #paint = (): void => {
    const { jobs = [], startedAt = 0 } = this.snapshot ?? {};
    const { lanes } = this.#lanes;
    const [span, now, selected, colors] = [this.#span, this.#now, this.#selected, this.#colors.read()];
    paintTimeline(this.#canvas, { lanes, jobs, span, origin: startedAt, now, selected, colors });
  };

  /** Where jobs end that have not. */
  get #now(): number {
    const { endedAt, status } = this.snapshot ?? {};
    return status === 'running' ? Date.now() : (endedAt ?? this.#lanes.latest);
  }

  get #whole(): TimeSpan {
    const from = this.snapshot?.startedAt ?? 0;
    return { from, to: Math.max(from + 1, this.#now) };
  }

  get #span(): TimeSpan {
    return this.#chosen ?? this.#whole;
  }

  #see(span: TimeSpan | undefined): void {
    this.#chosen = span;
    this.#paint();
  }

  #zoom(factor: number, place = 0.5): void {
    const { from, to } = this.#span;
    const length = Math.max(0.01, (to - from) / factor);
    const start = from + (to - from - length) * place;
    const whole = this.#whole;
    this.#see(length >= whole.to - whole.from ? undefined : { from: start, to: start + length });
  }

  #pan(share: number): void {
    const { from, to } = this.#span;
    const by = (to - from) * share;
    this.#see({ from: from + by, to: to + by });
  }

  #key({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey) return false;
    if (key === '+' || key === '=') this.#zoom(STEP);
    else if (key === '-' || key === '_') this.#zoom(1 / STEP);
    else if (key === '0') this.#see(undefined);
    else if (shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight')) this.#pan(key === 'ArrowLeft' ? -0.2 : 0.2);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') this.#step(key === 'ArrowLeft' ? -1 : 1);
    else if (key === 'ArrowUp' || key === 'ArrowDown') this.#changeLane(key === 'ArrowUp' ? -1 : 1);
    else if (key === 'Escape') this.#select(undefined);
    else return false;
    return true;
  }

  /** To the job before or after, on the same worker. */
  #step(by: number): void {
    const lane = this.#lanes.lanes[Math.max(0, this.#selectedLane)];
    if (lane === undefined) return;
    const place = this.#selected === undefined ? -1 : lane.jobs.indexOf(this.#selected);
    this.#select(lane.jobs[place < 0 ? 0 : Math.min(lane.jobs.length - 1, Math.max(0, place + by))]);
  }

  #changeLane(by: number): void {
    const { lanes } = this.#lanes;
    const lane = lanes[Math.min(lanes.length - 1, Math.max(0, this.#selectedLane + by))];
    const time = this.snapshot?.jobs[this.#selected ?? -1]?.startedAt ?? 0;
    this.#select(this.#lanes.jobAt(lane, time, Infinity)?.job);
  }

  get #selectedLane(): number {
    const worker = this.snapshot?.jobs[this.#selected ?? -1]?.worker;
    return this.#lanes.lanes.findIndex((lane) => lane.worker === worker);
  }

  /** Chooses a job, and shows it; `undefined` chooses none. */
  select(job: number | undefined): void {
    this.#select(job);
  }

  #select(job: number | undefined): void {
    if (job === this.#selected) return;
    this.#selected = job;
    const view = this.snapshot?.jobs[job ?? -1];
    this.#details.hidden = view === undefined;
    if (view === undefined) this.#details.replaceChildren();
    else {
      const close = button('×', 'Close', () => this.#select(undefined));
      close.classList.add('close');
      this.#details.replaceChildren(close, jobDetails(view));
      this.#reveal(view);
    }
    this.#paint();
    this.tellSelected(view?.job);
  }

  #reveal({ startedAt = 0 }: JobView): void {
    const { from, to } = this.#span;
    if (startedAt >= from && startedAt <= to) return;
    const half = (to - from) / 2;
    this.#see({ from: startedAt - half, to: startedAt + half });
  }

  // ---- pointers

  #placeOf({ clientX }: MouseEvent): number {
    const { left, width } = this.#canvas.getBoundingClientRect();
    return (clientX - left - TIMELINE.label) / Math.max(1, width - TIMELINE.label);
  }

  #jobAt(event: MouseEvent): JobView | undefined {
    const { top, width } = this.#canvas.getBoundingClientRect();
    const { from, to } = this.#span;
    const place = this.#placeOf(event);
    const lane = Math.floor((event.clientY - top - TIMELINE.axis) / TIMELINE.lane);
    const slack = (3 * (to - from)) / Math.max(1, width - TIMELINE.label);
    return place < 0 ? undefined : this.#lanes.jobAt(this.#lanes.lanes[lane], from + place * (to - from), slack);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#drag = { x: event.clientX, span: this.#span, moved: false };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === undefined) return this.#showTip(event);
    const dx = event.clientX - drag.x;
    if (!drag.moved && Math.abs(dx) < 4) return;
    if (!drag.moved) this.#canvas.setPointerCapture(event.pointerId);
    drag.moved = true;
    const { from, to } = drag.span;
    const by = (-dx * (to - from)) / Math.max(1, this.#canvas.clientWidth - TIMELINE.label);
    this.#see({ from: from + by, to: to + by });
  }

  #up(event: PointerEvent): void {
    if (this.#drag?.moved === false) this.#select(this.#jobAt(event)?.job);
    this.#drag = undefined;
  }

  #wheel(event: WheelEvent): void {
    const isInside = this.shadowRoot?.activeElement === this.#canvas;
    if (!isInside && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoom(Math.exp(-event.deltaY * 0.002), Math.min(1, Math.max(0, this.#placeOf(event))));
  }

  #showTip(event: PointerEvent): void {
    const view = this.#jobAt(event);
    this.#tip.hidden = view === undefined;
    if (view === undefined) return;
    const took = view.duration === undefined ? '' : `, ${durationText(view.duration)}`;
    this.#tip.textContent = `${view.name}: ${view.state}${took}`;
    const { left, top, width } = this.getBoundingClientRect();
    const x = Math.min(event.clientX - left + 12, width - this.#tip.offsetWidth - 8);
    this.#tip.style.setProperty('translate', `${Math.max(0, x)}px ${event.clientY - top + 16}px`);
  }

  // ---- the table

  #fillTable(): void {
    if (!this.#table.open) return;
    const { from, to } = this.#whole;
    this.#body.replaceChildren(...timelineTables(this.#lanes.lanes, this.snapshot?.jobs ?? [], from, to));
  }
}
