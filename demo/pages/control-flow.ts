/** The plot of the chapter on control flow: how many calls two runs hold, over time. */
import type { JobView } from 'somen/web';
import type { CellEnd } from '../web/live-code.ts';

const WIDTH = 640;
const HEIGHT = 240;
const MARGIN = { left: 44, right: 12, top: 12, bottom: 28 };

/** The programs, by their paths, with what their curves are called. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['control-flow/plain-recursion.js', 'plain'],
  ['control-flow/tail-recursion.js', 'tail'],
]);

/** A moment of a run, in milliseconds from the start of its first call, and how many calls are held from then on. */
type Step = readonly [time: number, held: number];

/** `<held-plot>`: listens to the cells of the page, and draws what they did. */
class HeldPlot extends HTMLElement {
  readonly #curves = new Map<string, readonly Step[]>();

  connectedCallback(): void {
    document.addEventListener('somen-end', (event) => {
      const name = PROGRAMS.get((event.target as Element).getAttribute('src') ?? '');
      const { result, snapshot } = (event as CustomEvent<CellEnd>).detail;
      if (name === undefined || result.status !== 'done') return;
      this.#curves.set(name, heldOverTime(snapshot.jobs));
      this.#draw();
    });
  }

  #draw(): void {
    const svg = this.querySelector('svg');
    const legend = this.querySelector('.legend');
    if (svg === null || legend === null) return;
    const steps = [...this.#curves.values()].flat();
    const [time, most] = [0, 1].map((index) => Math.max(1, ...steps.map((step) => step[index] ?? 0))) as [
      number,
      number,
    ];
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.innerHTML =
      axes(time, most) + [...this.#curves].map(([name, curve]) => curvePath(name, curve, time, most)).join('');
    const told = [...this.#curves].map(([name, curve]) => {
      const peak = Math.max(...curve.map(([, held]) => held));
      return `${name === 'plain' ? 'Plain' : 'Tail'} recursion: at most ${peak} ${peak === 1 ? 'call' : 'calls'} at once.`;
    });
    legend.replaceChildren(...[...this.#curves.keys()].flatMap((name, index) => [key(name), `${told[index] ?? ''} `]));
    svg.setAttribute('aria-label', `Calls held over time. ${told.join(' ')}`);
  }
}

/**
 * How many calls are held at each moment: from when they became part of the run, until their result is there. A call
 * that returned another one is over, and what it returned takes its place.
 */
function heldOverTime(jobs: readonly JobView[]): readonly Step[] {
  // Not from the begin of the run: before its first call, workers start.
  const start = Math.min(...jobs.map(({ startedAt }) => startedAt ?? Infinity));

  const changes = jobs.flatMap(({ scheduledAt, endedAt, startedAt, duration, builtIn }): Step[] => {
    if (builtIn || scheduledAt === undefined || start === Infinity) return [];
    const end = endedAt ?? (startedAt === undefined ? undefined : startedAt + (duration ?? 0));
    const begin: Step = [Math.max(0, scheduledAt - start), 1];
    return end === undefined ? [begin] : [begin, [Math.max(0, end - start), -1]];
  });
  changes.sort(([a, more], [b, less]) => a - b || more - less);
  let held = 0;
  return [[0, 0], ...changes.map(([time, change]): Step => [time, (held += change)])];
}

/** A piece of a curve, for the legend. */
function key(name: string): HTMLElement {
  const element = document.createElement('span');
  element.className = `key ${name}`;
  return element;
}

function axes(time: number, most: number): string {
  const bottom = HEIGHT - MARGIN.bottom;
  const right = WIDTH - MARGIN.right;
  return `<path class="axis" d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}"/>
<text x="${MARGIN.left - 6}" y="${MARGIN.top + 10}" text-anchor="end">${most}</text>
<text x="${MARGIN.left - 6}" y="${bottom}" text-anchor="end">0</text>
<text x="${right}" y="${HEIGHT - 8}" text-anchor="end">${Math.round(time)} ms</text>
<text x="${MARGIN.left}" y="${HEIGHT - 8}">calls held, over time</text>`;
}

function curvePath(name: string, curve: readonly Step[], time: number, most: number): string {
  const x = (value: number): string => (MARGIN.left + (value / time) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - MARGIN.bottom - (value / most) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const line = curve
    .map(([at, held], index) => (index === 0 ? `M${x(at)} ${y(held)}` : `H${x(at)}V${y(held)}`))
    .join('');
  return `<path class="curve ${name}" d="${line}"/>`;
}

customElements.define('held-plot', HeldPlot);
