/** The tasks of the fractals: how long points take to escape, and the colours for that. The page and its workers import them. */
import { tasks, type Scheduled } from 'somen/web';

/** The side of a tile, in pixels. */
export const TILE = 128;

/** A square part of a fractal. Tiles lie on a grid, so that the same part of the plane is the same tile, and is found again. */
export interface Tile {
  /** The constant of a Julia set, real and imaginary part. Without it, the tile is of the Mandelbrot set. */
  readonly constant?: readonly [re: number, im: number];
  /** How large a pixel is: four levels more, and it is half as wide. See {@link pixelsPerUnit}. */
  readonly level: number;
  /** Its place on the grid; 0, 0 is to the right of and below the plane's origin. */
  readonly column: number;
  readonly row: number;
  /** After how many steps a point counts as inside. */
  readonly limit: number;
}

/** A tile's pixels. */
export interface TilePicture {
  /** Red, green, blue and opacity of each, row by row. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** How many of them are inside. */
  readonly inside: number;
}

/** The names of the colourings, with what makes them: for red, green and blue, where the wave begins and how fast it is. */
const PALETTES = {
  bamboo: [
    [0.23, 1.4],
    [0.11, 1.8],
    [0.19, 1.3],
  ],
  ember: [
    [0.12, 1.75],
    [0.3, 1.1],
    [0.32, 0.73],
  ],
  ink: [
    [0.29, 1.16],
    [0.23, 1.4],
    [0.1, 1.8],
  ],
} as const;

/** A way to colour. */
export type Palette = keyof typeof PALETTES;

/** Steps between four times as far away as needed and the true border would be seen as bands. */
const ESCAPED = 2 ** 16;
const QUARTERS = [1, 2 ** 0.25, 2 ** 0.5, 2 ** 0.75] as const;

/** How many pixels are a unit of the plane. Exactly twice as many four levels on, so that zooming loses nothing. */
export function pixelsPerUnit(level: number): number {
  return 2 ** Math.floor(level / 4) * (QUARTERS[((level % 4) + 4) % 4] ?? 1);
}

/**
 * How long each point of a tile takes to escape, row by row: a number of steps, with a fraction, so that there are no
 * bands; -1 for those that are inside.
 */
function escapeTimes({ constant, level, column, row, limit }: Tile): Float32Array {
  const times = new Float32Array(TILE * TILE);
  const scale = pixelsPerUnit(level);
  for (let index = 0; index < times.length; index++) {
    const x = (column * TILE + (index % TILE) + 0.5) / scale;
    const y = -(row * TILE + Math.floor(index / TILE) + 0.5) / scale;
    if (constant !== undefined) times[index] = escapeTime(x, y, constant[0], constant[1], limit);
    else times[index] = isInBulb(x, y) ? -1 : escapeTime(0, 0, x, y, limit);
  }
  return times;
}

/** Repeats z = z² + c. */
function escapeTime(x: number, y: number, a: number, b: number, limit: number): number {
  for (let steps = 0; steps < limit; steps++) {
    const [xx, yy] = [x * x, y * y];
    if (xx + yy > ESCAPED) return steps + 1 - Math.log2(Math.log2(xx + yy) / 2);
    y = 2 * x * y + b;
    x = xx - yy + a;
  }
  return -1;
}

/** Whether a point is in one of the two largest parts of the Mandelbrot set, which would take the longest. */
function isInBulb(x: number, y: number): boolean {
  const q = (x - 0.25) ** 2 + y * y;
  return q * (q + x - 0.25) <= 0.25 * y * y || (x + 1) ** 2 + y * y <= 1 / 16;
}

/** Colours a tile. What is inside is black. */
function colour(times: Float32Array, palette: Palette): TilePicture {
  const pixels = new Uint8ClampedArray(4 * times.length);
  const waves = PALETTES[palette];
  let inside = 0;
  times.forEach((time, index) => {
    pixels[4 * index + 3] = 255;
    if (time < 0) return void inside++;
    const turn = Math.sqrt(Math.max(time, 0)) / 6;
    waves.forEach(([start, speed], channel) => {
      pixels[4 * index + channel] = 255 * (0.5 + 0.5 * Math.cos(2 * Math.PI * (start + speed * turn)));
    });
  });
  return { pixels, inside };
}

const fractals = tasks('demo/fractals', { escapeTimes, colour }, { version: '1' });

/** The picture of a tile, as two calls: with other colours, the times need not be computed again. */
export function pictureOf(tile: Tile, palette: Palette): ReturnType<Scheduled<typeof colour>> {
  return fractals.colour(fractals.escapeTimes(tile), palette);
}
