/** The chapter 'Number crunching': measures how much faster more workers are, and plots it. */
import { find } from '../web/find.ts';
import { fillTable, measurement, type Measuring } from '../web/measurement.ts';
import { drawLegend, plotIn, ticks, type Series } from '../web/plot.ts';
import type { Timing } from '../web/speed-up.ts';
import { gain, KINDS, poolSizes, speedUp, verdict, workersText } from '../web/speed-up-text.ts';

const IDEAL_STYLE = 4;
/** The tutorial's sums, and a shorter work: the limits are a fifth, which is a tenth of the time. */
const WORKS: Readonly<Record<string, { readonly divisor: number; readonly repetitions: number }>> = {
  short: { divisor: 5, repetitions: 3 },
  tutorial: { divisor: 1, repetitions: 1 },
};

const cores = navigator.hardwareConcurrency;
const sizes = poolSizes(cores);
const section = find(document, '#speed-up', HTMLElement);
const svg = find(section, 'svg', SVGSVGElement);
const show = plotIn(svg);
const choice = find(section, 'select', HTMLSelectElement);
/** What was measured so far, by kind. */
let timings: readonly Timing[][] = [];

find(document, '#cores', HTMLElement).textContent = `It says that it has ${cores === 1 ? '1 core' : `${cores} cores`}.`;
drawLegend(find(section, '.legend', HTMLElement));
report(KINDS.map(() => []));
measurement(section, measureAll);

async function measureAll({ signal, progress }: Measuring): Promise<string> {
  const { divisor, repetitions } = WORKS[choice.value] ?? { divisor: 1, repetitions: 1 };
  // The engine is loaded when it is needed: the page is read first.
  const { arePublished, timeWork } = await import('../web/speed-up.ts');
  const measured = KINDS.map((): Timing[] => []);
  const count = sizes.length * KINDS.length;
  for (const [index, size] of sizes.entries()) {
    for (const [kind, { language }] of KINDS.entries()) {
      progress((index * KINDS.length + kind) / count, `${language}, ${workersText(size)} ...`);
      measured[kind]?.push(await timeWork({ language, divisor, repetitions }, size, signal));
      report(measured);
    }
  }
  return `${gain(measured)} ${verdict(measured, divisor === 1 ? arePublished : undefined)}`;
}

/** Shows what there is: the plot, and the table. */
function report(measured: readonly Timing[][]): void {
  timings = measured;
  const top = Math.max(2, cores, ...timings.flatMap((each) => each.map((timing) => speedUp(each, timing))));
  const ideal: Series = { style: IDEAL_STYLE, kind: 'computed', points: [1, cores].map((x) => ({ x, y: x })) };
  const series = timings.map((each, index): Series => ({
    style: KINDS[index]?.style ?? 0,
    kind: 'measured',
    points: each.map((timing) => ({ x: timing.size, y: speedUp(each, timing) })),
  }));
  show({
    x: { label: 'workers', scale: 'linear', from: 0, to: Math.max(2, cores), ticks: wholeTicks(Math.max(2, cores)) },
    y: { label: 'times as fast as one', scale: 'linear', from: 0, to: top, ticks: wholeTicks(top) },
    series: [ideal, ...series],
  });
  fillTable(find(section, 'tbody', HTMLElement), sizes.map(tableRow));
  svg.setAttribute('aria-label', `Speed-up over the number of workers. ${gain(timings)} The table has all numbers.`);
}

function wholeTicks(top: number): number[] {
  return ticks(0, top).filter((tick) => Number.isInteger(tick));
}

function tableRow(size: number): string[] {
  const cells = timings.flatMap((each) => {
    const timing = each.find((one) => one.size === size);
    return timing === undefined ? ['', ''] : [seconds(timing.duration), `${speedUp(each, timing).toFixed(2)}×`];
  });
  return [String(size), ...cells];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
