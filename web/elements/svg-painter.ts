/** Draws a graph with elements of SVG: sharp, selectable, and styled by the page. */
import { stateOf } from '../../core/drawing/counts.ts';
import { boxShapes, edgeShapes, number, type Shape } from '../../core/drawing/shapes.ts';
import { svg } from './dom.ts';
import type { GraphModel } from './graph-model.ts';
import type { GraphPainter } from './graph-painter.ts';
import type { Viewport } from './viewport.ts';

/** Draws with SVG. */
export class SvgPainter implements GraphPainter {
  readonly nodes: readonly Element[];
  readonly #model: GraphModel;
  readonly #view: SVGGElement;
  readonly #groups: readonly SVGGElement[];
  #selected = -1;

  constructor(model: GraphModel, isOwn: (job: number) => boolean) {
    this.#model = model;
    const { scene, frames, routes } = model.placed;
    this.#groups = scene.boxes.map((box, index) => {
      const { x = 0, y = 0 } = frames[index] ?? {};
      const own = isOwn(box.job) ? ' own' : '';
      const open = box.inside === undefined ? '' : ' open';
      const place = `translate(${number(x)} ${number(y)})`;
      return svg('g', { part: 'box', transform: place, 'data-id': box.id, 'data-kind': `${box.kind}${open}${own}` });
    });
    const edges = scene.edges.flatMap((edge, index) => edgeShapes(edge, routes[index] ?? []).map(nodeOf));
    const isOpen = (index: number): boolean => scene.boxes[index]?.inside !== undefined;
    const around = this.#groups.filter((_, index) => isOpen(index));
    const inner = this.#groups.filter((_, index) => !isOpen(index));
    this.#view = svg('g', {}, ...around, ...edges, ...inner);
    this.nodes = [svg('svg', { class: 'drawing', 'aria-hidden': 'true', part: 'drawing' }, this.#view)];
    for (const index of this.#groups.keys()) this.#paint(index);
  }

  repaint(boxes: ReadonlySet<number>): void {
    for (const box of boxes) this.#paint(box);
  }

  move({ x, y, scale }: Viewport): void {
    this.#view.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
  }

  select(box: number): void {
    this.#groups[this.#selected]?.classList.remove('selected');
    this.#groups[box]?.classList.add('selected');
    this.#selected = box;
  }

  #paint(index: number): void {
    const { scene, frames } = this.#model.placed;
    const [group, box, frame, counts] = [
      this.#groups[index],
      scene.boxes[index],
      frames[index],
      this.#model.counts[index],
    ];
    if (group === undefined || box === undefined || frame === undefined || counts === undefined) return;
    group.setAttribute('class', `${group.dataset['kind']} ${stateOf(counts) ?? ''}`);
    if (this.#selected === index) group.classList.add('selected');
    group.replaceChildren(...boxShapes(box, frame, counts).map(nodeOf));
  }
}

function nodeOf(shape: Shape): SVGElement {
  switch (shape.type) {
    case 'rect': {
      const { className, x, y, width, height, radius } = shape;
      return svg('rect', { class: className, x, y, width, height, rx: radius });
    }
    case 'path': {
      const { className, d, x, y } = shape;
      return svg('path', { class: className, d, transform: x === 0 && y === 0 ? undefined : `translate(${x} ${y})` });
    }
    case 'text':
      return svg('text', { class: shape.className, x: shape.x, y: shape.y }, shape.text);
  }
}
