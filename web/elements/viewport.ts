/** Moving and magnifying a drawing: by pointer, wheel and keys. */
import type { Size } from '../../core/drawing/layout/layered.ts';

const STEP = 1.25;
/** A pointer that moves less than this many pixels was a click. */
const SLACK = 4;

/** What happens in a viewport. */
export interface ViewportListener {
  /** The view has changed. */
  moved(): void;
  /** A place of the drawing was clicked. `twice`: it was a double click. */
  clicked(x: number, y: number, twice: boolean): void;
}

/** What stands in a corner above the drawing, in pixels: of a drawing that is fitted, it covers nothing. */
const TOOLS: Size = { width: 130, height: 44 };

/** Which part of a drawing is seen, and how large. */
export class Viewport {
  /** Where the drawing's corner is, in pixels of the stage. */
  x: number = 0;
  y: number = 0;
  scale: number = 1;
  /** Whether the reader has chosen what to see. Until then, all is. */
  isChosen: boolean = false;
  #content: Size = { width: 1, height: 1 };
  readonly #stage: HTMLElement;
  readonly #listener: ViewportListener;
  readonly #pointers = new Map<number, PointerEvent>();
  #moved = 0;

  constructor(stage: HTMLElement, listener: ViewportListener) {
    this.#stage = stage;
    this.#listener = listener;
    stage.addEventListener('pointerdown', (event) => this.#down(event));
    stage.addEventListener('pointermove', (event) => this.#move(event));
    stage.addEventListener('pointerup', (event) => this.#up(event));
    stage.addEventListener('pointercancel', ({ pointerId }) => this.#pointers.delete(pointerId));
    stage.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    stage.addEventListener('dblclick', (event) => this.#click(event, true));
  }

  /** Sets how large the drawing is. */
  set content(size: Size) {
    this.#content = size;
    if (!this.isChosen) this.fit();
  }

  /** Shows all, but nothing larger than it is. */
  fit(): void {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#content;
    this.isChosen = false;
    this.scale = Math.max(0.005, Math.min(1, clientWidth / width, clientHeight / height));
    this.x = (clientWidth - width * this.scale) / 2;
    this.y = (clientHeight - height * this.scale) / 2;
    if (this.x < TOOLS.width && this.y < TOOLS.height) this.#fitBelowTools();
    this.#listener.moved();
  }

  #fitBelowTools(): void {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#content;
    const room = Math.max(1, clientHeight - TOOLS.height);
    this.scale = Math.max(0.005, Math.min(this.scale, room / height));
    this.x = (clientWidth - width * this.scale) / 2;
    this.y = TOOLS.height + (room - height * this.scale) / 2;
  }

  /** Makes it larger or smaller, round a place of the stage: its middle, where none is given. */
  zoom(factor: number, x: number = this.#stage.clientWidth / 2, y: number = this.#stage.clientHeight / 2): void {
    const scale = Math.min(4, Math.max(0.005, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.#changed();
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.#changed();
  }

  /** Moves so that a part of the drawing is seen, if it is not. */
  reveal(frame: Size & { readonly x: number; readonly y: number }): void {
    const { clientWidth, clientHeight } = this.#stage;
    if (this.scale < 0.35) this.zoom(0.8 / this.scale);
    const dx = outside(frame.x * this.scale + this.x, frame.width * this.scale, clientWidth);
    const dy = outside(frame.y * this.scale + this.y, frame.height * this.scale, clientHeight);
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  /** Answers a key. @returns whether it was one */
  key({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey) return false;
    const far = 60;
    if (key === '+' || key === '=') this.zoom(STEP);
    else if (key === '-' || key === '_') this.zoom(1 / STEP);
    else if (key === '0') this.fit();
    else if (!shiftKey) return false;
    else if (key === 'ArrowLeft') this.pan(far, 0);
    else if (key === 'ArrowRight') this.pan(-far, 0);
    else if (key === 'ArrowUp') this.pan(0, far);
    else if (key === 'ArrowDown') this.pan(0, -far);
    else return false;
    return true;
  }

  larger(): void {
    this.zoom(STEP);
  }

  smaller(): void {
    this.zoom(1 / STEP);
  }

  #changed(): void {
    this.isChosen = true;
    this.#listener.moved();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, event);
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.#moved += Math.abs(dx) + Math.abs(dy);
    if (this.#moved < SLACK) return;
    this.#pointers.set(event.pointerId, event);
    // Not earlier: a click on what is in the stage would else be one on the stage.
    if (!this.#stage.hasPointerCapture(event.pointerId)) this.#stage.setPointerCapture(event.pointerId);
    const other = [...this.#pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    if (other === undefined) this.pan(dx, dy);
    else this.#pinch(other, before, event);
  }

  #pinch(other: PointerEvent, before: PointerEvent, now: PointerEvent): void {
    const distance = (pointer: PointerEvent): number =>
      Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY);
    const box = this.#stage.getBoundingClientRect();
    const [x, y] = [(now.clientX + other.clientX) / 2 - box.left, (now.clientY + other.clientY) / 2 - box.top];
    this.zoom(distance(now) / Math.max(1, distance(before)), x, y);
  }

  #up(event: PointerEvent): void {
    if (this.#pointers.delete(event.pointerId) && this.#moved < SLACK) this.#click(event, false);
  }

  #click({ clientX, clientY }: MouseEvent, twice: boolean): void {
    const box = this.#stage.getBoundingClientRect();
    this.#listener.clicked(
      (clientX - box.left - this.x) / this.scale,
      (clientY - box.top - this.y) / this.scale,
      twice,
    );
  }

  /** The page scrolls, unless the reader is in the stage, or holds Ctrl, which a touchpad's pinch does. */
  #wheel(event: WheelEvent): void {
    const root = this.#stage.getRootNode();
    const isInside = root instanceof ShadowRoot && root.activeElement === this.#stage;
    if (!isInside && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.#stage.getBoundingClientRect();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.zoom(Math.exp(-event.deltaY * lines * 0.002), event.clientX - box.left, event.clientY - box.top);
  }
}

/** How far a span must be moved to be inside of 0 to `room`, with a little room around. */
function outside(start: number, length: number, room: number): number {
  const edge = 24;
  if (start < edge) return edge - start;
  const over = start + length - (room - edge);
  return over > 0 ? Math.max(-over, edge - start) : 0;
}
