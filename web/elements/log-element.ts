import type { ErrorView } from '../../core/error-view.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { html, setText } from './dom.ts';
import { errorTrail } from './job-details.ts';
import { LogRows, type LogKind, type LogRow } from './log-rows.ts';
import { logSheet } from './log-sheet.ts';
import { clockText } from './numbers.ts';
import { isAnotherRun, RunElement } from './run-element.ts';
import { stateSign } from './state-sign.ts';

/** The height of a line, in pixels. */
const ROW = 24;
/** Lines beyond what is seen, above and below. */
const BEYOND = 8;
/** Beyond about this height, in pixels, browsers lose count. Longer logs show their last lines. */
const MAX_HEIGHT = 8_000_000;

const KINDS: Readonly<Record<LogKind, string>> = {
  all: 'Everything',
  jobs: 'Jobs',
  failures: 'Failures',
  console: 'Console',
};

/**
 * `<somen-log>`: what became of each job, and what tasks wrote to the console, in the order in which it happened. It can be
 * searched; a failure opens by a click or Enter and shows where it arose and what caused it.
 *
 * Choosing a line fires `somen-select`, with the view of its job.
 */
export class SomenLog extends RunElement {
  readonly #search: HTMLInputElement = html('input', {
    type: 'search',
    placeholder: 'Search',
    'aria-label': 'Search the log',
  });
  readonly #kind: HTMLSelectElement = html('select', { 'aria-label': 'Which lines' });
  readonly #count: HTMLElement = html('span', { class: 'muted' });
  readonly #list: HTMLElement = html('div', { class: 'list', role: 'list', 'aria-label': 'Log' });
  readonly #scroller: HTMLElement = html(
    'div',
    { class: 'scroller', part: 'lines', tabindex: 0, role: 'group', 'aria-label': 'Lines of the log' },
    this.#list,
  );
  readonly #told: HTMLElement = html('p', { class: 'hidden', role: 'status' });
  #rows = new LogRows();
  /** A place among the rows. */
  #selected: number | undefined;
  #isOpen = false;
  /** How much higher the open line is. */
  #extra = 0;
  /** Whether new lines are followed. */
  #follows = true;
  #resized: ResizeObserver | undefined;

  protected override sheets(): readonly CSSStyleSheet[] {
    return [logSheet()];
  }

  protected override build(root: ShadowRoot): void {
    for (const [value, text] of Object.entries(KINDS)) this.#kind.append(html('option', { value }, text));
    const filter = (): void => this.#filter();
    this.#search.addEventListener('input', filter);
    this.#kind.addEventListener('change', filter);
    this.#scroller.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
      this.#follows = scrollTop + clientHeight >= scrollHeight - ROW;
      this.#paint();
    });
    this.#scroller.addEventListener('keydown', (event) => {
      if (this.#key(event)) event.preventDefault();
    });
    this.#list.addEventListener('click', (event) => this.#click(event));
    const bar = html('div', { class: 'filter', part: 'filter' }, this.#search, this.#kind, this.#count);
    root.append(bar, this.#scroller, this.#told);
  }

  protected override entered(): void {
    this.#resized = new ResizeObserver(() => this.#paint());
    this.#resized.observe(this.#scroller);
  }

  protected override left(): void {
    this.#resized?.disconnect();
  }

  protected override show(snapshot: RunSnapshot | undefined, before: RunSnapshot | undefined): void {
    if (snapshot === undefined || isAnotherRun(snapshot, before)) {
      this.#rows = new LogRows();
      this.#rows.filter(this.#kindNow, this.#search.value);
      this.#selected = undefined;
      this.#isOpen = false;
      this.#follows = true;
    }
    if (snapshot !== undefined) this.#rows.update(snapshot);
    this.#paint();
    if (snapshot?.status === 'failed' && before?.status !== 'failed' && snapshot.error !== undefined)
      setText(this.#told, `The run failed: ${snapshot.error.message}`);
    else if (snapshot?.status === 'running') setText(this.#told, '');
  }

  get #kindNow(): LogKind {
    return Object.keys(KINDS).find((kind): kind is LogKind => kind === this.#kind.value) ?? 'all';
  }

  #filter(): void {
    this.#rows.filter(this.#kindNow, this.#search.value);
    this.#follows = true;
    this.#paint();
  }

  /** The lines that fit: the last ones of those that are wanted. */
  get #places(): readonly number[] {
    const most = Math.floor(MAX_HEIGHT / ROW);
    const { wanted } = this.#rows;
    return wanted.length > most ? wanted.slice(-most) : wanted;
  }

  #paint(): void {
    const places = this.#places;
    const open = this.#isOpen && this.#selected !== undefined ? places.indexOf(this.#selected) : -1;
    const height = places.length * ROW + (open < 0 ? 0 : this.#extra);
    this.#list.style.setProperty('height', `${height}px`);
    if (this.#follows && open < 0) this.#scroller.scrollTop = height;
    const { scrollTop, clientHeight } = this.#scroller;
    const skipped = open >= 0 && scrollTop > (open + 1) * ROW + this.#extra ? this.#extra : 0;
    const first = Math.max(0, Math.floor((scrollTop - skipped) / ROW) - BEYOND);
    const last = Math.min(places.length, first + Math.ceil(clientHeight / ROW) + 2 * BEYOND);
    const nodes: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      const node = this.#rowNode(places[index] ?? -1, index, places.length, index === open);
      const top = index * ROW + (open >= 0 && index > open ? this.#extra : 0);
      node.style.setProperty('top', `${top}px`);
      nodes.push(node);
    }
    this.#list.replaceChildren(...nodes);
    this.#measure(nodes[open - first]);
    const { length } = this.#rows.wanted;
    setText(this.#count, length === 1 ? '1 line' : `${length.toLocaleString('en')} lines`);
  }

  /** An open line is as high as what it shows. */
  #measure(node: HTMLElement | undefined): void {
    const extra = node === undefined ? this.#extra : Math.max(0, node.offsetHeight - ROW);
    if (node === undefined || extra === this.#extra) return;
    this.#extra = extra;
    this.#paint();
  }

  #rowNode(place: number, index: number, count: number, isOpen: boolean): HTMLElement {
    const row = this.#rows.rows[place];
    const node = html('div', {
      class: `row${place === this.#selected ? ' selected' : ''}`,
      part: `line ${row?.state ?? row?.level ?? ''}`,
      role: 'listitem',
      'aria-posinset': index + 1,
      'aria-setsize': count,
      'data-place': place,
    });
    if (row === undefined) return node;
    const line = html('div', { class: 'line' }, html('time', { class: 'muted' }, clockText(row.time)), markOf(row));
    line.append(html('span', { class: `text code${toneOf(row)}` }, row.text));
    node.append(line);
    const error = this.#errorOf(row);
    if (error !== undefined) {
      const toggle = html(
        'button',
        { type: 'button', class: 'toggle', 'aria-expanded': String(isOpen), 'aria-label': 'Where it arose' },
        isOpen ? '−' : '+',
      );
      line.prepend(toggle);
      if (isOpen) node.append(errorTrail(error));
    }
    return node;
  }

  #errorOf({ job, state }: LogRow): ErrorView | undefined {
    return state === 'failed' && job !== undefined ? this.snapshot?.jobs[job]?.error : undefined;
  }

  #click(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : undefined;
    const place = Number(target?.closest<HTMLElement>('.row')?.dataset['place'] ?? -1);
    const isToggle = target?.closest('button') !== null;
    const row = this.#rows.rows[place];
    if (row === undefined || target?.closest('.trail') !== null) return;
    const wasOpen = this.#isOpen && this.#selected === place;
    this.#select(place, isToggle || row.state === 'failed' ? !wasOpen : false);
    if (isToggle) this.#scroller.focus();
  }

  #select(place: number, isOpen: boolean): void {
    const isOther = this.#selected !== place;
    this.#selected = place;
    this.#isOpen = isOpen;
    const row = this.#rows.rows[place];
    if (isOpen) {
      this.#follows = false;
      this.#reveal(this.#places.indexOf(place));
    }
    this.#paint();
    if (isOther) this.tellSelected(row?.job);
  }

  #key({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey) return false;
    const places = this.#places;
    const current = this.#selected === undefined ? -1 : places.indexOf(this.#selected);
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const next = Math.min(places.length - 1, Math.max(0, current + (key === 'ArrowDown' ? 1 : -1)));
      const place = places[next];
      if (place === undefined) return true;
      this.#follows = next === places.length - 1;
      this.#reveal(next);
      this.#select(place, false);
      const row = this.#rows.rows[place];
      if (row !== undefined) setText(this.#told, `${row.state ?? row.level ?? ''}: ${row.text}`);
    } else if (key === 'Enter' && this.#selected !== undefined) {
      const row = this.#rows.rows[this.#selected];
      if (row !== undefined && this.#errorOf(row) !== undefined) this.#select(this.#selected, !this.#isOpen);
    } else if (key === 'Escape' && this.#isOpen && this.#selected !== undefined) this.#select(this.#selected, false);
    else return false;
    return true;
  }

  #reveal(index: number): void {
    const { scrollTop, clientHeight } = this.#scroller;
    if (index * ROW < scrollTop) this.#scroller.scrollTop = index * ROW;
    else if ((index + 1) * ROW > scrollTop + clientHeight) this.#scroller.scrollTop = (index + 1) * ROW - clientHeight;
  }
}

function markOf({ state, level }: LogRow): HTMLElement {
  if (state === undefined) return html('span', { class: 'mark muted' }, level ?? '');
  return html('span', { class: 'mark' }, stateSign(state), ` ${state}`);
}

function toneOf({ state, level }: LogRow): string {
  if (state === 'failed' || level === 'error') return ' is-failed';
  return level === 'warn' || level === 'warning' ? ' is-retrying' : '';
}
