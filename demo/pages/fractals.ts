/** The chapter 'Mandelbrot and Julia': two views over one runtime, and the canvas of the cell. */
import { clearCache, createRuntime, indexedDbCache, workers } from 'somen/web';
import { find } from '../web/find.ts';
import { moveBy, moveByPointer, type PointChoice } from '../web/fractal-controls.ts';
import type { Palette } from '../web/fractal-tasks.ts';
import { FractalView } from '../web/fractal-view.ts';

const CACHE = 'somen-tutorial/fractals';
/** A tile takes 128 KiB with its times: about a thousand of them. */
const cache = indexedDbCache(CACHE, { maxBytes: 200_000_000, history: false });
const executor = workers({
  create: (name) => new Worker(new URL('../web/fractal-worker.ts', import.meta.url), { type: 'module', name }),
});
const runtime = createRuntime({ executor, cache, display: false });

const explorer = find(document, '#explorer', HTMLElement);
const [re, im] = [find(explorer, '#re', HTMLInputElement), find(explorer, '#im', HTMLInputElement)];
const pick = find(explorer, '#pick', HTMLButtonElement);
const mandelbrot = viewIn('#mandelbrot', () => 'The Mandelbrot set', -0.6);
const julia = viewIn('#julia', () => `The Julia set of ${re.value} + ${im.value} i`, 0);

julia.setConstant(constant());
moveByPointer(canvasOf('#julia'), julia);
moveByPointer(canvasOf('#mandelbrot'), mandelbrot, choiceByPointer());
for (const input of [re, im]) input.addEventListener('change', () => julia.setConstant(constant()));

const palette = find(explorer, '#palette', HTMLSelectElement);
palette.addEventListener('change', () => {
  for (const view of [mandelbrot, julia]) view.setPalette(palette.value as Palette);
});
find(explorer, '#forget', HTMLButtonElement).addEventListener('click', () => {
  const status = find(explorer, '#forgotten', HTMLElement);
  clearCache(cache).then(
    () => (status.textContent = 'Forgotten. What comes into sight is computed again.'),
    (error: unknown) => (status.textContent = `Cannot forget: ${String(error)}`),
  );
});

function canvasOf(figure: string): HTMLCanvasElement {
  return find(explorer, `${figure} canvas`, HTMLCanvasElement);
}

function viewIn(selector: string, name: () => string, middle: number): FractalView {
  const figure = find(explorer, selector, HTMLElement);
  const canvas = canvasOf(selector);
  const report = find(figure, '[role="status"]', HTMLElement);
  const view = new FractalView({ canvas, report, name, runtime, middle });
  moveBy(figure, canvas, view);
  return view;
}

function constant(): [re: number, im: number] {
  return [re.valueAsNumber || 0, im.valueAsNumber || 0];
}

/** While the button is pressed, the pointer on the Mandelbrot set chooses the constant; a click takes it. */
function choiceByPointer(): PointChoice {
  const setOn = (on: boolean): void => {
    pick.setAttribute('aria-pressed', String(on));
    canvasOf('#mandelbrot').classList.toggle('picking', on);
  };
  const isOn = (): boolean => pick.getAttribute('aria-pressed') === 'true';
  pick.addEventListener('click', () => setOn(!isOn()));
  let frame = 0;
  return {
    isOn,
    choose: ([a, b], done) => {
      [re.value, im.value] = [a.toFixed(3), b.toFixed(3)];
      if (done) setOn(false);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => julia.setConstant(constant(), done));
    },
  };
}

// ---- what the program of the cell sends

/** A tile of the cell's program. */
interface SentTile {
  readonly x: number;
  readonly y: number;
  readonly image: ImageData;
}

const drawing = find(document, '#cell-canvas', HTMLCanvasElement);
const context = drawing.getContext('2d');
document.addEventListener('somen-start', () => context?.clearRect(0, 0, drawing.width, drawing.height));
document.addEventListener('somen-message', (event) => {
  const { x, y, image } = (event as CustomEvent<SentTile>).detail;
  context?.putImageData(image, x, y);
});
