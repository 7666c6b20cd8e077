/** The chapter 'SHA-256': the figure of the tutorial's appendix, measured in this browser. */
import { find } from '../web/find.ts';
import { CONTESTANTS, type ContestantName, type HashReport, type HashRequest } from '../web/hash-contestants.ts';
import { fillTable, measurement, type Measuring } from '../web/measurement.ts';
import { decades, drawLegend, plotIn, type Axis, type Series } from '../web/plot.ts';
import { fitLine, summary, type Line, type Measured } from '../web/statistics.ts';

/** Sizes are 2^10 doubles and so on; the line is that of the larger ones, from 2^15 (256 KiB) on. */
const SMALLEST = 10;
const FIT_FROM = 15;

const section = find(document, '#measure', HTMLElement);
const svg = find(section, 'svg', SVGSVGElement);
const show = plotIn(svg);
const largest = find(section, 'select', HTMLSelectElement);
const repetitions = find(section, 'input', HTMLInputElement);
/** Milliseconds, by contestant and size. */
let times = new Map<ContestantName['id'], Map<number, number[]>>();

// Where the browser says how little memory there is.
if (((navigator as { readonly deviceMemory?: number }).deviceMemory ?? 8) < 4) largest.value = '22';
drawLegend(find(section, '.legend', HTMLElement));
report();
measurement(section, measure);

async function measure({ signal, progress }: Measuring): Promise<string> {
  times = new Map();
  const request = { sizes: sizes(), repetitions: Math.min(Math.max(repetitions.valueAsNumber || 1, 1), 20) };
  let contestants: readonly string[] = [];
  let agree = false;
  let count = 0;
  progress(0, 'Starting the workers ...');
  for await (const message of reportsOf(request, signal)) {
    if (message.type === 'checked') ({ contestants, agree } = message);
    if (message.type !== 'time') continue;
    const { contestant, size, repetition, time } = message;
    add(contestant, size, time);
    const all = request.sizes.length * request.repetitions * contestants.length;
    progress(++count / all, `Round ${repetition + 1} of ${request.repetitions}: ${sizeText(size)}`);
    report();
  }
  return `${speeds()} ${agree ? 'All came to the same digest of the same bytes.' : 'But their digests differ.'}`;
}

/** What the worker tells, until its end. Aborting ends the worker, and those that it has started. */
async function* reportsOf(request: HashRequest, signal: AbortSignal): AsyncGenerator<HashReport> {
  const worker = new Worker(new URL('../web/hash-bench.ts', import.meta.url), { type: 'module' });
  let ended = false;
  const stream = new ReadableStream<HashReport>({
    start(controller) {
      const fail = (error: unknown): void => (worker.terminate(), controller.error(error));
      signal.addEventListener('abort', () => ended || fail(signal.reason));
      worker.addEventListener('error', (event) => fail(new Error(event.message || 'The worker could not be loaded')));
      worker.addEventListener('message', ({ data }: MessageEvent<HashReport>) => {
        controller.enqueue(data);
        if (data.type !== 'end') return;
        ended = true;
        controller.close();
      });
    },
  });
  worker.postMessage(request);
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  worker.terminate();
}

function add(contestant: ContestantName['id'], size: number, time: number): void {
  const ofContestant = times.get(contestant) ?? new Map<number, number[]>();
  times.set(contestant, ofContestant.set(size, [...(ofContestant.get(size) ?? []), time]));
}

function sizes(): number[] {
  return Array.from({ length: Number(largest.value) - SMALLEST + 1 }, (_, index) => 2 ** (SMALLEST + index));
}

function measuredAt(id: ContestantName['id'], size: number): Measured | undefined {
  const values = times.get(id)?.get(size);
  return values && summary(values);
}

/** The line through the larger sizes, in the logarithms of MB and of ms, so that MB/ms is GB/s. */
function lineOf(id: ContestantName['id']): Line | undefined {
  const points = sizes().flatMap((size) => {
    const at = size >= 2 ** FIT_FROM ? measuredAt(id, size) : undefined;
    return at === undefined ? [] : [[Math.log(megabytes(size)), Math.log(at.mean)] as const];
  });
  return fitLine(points);
}

function report(): void {
  const series = CONTESTANTS.flatMap(({ id, style }): Series[] => {
    const points = sizes().flatMap((size) => {
      const at = measuredAt(id, size);
      return at === undefined ? [] : [{ x: megabytes(size), y: at.mean, error: at.deviation }];
    });
    const line = lineOf(id);
    const ends = [megabytes(sizes()[0] ?? 1), megabytes(sizes().at(-1) ?? 1)];
    const fit = line === undefined ? [] : ends.map((x) => ({ x, y: Math.exp(line.intercept) * x ** line.slope }));
    return [
      { style, kind: 'computed', points: fit },
      { style, kind: 'measured', points },
    ];
  });
  const all = series.flatMap(({ points }) => points.map(({ y }) => y));
  show({
    x: axis('size (MB)', sizes().map(megabytes)),
    y: axis('time (ms)', all.length === 0 ? [0.01, 1000] : all),
    series,
  });
  fillTable(find(section, 'tbody', HTMLElement), [...sizes().map(sizeRow), ['slope', ...CONTESTANTS.map(slopeText)]]);
  svg.setAttribute('aria-label', `Time over size, both logarithmic. ${speeds()} The table has all numbers.`);
}

/** A logarithmic axis that holds all of the values, and ends at powers of ten. */
function axis(label: string, values: readonly number[]): Axis {
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const ends = { from: 10 ** from, to: 10 ** Math.max(to, from + 1) };
  return { label, scale: 'log', ...ends, ticks: decades(ends.from, ends.to) };
}

function sizeRow(size: number): string[] {
  return [
    sizeText(size),
    ...CONTESTANTS.map(({ id }) => {
      const at = measuredAt(id, size);
      return at === undefined ? '' : `${digits(at.mean)} ± ${digits(at.deviation)} ms`;
    }),
  ];
}

function slopeText({ id }: ContestantName): string {
  const line = lineOf(id);
  return line === undefined ? '' : `${line.slope.toFixed(3)}, ${digits(Math.exp(-line.intercept))} GB/s`;
}

/** What the lines say: how fast each is, and whether twice the size takes twice the time. */
function speeds(): string {
  const texts = CONTESTANTS.flatMap((contestant) => {
    const text = slopeText(contestant);
    return text === '' ? [] : [`${nameOf(contestant.id)}: slope ${text}.`];
  });
  return texts.length === 0 ? 'Nothing is measured yet.' : texts.join(' ');
}

function nameOf(id: ContestantName['id']): string {
  return find(section, `thead [data-contestant="${id}"]`, HTMLElement).textContent;
}

function megabytes(size: number): number {
  return (8 * size) / 1e6;
}

function sizeText(size: number): string {
  return size < 2 ** 17 ? `${size / 128} KiB` : `${size / 2 ** 17} MiB`;
}

function digits(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
