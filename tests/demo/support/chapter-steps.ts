/** What a reader does on the pages that measure and draw, and what they show then. Each step is one script in the page. */
import type { BrowserPage } from './browser-page.ts';

/** What a measurement shows at its end. */
export interface MeasurementReport {
  readonly status: string;
  /** How many markers the plot has, by the style of their series. */
  readonly markers: readonly number[];
  /** The rows of the table, as the texts of their cells. */
  readonly rows: readonly (readonly string[])[];
  /** Of the reader's device. */
  readonly cores: number;
}

/** In the page: a measurement, and how it stands. */
const MEASUREMENT = (id: string): string => `
const section = document.querySelector('#${id}');
const button = section.querySelector('.measure');
const status = () => section.querySelector('[role=status]').textContent;
const until = async (test) => { while (!test()) await new Promise((resolve) => setTimeout(resolve, 20)); };
const isIdle = () => section.dataset.state === 'idle';
`;

/** Chooses, presses `Measure`, and waits for the end. */
export async function measureAt(page: BrowserPage, id: string, choice: string): Promise<MeasurementReport> {
  const report = await page.evaluate(`${MEASUREMENT(id)}
section.querySelector('select').value = '${choice}';
for (const input of section.querySelectorAll('input')) input.value = '1';
button.click();
await until(isIdle);
return {
  status: status(),
  markers: [0, 1, 2, 3].map((style) => section.querySelectorAll('.series-' + style + '.measured > .marker').length),
  rows: [...section.querySelectorAll('tbody tr')].map(({ cells }) => [...cells].map((cell) => cell.textContent)),
  cores: navigator.hardwareConcurrency,
};`);
  return report as MeasurementReport;
}

/** Presses `Measure`, and `Stop` once something is under way. @returns what the page says then */
export async function stopMeasuring(page: BrowserPage, id: string): Promise<string> {
  const status = await page.evaluate(`${MEASUREMENT(id)}
const before = status();
button.click();
await until(() => status() !== before);
button.click();
await until(isIdle);
return status();`);
  return status as string;
}

/** What the page of the fractals shows. */
export interface FractalReport {
  /** What became of the calls of the Mandelbrot set: `24 tiles in 90 ms: 48 computed` */
  readonly status: string;
  /** Red, green and blue in the middle (-0.6, which is inside), and to the right of the set (which is outside). */
  readonly inside: readonly number[];
  readonly outside: readonly number[];
  /** How many pixels of the canvas a pixel of the page has, beside what the device says. */
  readonly ratio: number;
  readonly deviceRatio: number;
  /** What is told to those who do not see the picture. */
  readonly label: string;
}

/** Does something to the Mandelbrot set, and waits until both sets are drawn. */
export async function explore(page: BrowserPage, action: string = ''): Promise<FractalReport> {
  const report = await page.evaluate(`
const canvas = document.querySelector('#mandelbrot canvas');
const press = (what) => document.querySelector('#mandelbrot [data-do=' + what + ']').click();
const drawn = async () => {
  do await new Promise((resolve) => setTimeout(resolve, 20));
  while (![...document.querySelectorAll('.fractal canvas')].every(({ dataset }) => dataset.state === 'drawn'));
};
await drawn();
${action}
await drawn();
const copy = document.createElement('canvas');
[copy.width, copy.height] = [canvas.width, canvas.height];
// Else browsers remark on how often it is read.
const context = copy.getContext('2d', { willReadFrequently: true });
context.drawImage(canvas, 0, 0);
const at = (x, y) => [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data.slice(0, 3)];
return {
  status: document.querySelector('#mandelbrot [role=status]').textContent,
  inside: at(0.5, 0.5),
  outside: at(0.8, 0.5),
  ratio: canvas.width / canvas.clientWidth,
  deviceRatio: devicePixelRatio,
  label: canvas.getAttribute('aria-label'),
};`);
  return report as FractalReport;
}

/** Red, green and blue of a pixel of what the program of the cell has drawn. */
export async function cellPixel(page: BrowserPage, x: number, y: number): Promise<readonly number[]> {
  const pixel = await page.evaluate(
    `return [...document.querySelector('#cell-canvas').getContext('2d').getImageData(${x}, ${y}, 1, 1).data.slice(0, 3)];`,
  );
  return pixel as readonly number[];
}
