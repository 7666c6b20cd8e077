/** `somen/elements`, driven by real runs. */
import axe from 'axe-core';
import { defineElements, SomenGraph, type ElementStore } from 'somen/elements';
import {
  createRunStore,
  gather,
  inline,
  memoryCache,
  run,
  schedule,
  type Executor,
  type RunSnapshot,
  type RunStore,
} from 'somen/web';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { say } from './fixtures/tasks.ts';
import { pool } from './support/pool.ts';

const add = schedule((a: number, b: number) => a + b, { name: 'elements/add' });
const square = schedule((a: number) => a * a, { name: 'elements/square' });
const fail = schedule(
  (text: string): number => {
    throw new RangeError(text, { cause: new Error('no power') });
  },
  { name: 'elements/fail' },
);
const sumTo = schedule((n: number): unknown => (n === 0 ? 0 : add(n, sumTo(n - 1) as never)), {
  name: 'elements/sumTo',
});
const length = schedule((values: unknown) => (values as unknown[]).length, { name: 'elements/length' });
const squares = (size: number): unknown => gather(...Array.from({ length: size }, (_, index) => square(index)));

type ElementName = 'somen-graph' | 'somen-log' | 'somen-progress' | 'somen-timeline';

beforeAll(() => defineElements());

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute('style');
});

/** Puts an element onto the page. */
function put<N extends ElementName>(name: N, store?: ElementStore): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  element.store = store;
  document.body.append(element);
  return element;
}

/** The first element of a kind in a shadow root. */
function inside<E extends Element = HTMLElement>(
  element: Element,
  selector: string,
  kind: abstract new () => E = Element as never,
): E {
  const found = element.shadowRoot?.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`There is no ${selector} in ${element.localName}`);
}

const allInside = (element: Element, selector: string): readonly Element[] => [
  ...(element.shadowRoot?.querySelectorAll(selector) ?? []),
];

/** What was drawn with the last frame is there. */
const frames = async (): Promise<void> => {
  for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
};

async function ran(
  value: unknown,
  store: RunStore = createRunStore(),
  executor: Executor = inline(),
): Promise<RunStore> {
  await run(value, { display: store, executor, onError: 'continue' }).catch(() => undefined);
  return store;
}

const labels = (graph: Element): readonly string[] =>
  allInside(graph, 'text.label').map(({ textContent }) => textContent ?? '');

function press(element: Element, key: string): void {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function clickAt(target: Element, element: Element): void {
  const { left, top, width } = target.getBoundingClientRect();
  const at = { clientX: left + width / 3, clientY: top + 6, bubbles: true, pointerId: 1, button: 0 };
  element.dispatchEvent(new PointerEvent('pointerdown', at));
  element.dispatchEvent(new PointerEvent('pointerup', at));
}

describe('somen-graph', () => {
  test('somen-graph draws a run as it goes on, with what jobs return in boxes', async () => {
    const store = createRunStore();
    const graph = put('somen-graph', store);
    const seen: string[] = [];
    const watch = schedule(
      async (value: number) => {
        await frames();
        seen.push(inside(graph, '.running').textContent ?? '');
        return value;
      },
      { name: 'elements/watch' },
    );
    await ran(gather(watch(1), sumTo(2)), store);
    await vi.waitFor(() => expect(allInside(graph, '.open')).toHaveLength(2));
    await frames();
    expect(seen).toEqual(['watch(1)']);
    expect(labels(graph).toSorted()).toEqual(
      ['add(1, _)', 'add(2, _)', 'array(_, _)', 'sumTo(0)', 'sumTo(1)', 'sumTo(2)', 'watch(1)'].toSorted(),
    );
    expect(allInside(graph, 'g.done .sign.done')).toHaveLength(5);
    expect(inside(graph, '#summary').textContent).toContain('The run is done');
  });

  test('somen-graph paints only the boxes that changed, and lays out anew only for new jobs', async () => {
    const store = createRunStore();
    const graph = put('somen-graph', store);
    await ran(gather(add(1, 2), square(3)), store);
    await frames();
    const drawing = inside(graph, 'svg.drawing');
    const frame = inside(graph, '[data-id="j0"] .frame');
    const before = store.getSnapshot();
    const changed: RunSnapshot = {
      ...before,
      version: before.version + 1,
      jobs: before.jobs.map((view) => (view.job === 1 ? { ...view, state: 'failed' } : view)),
    };
    const listeners = new Set<() => void>();
    const shown = { snapshot: before };
    graph.store = {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getSnapshot: () => shown.snapshot,
    };
    await frames();
    const [again, first] = [inside(graph, 'svg.drawing'), inside(graph, '[data-id="j0"] .frame')];
    expect([again === drawing, first === frame]).toEqual([false, false]);
    shown.snapshot = changed;
    for (const listener of listeners) listener();
    await frames();
    expect(inside(graph, '[data-id="j1"] .sign').getAttribute('class')).toBe('sign failed');
    expect(inside(graph, 'svg.drawing')).toBe(again);
    expect(inside(graph, '[data-id="j0"] .frame')).toBe(first);
  });

  test('somen-graph tells which box is chosen, by pointer and by keys, and shows its details', async () => {
    const graph = put('somen-graph', await ran(add(add(1, 2), 40)));
    const chosen: (string | undefined)[] = [];
    document.body.addEventListener('somen-select', ({ detail }) => chosen.push(detail.job?.value), { once: false });
    await frames();
    const stage = inside(graph, '.stage');
    clickAt(inside(graph, '[data-id="j0"] .frame'), stage);
    press(stage, 'ArrowDown');
    expect(inside(graph, '.details').textContent).toContain('43');
    expect(inside(graph, '.selected').getAttribute('data-id')).toBe('j1');
    press(stage, 'Escape');
    expect(chosen).toEqual(['3', '43', undefined]);
    expect(inside(graph, '.details').hidden).toBe(true);
  });

  test('somen-graph draws calls that are alike as one box, which Enter opens and closes', async () => {
    const graph = put('somen-graph', await ran(squares(50)));
    await frames();
    expect(labels(graph)).toEqual(['square × 50', 'array(_, _, _, _, …)']);
    expect(inside(graph, '.detail').textContent).toBe('50 done');
    const stage = inside(graph, '.stage');
    press(stage, 'ArrowDown');
    expect(inside(graph, '.selected').getAttribute('data-id')).toBe('g0');
    press(stage, 'Enter');
    expect(labels(graph)).toHaveLength(52);
    press(stage, 'Enter');
    expect(labels(graph)).toHaveLength(2);
  });

  test('somen-graph draws many boxes on a canvas, in the colours of their states', async () => {
    const graph = put('somen-graph', await ran(squares(600)));
    await frames();
    press(inside(graph, '.stage'), 'ArrowDown');
    press(inside(graph, '.stage'), 'Enter');
    await frames();
    const canvas = [...(graph.shadowRoot?.querySelectorAll('canvas') ?? [])].at(-1);
    if (canvas === undefined) throw new Error('There is no canvas');
    expect(graph.shadowRoot?.querySelector('svg.drawing')).toBeNull();
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    // The green of what is done: #177a36.
    let green = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] === 0x17 && data[at + 1] === 0x7a) green++;
    expect(green).toBeGreaterThan(1000);
  });

  test('somen-graph zooms by keys and wheel, and shows all again', async () => {
    const graph = put('somen-graph', await ran(add(1, 2)));
    await frames();
    const stage = inside(graph, '.stage');
    const scale = (): number =>
      Number(/scale\(([\d.]+)/.exec(inside(graph, '.drawing > g').getAttribute('transform') ?? '')?.[1]);
    const whole = scale();
    press(stage, '+');
    expect(scale()).toBeCloseTo(whole * 1.25);
    const wheel = new WheelEvent('wheel', { deltaY: 500, bubbles: true, cancelable: true });
    stage.dispatchEvent(wheel);
    expect([scale() > whole, wheel.defaultPrevented]).toEqual([true, false]);
    stage.focus();
    stage.dispatchEvent(new WheelEvent('wheel', { deltaY: 500, bubbles: true, cancelable: true }));
    expect(scale()).toBeLessThan(whole);
    press(stage, '0');
    expect(scale()).toBe(whole);
  });
});

describe('somen-progress', () => {
  test('somen-progress says how many jobs ended, and how', async () => {
    const progress = put('somen-progress', await ran(gather(squares(8), fail('too far'))));
    await frames();
    const bar = inside(progress, '[role="progressbar"]');
    expect(bar.getAttribute('aria-valuenow')).toBe('100');
    expect(bar.getAttribute('aria-valuetext')).toBe('9 of 9 jobs');
    expect(inside(progress, '.status').textContent).toBe('9 of 9 · failed');
    const shown = allInside(progress, 'li').filter((item) => item instanceof HTMLElement && !item.hidden);
    expect(shown.map(({ textContent }) => textContent)).toEqual(['8 done', '1 failed']);
    expect(inside(progress, '[role="status"]').textContent).toBe('9 of 9 jobs, failed');
  });

  test('somen-progress is full when all is done that has to be, although more need not run', async () => {
    const [store, cache] = [createRunStore(), memoryCache()];
    for (let time = 0; time < 2; time++)
      await run(length(squares(8)), { display: store, executor: inline(), cache, history: false });
    expect(store.getSnapshot().jobs.filter(({ state }) => state === 'skipped')).toHaveLength(9);
    const progress = put('somen-progress', store);
    await frames();
    const [bar, retrieved] = [inside(progress, '.bar'), inside(progress, '.bar .is-retrieved')];
    // It grows before one's eyes.
    await expect.poll(() => retrieved.getBoundingClientRect().width).toBeGreaterThan(0.9 * bar.clientWidth);
  });

  test('somen-progress announces the beginning and the end, and not each job between', async () => {
    const store = createRunStore({ interval: 0 });
    const progress = put('somen-progress', store);
    await frames();
    const told: (string | null)[] = [];
    const status = inside(progress, '[role="status"]');
    new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true, subtree: true });
    const slow = schedule(async (value: number) => frames().then(() => value), { name: 'elements/slow' });
    let chain: unknown = 0;
    for (let step = 0; step < 10; step++) chain = add(slow(step), chain as never);
    await ran(chain, store);
    await vi.waitFor(() => expect(told.at(-1)).toBe('20 of 20 jobs, done'));
    expect(told).toHaveLength(2);
  });
});

describe('somen-log', () => {
  test('somen-log lists what became of jobs and what tasks wrote, and finds lines', async () => {
    const store = createRunStore();
    const log = put('somen-log', store);
    await ran(say('good morning'), store, pool({ size: 1 }));
    await frames();
    const wrote = allInside(log, '.text').map(({ textContent }) => textContent);
    expect(wrote).toContainEqual(expect.stringMatching(/say: good morning$/));
    expect(wrote).toContainEqual(expect.stringMatching(/say\('good morning'\) = 'good morning' in /));
    const written = { level: 'warn', values: ['careful'], job: 0, name: 'a/b', key: undefined, time: 1 } as const;
    await ran(gather(add(20, 22), fail('no such star')), store);
    store.log({ type: 'log', ...written });
    await frames();
    const lines = (): readonly (string | null)[] => allInside(log, '.text').map(({ textContent }) => textContent);
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toBe('a/b: careful');
    expect(lines()).toContainEqual(expect.stringMatching(/^elements\/add\(20, 22\) = 42 in /));
    const search = inside(log, 'input', HTMLInputElement);
    search.value = 'STAR';
    search.dispatchEvent(new Event('input'));
    expect(lines()).toEqual(["elements/fail('no such star'): RangeError: no such star"]);
    search.value = '';
    const kind = inside(log, 'select', HTMLSelectElement);
    kind.value = 'console';
    kind.dispatchEvent(new Event('change'));
    expect(lines()).toEqual(['a/b: careful']);
  });

  test('somen-log opens a failure, and shows what caused it', async () => {
    const log = put('somen-log', await ran(gather(add(1, 2), fail('no such star'))));
    await frames();
    inside(log, 'button.toggle').click();
    expect(inside(log, '.trail').textContent).toMatch(/RangeError: no such star.*Caused by.*no power/s);
    expect(inside(log, 'button.toggle').getAttribute('aria-expanded')).toBe('true');
    inside(log, 'button.toggle').click();
    expect(log.shadowRoot?.querySelector('.trail')).toBeNull();
  });

  test('somen-log keeps only the lines that are seen on the page', async () => {
    const log = put('somen-log', await ran(squares(3000)));
    await frames();
    expect(inside(log, '.muted').textContent).toBe('3,000 lines');
    const rows = allInside(log, '.row');
    expect(rows.length).toBeLessThan(60);
    expect(rows.at(-1)?.getAttribute('aria-posinset')).toBe('3000');
    inside(log, '.scroller').scrollTop = 0;
    await vi.waitFor(() => expect(allInside(log, '.row')[0]?.getAttribute('aria-posinset')).toBe('1'));
  });
});

describe('somen-timeline', () => {
  test('somen-timeline draws jobs by worker, and says the same in a table', async () => {
    const timeline = put('somen-timeline', await ran(gather(add(1, 2), square(3), fail('x'))));
    const chosen: (string | undefined)[] = [];
    timeline.addEventListener('somen-select', ({ detail }) => chosen.push(detail.job?.name));
    await frames();
    const table = inside(timeline, 'details', HTMLDetailsElement);
    table.open = true;
    await vi.waitFor(() => expect(allInside(timeline, 'table')).toHaveLength(2));
    const [workers, jobs] = allInside(timeline, 'table').map((each) =>
      [...each.querySelectorAll('tbody tr')].map((row) => [...row.children].map(({ textContent }) => textContent)),
    );
    expect(workers?.map(([worker, count]) => [worker, count])).toEqual([['inline', '3']]);
    expect(jobs?.map((row) => [row[0], row[1], row[4]])).toEqual([
      ['elements/add', 'inline', 'done'],
      ['elements/square', 'inline', 'done'],
      ['elements/fail', 'inline', 'failed'],
    ]);
    expect(Number.parseInt(workers?.[0]?.[3] ?? '', 10)).toBeLessThanOrEqual(100);
    const canvas = inside(timeline, 'canvas', HTMLCanvasElement);
    press(canvas, 'ArrowRight');
    press(canvas, 'ArrowRight');
    press(canvas, 'Escape');
    expect(chosen).toEqual(['elements/add', 'elements/square', undefined]);
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    expect(pixels.some((value, at) => at % 4 === 0 && value === 0xcf && pixels[at + 1] === 0x22)).toBe(true);
  });
});

describe('elements', () => {
  const NAMES: readonly ElementName[] = ['somen-graph', 'somen-log', 'somen-progress', 'somen-timeline'];

  test('elements listen only while they are on the page, and show a store that takes the place of another', async () => {
    const first = await ran(add(1, 2));
    const second = await ran(square(3));
    let listeners = 0;
    const counted: ElementStore = {
      getSnapshot: first.getSnapshot,
      subscribe: (listener) => {
        const end = first.subscribe(listener);
        listeners++;
        return () => {
          listeners--;
          end();
        };
      },
    };
    const elements = NAMES.map((name) => put(name, counted));
    expect(listeners).toBe(4);
    for (const element of elements) element.remove();
    expect(listeners).toBe(0);
    document.body.append(...elements);
    await frames();
    expect(listeners).toBe(4);
    expect(labels(elements[0] ?? document.body)).toEqual(['add(1, 2)']);
    for (const element of elements) element.store = second;
    await frames();
    expect(listeners).toBe(0);
    expect(labels(elements[0] ?? document.body)).toEqual(['square(3)']);
    for (const element of elements) element.store = undefined;
    await frames();
    expect(labels(elements[0] ?? document.body)).toEqual([]);
    expect(() => ((elements[0] ?? put('somen-graph')).store = { jobs: [] } as never)).toThrow(
      'Cannot show object in <somen-graph>: a store must have subscribe and getSnapshot',
    );
  });

  test('elements show a store that they were given before they were defined', async () => {
    const early = document.createElement('early-graph');
    Object.assign(early, { store: await ran(add(5, 6)) });
    document.body.append(early);
    customElements.define('early-graph', class extends SomenGraph {});
    await frames();
    expect(labels(early)).toEqual(['add(5, 6)']);
    // The first definition stays.
    defineElements();
    expect(customElements.get('somen-graph')).toBe(SomenGraph);
  });

  test('elements show text of tasks as text', async () => {
    const text = '<img src=x onerror=alert(1)>';
    const store = await ran(gather(square(text as never), fail(text)));
    const elements = NAMES.map((name) => put(name, store));
    await frames();
    for (const element of elements) expect(element.shadowRoot?.querySelector('img')).toBeNull();
    expect(inside(elements[1] ?? document.body, '.text').textContent).toContain('<img');
  });

  test.each(['light', 'dark'])('elements have no fault that axe finds, in %s surroundings', async (scheme) => {
    document.documentElement.style.colorScheme = scheme;
    document.documentElement.style.background = scheme === 'dark' ? '#101214' : '#ffffff';
    const store = await ran(gather(sumTo(2), squares(20), fail('no such star')));
    const main = document.createElement('main');
    const elements = NAMES.map((name) => put(name, store));
    main.append(...elements);
    document.body.append(main);
    await frames();
    inside(elements[1] ?? main, 'button.toggle').click();
    inside(elements[3] ?? main, 'details', HTMLDetailsElement).open = true;
    press(inside(elements[0] ?? main, '.stage'), 'ArrowDown');
    await frames();
    const { violations, passes } = await axe.run(main, { resultTypes: ['violations'] });
    expect(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]),
    ).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });
});
