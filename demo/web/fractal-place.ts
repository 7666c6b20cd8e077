/** Which part of the plane a view of a fractal shows, and which tiles that takes. */
import { pixelsPerUnit, TILE, type Tile } from './fractal-tasks.ts';

/** A place. Whole pixels, so that tiles are found again. Four levels more are twice as near. */
export interface Place {
  readonly level: number;
  /** The middle, in pixels from the plane's origin, to the right and downwards. */
  readonly x: number;
  readonly y: number;
}

/** A size in pixels of the device. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Nearer than this, neighbouring pixels would be the same number. */
const DEEPEST = 176;
/** Further away there is nothing to see. */
const HIGHEST = 16;
/** How much of the plane is to be seen at first, in units. */
const WHOLE = { width: 3.4, height: 2.5 } as const;

/** The place from which the whole set is seen, whose middle is at `re` on the real axis. */
export function wholeSet(re: number, { width, height }: Size): Place {
  const scale = Math.min(width / WHOLE.width, height / WHOLE.height);
  const level = Math.max(HIGHEST, Math.floor(4 * Math.log2(Math.max(scale, 1))));
  return { level, x: Math.round(re * pixelsPerUnit(level)), y: 0 };
}

/** Twice as near (or half) with the point that is `dx`, `dy` pixels from the middle staying where it is. */
export function zoomed(place: Place, direction: 1 | -1, dx: number, dy: number): Place {
  const level = place.level + 4 * direction;
  if (level > DEEPEST || level < HIGHEST) return place;
  const factor = 2 ** direction;
  return {
    level,
    x: Math.round((place.x + dx) * factor - dx),
    y: Math.round((place.y + dy) * factor - dy),
  };
}

/** Some pixels to the right and downwards. */
export function moved({ level, x, y }: Place, dx: number, dy: number): Place {
  return { level, x: x + Math.round(dx), y: y + Math.round(dy) };
}

/** The same part of the plane at another level. */
export function atLevel(place: Place, level: number): Place {
  const factor = pixelsPerUnit(level) / pixelsPerUnit(place.level);
  return { level, x: Math.round(place.x * factor), y: Math.round(place.y * factor) };
}

/** The number in the plane that is `dx`, `dy` pixels from the middle. */
export function pointAt({ level, x, y }: Place, dx: number, dy: number): [re: number, im: number] {
  return [(x + dx) / pixelsPerUnit(level), -(y + dy) / pixelsPerUnit(level)];
}

/** The tiles of a place, those in the middle first. */
export function tilesAt(place: Place, { width, height }: Size, constant: Tile['constant']): Tile[] {
  const { level, x, y } = place;
  const limit = 200 + 10 * Math.max(0, level - 28);
  const [left, top] = [Math.floor((x - width / 2) / TILE), Math.floor((y - height / 2) / TILE)];
  const [right, bottom] = [Math.floor((x + width / 2 - 1) / TILE), Math.floor((y + height / 2 - 1) / TILE)];
  const tiles: Tile[] = [];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++)
      tiles.push({ ...(constant && { constant }), level, column, row, limit });
  const distance = (tile: Tile): number => Math.hypot((tile.column + 0.5) * TILE - x, (tile.row + 0.5) * TILE - y);
  return tiles.sort((a, b) => distance(a) - distance(b));
}

/** Where the upper left corner of a tile is, in pixels from that of the view. */
export function cornerOf({ column, row }: Tile, { x, y }: Place, { width, height }: Size): [x: number, y: number] {
  return [column * TILE - x + Math.floor(width / 2), row * TILE - y + Math.floor(height / 2)];
}

/** A place in words. */
export function placeText(place: Place, { width }: Size): string {
  const [re, im] = pointAt(place, 0, 0);
  const span = width / pixelsPerUnit(place.level);
  const digits = Math.min(Math.max(2, Math.ceil(2 - Math.log10(span))), 15);
  const sign = im < 0 ? '−' : '+';
  return `Centre ${re.toFixed(digits).replace('-', '−')} ${sign} ${Math.abs(im).toFixed(digits)} i, ${span.toPrecision(3)} wide.`;
}
