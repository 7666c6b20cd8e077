import * as fc from 'fast-check';
import {
  createRunStore,
  gather,
  run,
  schedule,
  toDot,
  toGraph,
  toMermaid,
  toSVG,
  type RunSnapshot,
  type WorkflowGraph,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { boxesIn, linesIn } from './support/svg-reading.js';

const add = schedule((a: number, b: number) => a + b, { name: 'drawing/add' });
const square = schedule((a: number) => a * a, { name: 'drawing/square' });
const sum = schedule((numbers: number[]) => numbers.reduce((a, b) => a + b, 0), { name: 'drawing/sum' });
const fail = schedule(
  (text: string): number => {
    throw new RangeError(text);
  },
  { name: 'drawing/fail' },
);
const sumTo = schedule((n: number): unknown => (n === 0 ? 0 : add(n, sumTo(n - 1) as never)), {
  name: 'drawing/sumTo',
});
const loop = schedule((n: number, total: number): unknown => (n === 0 ? total : loop(n - 1, total + n)), {
  name: 'drawing/loop',
});

const u = add(5, 4);
const diamond = add(add(u, 3), add(u, 2));
const fanIn = (count: number): unknown => sum(gather(...Array.from({ length: count }, (_, index) => square(index))));

async function ran(value: unknown): Promise<RunSnapshot> {
  const store = createRunStore();
  await run(value, { display: store }).catch(() => undefined);
  return store.getSnapshot();
}

/** A run of a loop of tail calls that was not run: each job returned a workflow of one job. */
function longLoop(length: number): RunSnapshot {
  const { jobs: views, parts, ...rest } = createRunStore().getSnapshot();
  const jobs = [...views];
  const links = [...parts];
  for (let job = 0; job < length; job++) {
    jobs.push({
      job,
      name: 'step',
      key: undefined,
      builtIn: false,
      inputs: [],
      args: [`${job}`],
      part: job,
      state: 'expanded',
      worker: undefined,
      scheduledAt: 1,
      startedAt: 1,
      endedAt: 2,
      duration: 1,
      attempts: 1,
      into: job + 1 < length ? job + 1 : undefined,
      value: undefined,
      error: undefined,
    });
    links.push({ root: job, parent: job === 0 ? undefined : job - 1, jobs: [job] });
  }
  return { ...rest, jobs, parts: links };
}

describe('toDot and toMermaid', () => {
  test('toDot draws calls by their short names and arguments, and what they need', () => {
    expect(toDot(diamond).split('\n')).toEqual([
      'digraph workflow {',
      '  node [shape=box];',
      '  0 [label="add(5, 4)"];',
      '  1 [label="add(_, 3)"];',
      '  2 [label="add(_, 2)"];',
      '  3 [label="add(_, _)"];',
      '  0 -> 1;',
      '  0 -> 2;',
      '  1 -> 3;',
      '  2 -> 3;',
      '}',
    ]);
    expect(toDot(toGraph(diamond))).toBe(toDot(diamond));
    expect(toDot({ nodes: [u], edges: [] })).toContain('add(5, 4)');
  });

  test('toDot keeps namespaces where names would be the same without, and escapes what is text', () => {
    const other = schedule((text: string) => text, { name: 'other/add' });
    const text = toDot(gather(add(1, 2), other('a "quoted"\n<text>')));
    expect(text).toContain('"drawing/add(1, 2)"');
    expect(text).toContain(String.raw`"other/add('a \"quoted\" <text>')"`);
    expect(toMermaid(other('a "b" #<c>'))).toContain(`n0["add('a #34;b#34; #35;#60;c#62;')"]`);
  });

  test('toDot and toMermaid nest what jobs returned, and say the state of each job', async () => {
    const snapshot = await ran(gather(sumTo(1), loop(2, 0)));
    const dot = toDot(snapshot);
    expect(dot).toMatch(/subgraph cluster_j0 {\n {4}label="sumTo\(1\)\\nexpanded";/);
    expect(dot).toMatch(/ltail=cluster_j0/);
    expect(dot.match(/style=dashed\];/g)?.length).toBeGreaterThanOrEqual(1);
    const mermaid = toMermaid(snapshot);
    expect(mermaid).toMatch(/subgraph n0\["sumTo\(1\)<br>expanded"\]\n.*sumTo\(0\)<br>done/s);
    expect(mermaid).toMatch(/n0 --> n2/);
    expect(mermaid).toMatch(/-\.->/);
    expect(mermaid).toMatch(/class n\d[n\d,]* done/);
  });

  test('toDot and toMermaid draw calls that are alike as one box from `collapse` of them on', () => {
    expect(toDot(fanIn(1000)).split('\n')).toHaveLength(8);
    expect(toDot(fanIn(1000))).toContain('g0 [label="square × 1,000", peripheries=2];');
    expect(toDot(fanIn(11)).match(/square\(/g)).toHaveLength(11);
    expect(toDot(fanIn(1000), { collapse: Infinity }).match(/square\(/g)).toHaveLength(1000);
    expect(toMermaid(fanIn(3), { collapse: 3 })).toContain('g0["square × 3"]');
    expect(() => toDot(diamond, { collapse: 1 })).toThrow('Cannot draw with collapse 1: it must be a number from 2 up');
    expect(() => toSVG(diamond, { depth: NaN })).toThrow('Cannot draw with depth NaN');
  });
});

describe('collapse', () => {
  /** The numbers of calls in the boxes of a drawing. */
  const groups = (value: unknown): readonly number[] =>
    [...toMermaid(value).matchAll(/× ([\d,]+)["<]/g)].map(([, count = '']) => Number(count.replace(',', '')));

  test('collapse keeps calls apart whose inputs, users or surroundings differ', () => {
    const twice = Array.from({ length: 40 }, (_, index) => square(index));
    const half = twice.map((value, index) => (index % 2 === 0 ? add(value, 1) : value));
    // Half of the squares lead to `sum` by way of `add`.
    expect(groups(sum(gather(...half)))).toEqual([20, 20, 20]);
  });

  test('collapse makes a box of each level of a tree, and of the middle of a chain', () => {
    let level: unknown[] = Array.from({ length: 64 }, (_, index) => square(index));
    while (level.length > 1)
      level = Array.from({ length: level.length / 2 }, (_, index) =>
        add(level[2 * index] as never, level[2 * index + 1] as never),
      );
    expect(groups(level[0])).toEqual([64, 32, 16]);
    let chain: unknown = 0;
    for (let step = 0; step < 500; step++) chain = add(chain as never, 1);
    expect(groups(chain)).toEqual([expect.any(Number)]);
    expect(groups(chain)[0]).toBeGreaterThan(450);
  });

  test('collapse takes jobs together that returned workflows of the same shape, and no others', async () => {
    const odd = schedule((n: number): unknown => (n % 2 === 0 ? add(n, 1) : square(add(n, 1))), {
      name: 'drawing/odd',
    });
    const snapshot = await ran(gather(...Array.from({ length: 30 }, (_, index) => odd(index))));
    expect(groups(snapshot)).toEqual([15, 15]);
    // While one of them may return something yet, nobody knows.
    const jobs = snapshot.jobs.map((view) => (view.job === 0 ? { ...view, state: 'running', into: undefined } : view));
    expect(groups({ ...snapshot, jobs })).toEqual([30]);
  });

  test('collapse asks for less where there would be too many boxes', () => {
    const tasks = Array.from({ length: 50 }, (_, index) => schedule((n: number) => n, { name: `drawing/t${index}` }));
    const calls: unknown[] = [0];
    for (let index = 0; index < 10_000; index++)
      calls.push(tasks[(index * 31) % 50]?.(calls[(index * 7919) % calls.length] as never));
    const together = groups(gather(...calls));
    const boxes = toMermaid(gather(...calls)).match(/^ {2}\w+\["/gm)?.length ?? 0;
    expect(boxes).toBeLessThan(8000);
    // Each call is in one box.
    expect(together.reduce((total, count) => total + count - 1, boxes)).toBe(10_001);
  });
});

describe('toSVG', () => {
  test('toSVG draws a picture that stands alone and says what it shows', async () => {
    const svg = toSVG(diamond);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Workflow: 4 calls" viewBox="0 0 \d+ \d+"/);
    expect(svg).toContain('<title>Workflow: 4 calls</title>');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/<script|@import|url\(|href|\son\w+=/);
    expect(toSVG(diamond)).toBe(svg);
    expect(toSVG(diamond, { theme: 'dark', title: 'A <b>' })).toMatch(/aria-label="A &#60;b&#62;"/);
    expect(toSVG(diamond, { theme: 'dark' })).not.toContain('@media');
    const after = toSVG(await ran(add(fail('too "much" <'), add(1, 2))));
    expect(after).toContain('1 failed');
    expect(after).toMatch(/<g class="job failed"[^>]*><title>drawing\/fail\(&#39;|<g class="job failed"/);
    expect(after).toContain('class="sign failed"');
  });

  test('toSVG fits texts of any kind into XML', () => {
    const name = schedule((text: string) => text, { name: 'drawing/漢字' });
    const svg = toSVG(name('\u0000\ud800 ]]> & "x"'));
    expect(svg).toContain('漢字(');
    // oxlint-disable-next-line no-control-regex
    expect(svg).not.toMatch(/[\u0000-\u0009]/);
    expect(svg).not.toMatch(/[\ud800-\udfff]/u);
  });

  test('toSVG draws what jobs returned in their boxes, as deep as it is told to', async () => {
    const snapshot = await ran(sumTo(4));
    const nested = boxesIn(toSVG(snapshot));
    expect(nested.filter(({ open }) => open)).toHaveLength(4);
    expect(nested).toHaveLength(9);
    for (const inner of nested.slice(1)) {
      const outer = nested[0] ?? inner;
      expect(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width).toBe(true);
    }
    expect(boxesIn(toSVG(snapshot, { depth: 2 }))).toHaveLength(5);
    expect(boxesIn(toSVG(snapshot, { depth: 0 }))).toHaveLength(1);
  });

  test('toSVG draws a loop of 100,000 tail calls as its ends and one box between', () => {
    const svg = toSVG(longLoop(100_000));
    expect(svg).toContain('step × 99,996');
    expect(boxesIn(svg)).toHaveLength(5);
    expect(svg.match(/class="edge becomes"/g)).toHaveLength(3);
  });

  test('toSVG draws boxes that do not overlap, below what they need', () => {
    const graphs = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(graphs, (inputs) => {
        const graph = graphOf(inputs);
        const svg = toSVG(graph, { collapse: Infinity });
        const boxes = boxesIn(svg);
        expect(boxes).toHaveLength(graph.nodes.length);
        for (const [index, a] of boxes.entries())
          for (const b of boxes.slice(index + 1))
            expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
              true,
            );
        const lines = linesIn(svg);
        expect(lines).toHaveLength(new Set(graph.edges.map(({ from, to }) => `${from} ${to}`)).size);
        for (const { start, end } of lines) expect(end.y).toBeGreaterThan(start.y);
      }),
      { numRuns: 60 },
    );
  });
});

/** Calls that need some of those before them. */
function graphOf(inputs: readonly (readonly number[])[]): WorkflowGraph {
  const edges = inputs.flatMap((list, to) =>
    list.flatMap((back, argument) => (back < to ? { from: to - 1 - back, to, argument } : [])),
  );
  const nodes = inputs.map((list, id) => ({
    id,
    name: `task${id}`.repeat(1 + (id % 3)),
    args: list.map(() => undefined),
    builtIn: false,
  }));
  return { nodes, edges };
}
