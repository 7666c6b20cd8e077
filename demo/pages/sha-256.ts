/** The chapter 'SHA-256': the figure of the tutorial's appendix, measured in this browser. */
import { find } from '../web/find.ts';
import { CONTESTANTS, type ContestantName } from '../web/hash-contestants.ts';
import { reportsOf } from '../web/hash-reports.ts';
import { HashTimes, megabytes, sizeText } from '../web/hash-times.ts';
import { fillTable, measurement, type Measuring } from '../web/measurement.ts';
import { drawLegend, logAxis, plotIn, type Series } from '../web/plot.ts';

/** Sizes are 2^10 doubles and so on. */
const SMALLEST = 10;

const section = find(document, '#measure', HTMLElement);
const svg = find(section, 'svg', SVGSVGElement);
const show = plotIn(svg);
const largest = find(section, 'select', HTMLSelectElement);
const repetitions = find(section, 'input', HTMLInputElement);
let times = new HashTimes();

// Where the browser says how little memory there is.
if (((navigator as { readonly deviceMemory?: number }).deviceMemory ?? 8) < 4) largest.value = '22';
drawLegend(find(section, '.legend', HTMLElement));
report();
measurement(section, measure);

async function measure({ signal, progress }: Measuring): Promise<string> {
  times = new HashTimes();
  const request = { sizes: sizes(), repetitions: Math.min(Math.max(repetitions.valueAsNumber || 1, 1), 20) };
  let contestants: readonly string[] = [];
  let agree = false;
  let count = 0;
  progress(0, 'Starting the workers ...');
  for await (const message of reportsOf(request, signal)) {
    if (message.type === 'checked') ({ contestants, agree } = message);
    if (message.type !== 'time') continue;
    const { contestant, size, repetition, time } = message;
    times.add(contestant, size, time);
    const all = request.sizes.length * request.repetitions * contestants.length;
    progress(++count / all, `Round ${repetition + 1} of ${request.repetitions}: ${sizeText(size)}`);
    report();
  }
  return `${speeds()} ${agree ? 'All came to the same digest of the same bytes.' : 'But their digests differ.'}`;
}

function sizes(): number[] {
  return Array.from({ length: Number(largest.value) - SMALLEST + 1 }, (_, index) => 2 ** (SMALLEST + index));
}

function report(): void {
  const series = CONTESTANTS.flatMap(({ id, style }): Series[] => {
    const points = sizes().flatMap((size) => {
      const at = times.at(id, size);
      return at === undefined ? [] : [{ x: megabytes(size), y: at.mean, error: at.deviation }];
    });
    const line = times.line(id, sizes());
    const ends = [megabytes(sizes()[0] ?? 1), megabytes(sizes().at(-1) ?? 1)];
    const fit = line === undefined ? [] : ends.map((x) => ({ x, y: Math.exp(line.intercept) * x ** line.slope }));
    return [
      { style, kind: 'computed', points: fit },
      { style, kind: 'measured', points },
    ];
  });
  const all = series.flatMap(({ points }) => points.map(({ y }) => y));
  show({
    x: logAxis('size (MB)', sizes().map(megabytes)),
    y: logAxis('time (ms)', all.length === 0 ? [0.01, 1000] : all),
    series,
  });
  fillTable(find(section, 'tbody', HTMLElement), [...sizes().map(sizeRow), ['slope', ...CONTESTANTS.map(slopeText)]]);
  svg.setAttribute('aria-label', `Time over size, both logarithmic. ${speeds()} The table has all numbers.`);
}

function sizeRow(size: number): string[] {
  return [
    sizeText(size),
    ...CONTESTANTS.map(({ id }) => {
      const at = times.at(id, size);
      return at === undefined ? '' : `${digits(at.mean)} ± ${digits(at.deviation)} ms`;
    }),
  ];
}

function slopeText({ id }: ContestantName): string {
  const line = times.line(id, sizes());
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

function digits(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
