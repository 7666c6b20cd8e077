import { BAR_ORDER, STATES } from '../../core/drawing/counts.ts';
import type { JobState } from '../../core/job-views.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { eachChanged } from './changed-jobs.ts';
import { html, setText } from './dom.ts';
import { durationText, rateText } from './numbers.ts';
import { isAnotherRun, RunElement } from './run-element.ts';
import { sheetOf } from './sheets.ts';
import { SpeedMeter } from './speed-meter.ts';
import { stateSign } from './state-sign.ts';

/** Readers of screens are told how far the run is at most this often, in milliseconds. */
const ANNOUNCE_EVERY = 10_000;
/** While nothing happens, the time that a run has taken still grows. */
const TICK = 500;

/**
 * `<somen-progress>`: how far a run is: a bar of its jobs by what became of them, how many there are of each, how many a
 * second, and how long the rest will take at that rate.
 *
 * @example
 * document.querySelector('somen-progress').store = store;
 */
export class SomenProgress extends RunElement {
  readonly #bar: HTMLElement = html('div', {
    class: 'bar',
    part: 'bar',
    role: 'progressbar',
    'aria-label': 'Progress of the run',
    'aria-valuemin': 0,
    'aria-valuemax': 100,
  });
  readonly #status: HTMLElement = html('span', { class: 'status', part: 'status' });
  readonly #time: HTMLElement = html('span', { class: 'muted time', part: 'time' });
  readonly #counts: HTMLElement = html('ul', { class: 'counts', part: 'counts' });
  readonly #told: HTMLElement = html('p', { class: 'hidden', role: 'status', 'aria-live': 'polite' });
  readonly #segments = new Map<JobState, HTMLElement>();
  readonly #numbers = new Map<JobState, { readonly item: HTMLElement; readonly count: HTMLElement }>();
  readonly #speed = new SpeedMeter();
  #counted: Counted = { jobs: [], counts: new Map() };
  #toldAt = -Infinity;
  #ticks: ReturnType<typeof setInterval> | undefined;

  protected override sheets(): readonly CSSStyleSheet[] {
    return [progressSheet()];
  }

  protected override build(root: ShadowRoot): void {
    for (const state of BAR_ORDER) {
      const segment = html('span', { class: `is-${state}`, part: `segment ${state}` });
      this.#segments.set(state, segment);
      this.#bar.append(segment);
      const count = html('b', {});
      const item = html('li', {}, stateSign(state), count, ` ${state}`);
      this.#numbers.set(state, { item, count });
      this.#counts.append(item);
    }
    root.append(html('div', { class: 'line' }, this.#status, this.#time), this.#bar, this.#counts, this.#told);
  }

  protected override entered(): void {
    this.#ticks = setInterval(() => {
      if (this.snapshot?.status === 'running') this.requestFrame();
    }, TICK);
  }

  protected override left(): void {
    clearInterval(this.#ticks);
  }

  protected override show(snapshot: RunSnapshot | undefined, before: RunSnapshot | undefined): void {
    if (snapshot === undefined || isAnotherRun(snapshot, before)) {
      this.#counted = { jobs: [], counts: new Map() };
      this.#speed.reset();
      this.#toldAt = -Infinity;
    }
    if (snapshot !== before || snapshot === undefined) this.#count(snapshot);
    const { total, finished } = this.#sums();
    const percent = total === 0 ? 0 : Math.floor((100 * finished) / total);
    const now = Date.now();
    this.#speed.add(now, finished);
    const text = `${finished.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    setText(this.#status, snapshot === undefined ? 'No run' : `${text} · ${statusText(snapshot.status)}`);
    setText(this.#time, snapshot === undefined ? '' : this.#timeText(snapshot, now, total - finished));
    this.#bar.setAttribute('aria-valuenow', String(percent));
    this.#bar.setAttribute('aria-valuetext', `${text} jobs`);
    if (snapshot !== undefined) this.#tell(snapshot, now, `${text} jobs, ${statusText(snapshot.status)}`);
  }

  #count(snapshot: RunSnapshot | undefined): void {
    this.#counted = countedAgain(this.#counted, snapshot?.jobs ?? []);
    const { counts } = this.#counted;
    for (const state of STATES) {
      const count = counts.get(state) ?? 0;
      // What need not run is told beside the bar, which is full when all is done that has to be.
      this.#segments.get(state)?.style.setProperty('flex-grow', String(state === 'skipped' ? 0 : count));
      const shown = this.#numbers.get(state);
      if (shown === undefined) continue;
      shown.item.hidden = count === 0;
      setText(shown.count, count.toLocaleString('en'));
    }
  }

  #sums(): { readonly total: number; readonly finished: number } {
    let total = 0;
    let finished = 0;
    for (const [state, count] of this.#counted.counts) {
      if (state === 'skipped') continue;
      total += count;
      if (state !== 'waiting' && state !== 'running' && state !== 'retrying') finished += count;
    }
    return { total, finished };
  }

  #timeText({ startedAt, endedAt, status }: RunSnapshot, now: number, left: number): string {
    if (startedAt === undefined) return '';
    const taken = durationText((endedAt ?? now) - startedAt);
    if (status !== 'running') return taken;
    const rate = this.#speed.rate;
    if (rate <= 0) return taken;
    const rest = left > 0 ? ` · about ${durationText((1000 * left) / rate)} left` : '';
    return `${taken} · ${rateText(rate)}${rest}`;
  }

  #tell({ status }: RunSnapshot, now: number, text: string): void {
    if (status === 'idle' || (status === 'running' && now - this.#toldAt < ANNOUNCE_EVERY)) return;
    this.#toldAt = now;
    setText(this.#told, text);
  }
}

/** How many jobs are in each state. Those of the language are not counted. */
interface Counted {
  readonly jobs: RunSnapshot['jobs'];
  readonly counts: ReadonlyMap<JobState, number>;
}

/** Counts what has changed. */
function countedAgain(before: Counted, jobs: RunSnapshot['jobs']): Counted {
  const counts = new Map(before.counts);
  eachChanged(before.jobs, jobs, ({ part, builtIn, state }, old) => {
    if (part < 0 || builtIn) return;
    if (old !== undefined && old.part >= 0) counts.set(old.state, (counts.get(old.state) ?? 0) - 1);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  });
  return { jobs, counts };
}

function statusText(status: RunSnapshot['status']): string {
  return status === 'idle' ? 'not begun' : status;
}

function progressSheet(): CSSStyleSheet {
  return sheetOf(`
:host { padding: 10px 12px; }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 16px; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: var(--somen-bar-height, 10px); margin: 6px 0; overflow: hidden; background: var(--_box);
  border: 1px solid var(--_border); border-radius: 6px; }
.bar span { flex: 0 1 0; background: currentColor; min-inline-size: 0; }
.bar .is-waiting, .bar .is-skipped { background: none; }
.bar .is-running { opacity: 0.55; }
.counts { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0; padding: 0; list-style: none; font-variant-numeric: tabular-nums; }
li { display: inline-flex; align-items: center; gap: 5px; white-space: pre; }
li[hidden] { display: none; }
@media (prefers-reduced-motion: no-preference) { .bar span { transition: flex-grow 0.2s; } }
`);
}
