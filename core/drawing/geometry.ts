/** Gives each box of a scene its place and size. */
import { layered, type Layered, type Point, type Size } from './layout/layered.ts';
import { lettersOf } from './labels.ts';
import type { Scene, SceneBox, SceneEdge } from './scene.ts';

/** Sizes that drawings share, in pixels. The letters are those of a 12 px font whose letters are all alike. */
export const MEASURES = {
  letter: 7.23,
  /** From the left of a box to its text, past the sign of its state. */
  textX: 26,
  padding: 10,
  box: 30,
  /** A box for many has a second line, and a bar. */
  many: 50,
  header: 30,
  inside: 14,
  cellGap: 8,
  margin: 8,
} as const;

/** Where a box stands, from the upper left corner of the drawing. */
export interface Frame extends Point, Size {}

/** A scene with a place for everything. */
export interface Placed extends Size {
  readonly scene: Scene;
  /** By box. */
  readonly frames: readonly Frame[];
  /** By edge: from box to box. */
  readonly routes: readonly (readonly Point[])[];
}

/** What stands in a box: relative to the box's inside. */
interface Interior extends Size {
  readonly places: ReadonlyMap<number, Point>;
  readonly routes: ReadonlyMap<number, readonly Point[]>;
}

/** Places all boxes of a scene: those inside first, since they say how large the ones around them are. */
export function placeScene(scene: Scene): Placed {
  const { boxes } = scene;
  const children = byParent(boxes.map(({ parent }) => parent));
  const edges = byParent(scene.edges.map(({ parent }) => parent));
  const sizes: Size[] = boxes.map(ownSize);
  const interiors = new Map<number, Interior>();
  for (let index = boxes.length - 1; index >= 0; index--) {
    const { inside } = boxes[index] ?? {};
    if (inside === undefined) continue;
    const own = children.get(index) ?? [];
    const interior = inside === 'grid' ? grid(own, sizes) : layers(own, edges.get(index) ?? [], sizes, scene.edges);
    interiors.set(index, interior);
    sizes[index] = around(interior, sizes[index]);
  }
  const outermost = layers(children.get(-1) ?? [], edges.get(-1) ?? [], sizes, scene.edges);
  interiors.set(-1, outermost);
  return { ...absolute(scene, sizes, interiors), scene, ...grown(outermost, 2 * MEASURES.margin) };
}

function byParent(parents: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const lists = new Map<number, number[]>();
  for (const [index, parent] of parents.entries()) {
    const list = lists.get(parent);
    if (list === undefined) lists.set(parent, [index]);
    else list.push(index);
  }
  return lists;
}

/** Without what is inside. */
function ownSize({ label, kind, canOpen }: SceneBox): Size {
  const { textX, padding, letter, box, many } = MEASURES;
  const text = lettersOf(label) * letter;
  const width = Math.ceil(textX + text + padding + (canOpen ? 16 : 0));
  const isMany = kind === 'group' || kind === 'chain';
  return { width: isMany ? Math.max(width, 190) : width, height: isMany ? many : box };
}

function around({ width, height }: Size, own: Size | undefined): Size {
  const { inside, header } = MEASURES;
  const top = Math.max(header, own?.height ?? 0);
  return { width: Math.max(own?.width ?? 0, width + 2 * inside), height: top + height + inside };
}

function grown({ width, height }: Size, by: number): Size {
  return { width: Math.ceil(width + by), height: Math.ceil(height + by) };
}

function layers(
  boxes: readonly number[],
  edges: readonly number[],
  sizes: readonly Size[],
  all: readonly SceneEdge[],
): Interior {
  const numbers = new Map(boxes.map((box, index) => [box, index]));
  const links = edges.map((edge) => ({
    from: numbers.get(all[edge]?.from ?? -1) ?? 0,
    to: numbers.get(all[edge]?.to ?? -1) ?? 0,
  }));
  const { width, height, places, routes }: Layered = layered(
    boxes.map((box) => sizes[box] ?? { width: 0, height: 0 }),
    links,
  );
  return {
    width,
    height,
    places: new Map(boxes.map((box, index) => [box, places[index] ?? { x: 0, y: 0 }])),
    routes: new Map(edges.map((edge, index) => [edge, routes[index] ?? []])),
  };
}

/** In rows, about as wide as high; columns are as wide as the widest box. */
function grid(boxes: readonly number[], sizes: readonly Size[]): Interior {
  const { cellGap } = MEASURES;
  const width = boxes.reduce((most, box) => Math.max(most, sizes[box]?.width ?? 0), 0) + cellGap;
  const area = boxes.reduce((sum, box) => sum + width * ((sizes[box]?.height ?? 0) + cellGap), 0);
  const columns = Math.max(1, Math.round(Math.sqrt(area * 1.6) / width));
  const places = new Map<number, Point>();
  let y = 0;
  for (let first = 0; first < boxes.length; first += columns) {
    const row = boxes.slice(first, first + columns);
    for (const [column, box] of row.entries()) places.set(box, { x: column * width, y });
    y += row.reduce((most, box) => Math.max(most, sizes[box]?.height ?? 0), 0) + cellGap;
  }
  return { width: Math.min(columns, boxes.length) * width - cellGap, height: y - cellGap, places, routes: new Map() };
}

function absolute(
  { boxes, edges }: Scene,
  sizes: readonly Size[],
  interiors: ReadonlyMap<number, Interior>,
): Pick<Placed, 'frames' | 'routes'> {
  const frames: Frame[] = [];
  for (const [index, { parent }] of boxes.entries()) {
    const origin = originOf(frames[parent], interiors.get(parent));
    const place = interiors.get(parent)?.places.get(index) ?? { x: 0, y: 0 };
    frames.push({ x: origin.x + place.x, y: origin.y + place.y, ...(sizes[index] ?? { width: 0, height: 0 }) });
  }
  const routes = edges.map(({ parent }, index) => {
    const interior = interiors.get(parent);
    const origin = originOf(frames[parent], interior);
    return (interior?.routes.get(index) ?? []).map(({ x, y }) => ({ x: origin.x + x, y: origin.y + y }));
  });
  return { frames, routes };
}

/** Where a box's inside begins: in its middle, from left to right. */
function originOf(frame: Frame | undefined, interior: Size | undefined): Point {
  const { margin, inside } = MEASURES;
  if (frame === undefined || interior === undefined) return { x: margin, y: margin };
  return { x: frame.x + (frame.width - interior.width) / 2, y: frame.y + frame.height - inside - interior.height };
}
