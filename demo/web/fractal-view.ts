/** A fractal in a canvas: its tiles are drawn as workers have them, and those that went out of sight are no longer wanted. */
import type { Runtime, RunSummary } from 'somen/web';
import { cornerOf, placeText, tilesAt, wholeSet, atLevel, type Place, type Size } from './fractal-place.ts';
import { pictureOf, TILE, type Palette, type Tile, type TilePicture } from './fractal-tasks.ts';

/** What a view needs. */
export interface ViewOptions {
  readonly canvas: HTMLCanvasElement;
  /** Says how far it is. */
  readonly report: HTMLElement;
  /** What is to be seen, in words: the beginning of the canvas's label. */
  readonly name: () => string;
  readonly runtime: Runtime;
  /** Where the whole set has its middle on the real axis. */
  readonly middle: number;
}

/** What became of the calls of the tiles: two for each tile that is not known. */
type Counts = Pick<RunSummary, 'ran' | 'retrieved' | 'attached'>;

/** One canvas with one fractal. */
export class FractalView {
  readonly #options: ViewOptions;
  readonly #context: CanvasRenderingContext2D;
  /** Those in sight that are there, and those that are on their way: by what they are. */
  readonly #pictures = new Map<string, TilePicture & { readonly tile: Tile }>();
  readonly #pending = new Map<string, AbortController>();
  #earlier: Place[] = [];
  #place: Place | undefined;
  #constant: Tile['constant'];
  #palette: Palette = 'bamboo';
  #counts: Counts = { ran: 0, retrieved: 0, attached: 0 };
  #brought = 0;
  #start = 0;

  constructor(options: ViewOptions) {
    this.#options = options;
    const context = options.canvas.getContext('2d');
    if (context === null) throw new Error('Cannot draw fractals: the canvas has no 2d context');
    this.#context = context;
    // The first time, too.
    new ResizeObserver(() => this.#resize()).observe(options.canvas);
  }

  /** Pixels of the canvas, which are pixels of the device. */
  get size(): Size {
    return this.#options.canvas;
  }

  /** What is to be seen. */
  get place(): Place {
    return this.#place ?? wholeSet(this.#options.middle, this.size);
  }

  /**
   * Goes somewhere. Until its tiles are there, what was to be seen before is, larger or smaller.
   * @param remember - whether `back` comes back here
   */
  go(place: Place, remember: boolean = true): void {
    const before = this.place;
    if (place.level === before.level && place.x === before.x && place.y === before.y) return;
    if (remember) this.#earlier.push(before);
    this.#place = place;
    if (place.level !== before.level) this.#stretch(before, place);
    this.#draw();
  }

  /** Goes to where it was before, if it was anywhere. */
  back(): void {
    const place = this.#earlier.pop();
    if (place !== undefined) this.go(place, false);
  }

  /** Shows the whole set. */
  showWhole(): void {
    this.go(wholeSet(this.#options.middle, this.size));
  }

  /**
   * Changes the constant of a Julia set.
   * @param keep - whether the tiles are kept for the next time: not while a pointer moves over hundreds of constants
   */
  setConstant(constant: readonly [number, number], keep: boolean = true): void {
    this.#constant = constant;
    this.#draw(keep);
  }

  /** Colours it in another way. */
  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#draw();
  }

  #resize(): void {
    const { canvas } = this.#options;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width === 0 || (width === canvas.width && height === canvas.height)) return;
    const before = this.#place && wholeSet(this.#options.middle, this.size);
    canvas.width = width;
    canvas.height = height;
    const whole = wholeSet(this.#options.middle, this.size);
    // As near to the set as it was, whatever that is in pixels now.
    const levels = whole.level - (before ?? whole).level;
    const again = (place: Place): Place => atLevel(place, place.level + levels);
    this.#place = again(this.#place ?? whole);
    this.#earlier = this.#earlier.map(again);
    this.#draw();
  }

  #stretch(from: Place, to: Place): void {
    const { canvas } = this.#options;
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    copy.getContext('2d')?.drawImage(canvas, 0, 0);
    const factor = 2 ** ((to.level - from.level) / 4);
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    const left = canvas.width / 2 - to.x + (from.x - canvas.width / 2) * factor;
    const top = canvas.height / 2 - to.y + (from.y - canvas.height / 2) * factor;
    this.#context.drawImage(copy, left, top, canvas.width * factor, canvas.height * factor);
  }

  /** Asks for the tiles that are missing, and for no others any more. */
  #draw(keep: boolean = true): void {
    const tiles = tilesAt(this.place, this.size, this.#constant);
    const wanted = new Map(tiles.map((tile) => [JSON.stringify([tile, this.#palette]), tile] as const));
    for (const [name, controller] of this.#pending) if (!wanted.has(name)) controller.abort();
    for (const name of this.#pictures.keys()) if (!wanted.has(name)) this.#pictures.delete(name);
    for (const { tile, pixels } of this.#pictures.values()) this.#put(tile, pixels);
    this.#counts = { ran: 0, retrieved: 0, attached: 0 };
    this.#brought = 0;
    this.#start = performance.now();
    this.#options.canvas.dataset['state'] = 'drawing';
    for (const [name, tile] of wanted)
      if (!this.#pictures.has(name) && !this.#pending.has(name)) void this.#bring(name, tile, keep);
    this.#tell();
  }

  async #bring(name: string, tile: Tile, keep: boolean): Promise<void> {
    const controller = new AbortController();
    this.#pending.set(name, controller);
    const run = this.#options.runtime.run(pictureOf(tile, this.#palette), {
      signal: controller.signal,
      // No task has the hint.
      store: keep ? 'all' : 'hinted',
    });
    try {
      const picture = await run;
      if (controller.signal.aborted) return;
      this.#pictures.set(name, { ...picture, tile });
      this.#put(tile, picture.pixels);
      this.#brought++;
      this.#counts = added(this.#counts, run.summary);
    } catch (error) {
      if (!controller.signal.aborted) console.error(error);
    } finally {
      if (this.#pending.get(name) === controller) this.#pending.delete(name);
      this.#tell();
    }
  }

  /** The pixels are the worker's own array: none of them was copied on the way here. */
  #put(tile: Tile, pixels: TilePicture['pixels']): void {
    this.#context.putImageData(new ImageData(pixels, TILE, TILE), ...cornerOf(tile, this.place, this.size));
  }

  /** Once all tiles are there. */
  #tell(): void {
    if (this.#pending.size > 0) return;
    const { canvas, report, name } = this.#options;
    canvas.dataset['state'] = 'drawn';
    const kept = this.#pictures.size - this.#brought;
    const inside = [...this.#pictures.values()].reduce((sum, picture) => sum + picture.inside, 0);
    const part = Math.round((100 * inside) / (TILE * TILE * Math.max(1, this.#pictures.size)));
    const time = (performance.now() - this.#start).toFixed(0);
    const brought = this.#brought === 0 ? [] : [`${this.#brought} tiles in ${time} ms: `, ...chips(this.#counts)];
    report.replaceChildren(...brought, kept === 0 ? '' : `${kept} were in sight already.`);
    canvas.setAttribute('aria-label', `${name()}. ${placeText(this.place, this.size)} ${part} % of it are inside.`);
  }
}

function added(a: Counts, b: Counts): Counts {
  return { ran: a.ran + b.ran, retrieved: a.retrieved + b.retrieved, attached: a.attached + b.attached };
}

/** How many calls came about in which way, in the colours of the states. */
function chips({ ran, retrieved, attached }: Counts): (Node | string)[] {
  const kinds = [
    [ran, 'done', 'computed'],
    [retrieved, 'retrieved', 'retrieved'],
    [attached, 'attached', 'attached'],
  ] as const;
  return kinds.flatMap(([count, state, word]) => {
    if (count === 0) return [];
    const chip = document.createElement('span');
    chip.className = `chip ${state}`;
    chip.textContent = `${count} ${word}`;
    return [chip, ' '];
  });
}
