/** How one moves about in a fractal: by pointer, by keys, and by buttons. */
import { moved, pointAt, zoomed } from './fractal-place.ts';
import type { FractalView } from './fractal-view.ts';

/** What one can do. */
type Action = 'in' | 'out' | 'left' | 'right' | 'up' | 'down' | 'back' | 'whole';

const KEYS: Readonly<Record<string, Action>> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Backspace: 'back',
  Home: 'whole',
};
/** A pointer that moves less, in CSS pixels, has clicked. */
const CLICK = 4;

/** Lets the buttons of a figure (`data-do`) and the keys on its canvas move a view. */
export function moveBy(figure: HTMLElement, canvas: HTMLCanvasElement, view: FractalView): void {
  for (const button of figure.querySelectorAll<HTMLButtonElement>('button[data-do]')) {
    button.addEventListener('click', () => act(view, button.dataset['do'] as Action));
    button.disabled = false;
  }
  canvas.addEventListener('keydown', (event) => {
    const action = KEYS[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(view, action);
  });
}

function act(view: FractalView, action: Action): void {
  const { place, size } = view;
  const [dx, dy] = [size.width / 4, size.height / 4];
  switch (action) {
    case 'in':
      return view.go(zoomed(place, 1, 0, 0));
    case 'out':
      return view.go(zoomed(place, -1, 0, 0));
    case 'left':
      return view.go(moved(place, -dx, 0));
    case 'right':
      return view.go(moved(place, dx, 0));
    case 'up':
      return view.go(moved(place, 0, -dy));
    case 'down':
      return view.go(moved(place, 0, dy));
    case 'back':
      return view.back();
    case 'whole':
      return view.showWhole();
  }
}

/** Who chooses a point instead of moving about: asked at each click. */
export interface PointChoice {
  readonly isOn: () => boolean;
  /** @param done - whether it was clicked; else the pointer is only above it */
  readonly choose: (point: [re: number, im: number], done: boolean) => void;
}

/**
 * Lets a pointer zoom by a click (out with Shift), and a mouse drag the view. Fingers scroll the page: a canvas as wide as a
 * phone must not hold them up.
 */
export function moveByPointer(canvas: HTMLCanvasElement, view: FractalView, choice?: PointChoice): void {
  let last: { readonly x: number; readonly y: number; readonly hasMoved: boolean } | undefined;
  /** From the middle, in pixels of the device. */
  const offset = (event: MouseEvent): [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const scale = canvas.width / width;
    return [(event.clientX - left - width / 2) * scale, (event.clientY - top - height / 2) * scale];
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    last = { x: event.clientX, y: event.clientY, hasMoved: false };
    if (event.pointerType === 'mouse') canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointercancel', () => (last = undefined));
  canvas.addEventListener('pointermove', (event) => {
    if (choice?.isOn()) return choice.choose(pointAt(view.place, ...offset(event)), false);
    if (last === undefined || event.pointerType !== 'mouse') return;
    const [dx, dy] = [last.x - event.clientX, last.y - event.clientY];
    if (!last.hasMoved && Math.hypot(dx, dy) < CLICK) return;
    const scale = canvas.width / canvas.clientWidth;
    view.go(moved(view.place, dx * scale, dy * scale), !last.hasMoved);
    last = { x: event.clientX, y: event.clientY, hasMoved: true };
  });
  canvas.addEventListener('pointerup', (event) => {
    const wasClick = last?.hasMoved === false;
    last = undefined;
    if (!wasClick) return;
    if (choice?.isOn()) choice.choose(pointAt(view.place, ...offset(event)), true);
    else view.go(zoomed(view.place, event.shiftKey ? -1 : 1, ...offset(event)));
  });
}
