/** Traces, held against the Trace Event Format: which fields each kind of event must have, and how they go together. */
import { gather, run, schedule, type TraceDocument, type TraceEvent } from 'somen';
import { reportTo } from 'somen/report';
import { describe, expect, test } from 'vitest';

/** Long enough for the coarse clocks of browsers. */
const add = schedule(
  (a: number, b: number) => {
    const end = performance.now() + 3;
    while (performance.now() < end);
    return a + b;
  },
  { name: 'trace/add' },
);
const later = schedule(
  async (n: number) => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return n;
  },
  { name: 'trace/later' },
);
const sum = schedule(
  async (values: readonly number[]) => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return values.reduce((a, b) => a + b, 0);
  },
  { name: 'trace/sum' },
);
const twice = schedule((n: number): unknown => add(n, n), { name: 'trace/twice' });

/** As a viewer reads it. */
async function traced(value: unknown): Promise<TraceDocument> {
  let trace: TraceDocument | undefined;
  const report = reportTo((made) => {
    trace = JSON.parse(JSON.stringify(made.toTrace())) as TraceDocument;
  });
  await run(value, { display: false, report }).catch(() => undefined);
  return trace as TraceDocument;
}

const ofKind = ({ traceEvents }: TraceDocument, kind: TraceEvent['ph']): readonly TraceEvent[] =>
  traceEvents.filter(({ ph }) => ph === kind);

describe('toTrace', () => {
  test('toTrace gives each event the fields that its kind must have', async () => {
    const { traceEvents, displayTimeUnit } = await traced(sum(gather(later(1), later(2), twice(3)) as never));
    expect(displayTimeUnit).toBe('ms');
    expect(new Set(traceEvents.map(({ ph }) => ph))).toEqual(new Set(['M', 'X', 's', 'f', 'C']));
    for (const event of traceEvents) {
      expect(event).toMatchObject({
        name: expect.any(String),
        pid: 1,
        tid: expect.any(Number),
        cat: expect.any(String),
      });
      expect(event.ts).toBeGreaterThanOrEqual(0);
      if (event.ph === 'X') expect(event.dur).toBeGreaterThanOrEqual(0);
      if (event.ph === 'M') expect(event.args).toBeDefined();
      if (event.ph === 's' || event.ph === 'f') expect(event.id).toEqual(expect.any(Number));
      if (event.ph === 'C')
        expect(Object.values(event.args ?? {}).every((value) => typeof value === 'number')).toBe(true);
    }
  });

  test('toTrace names processes and threads, and lets no slices of a thread overlap', async () => {
    const trace = await traced(gather(...Array.from({ length: 20 }, (_, n) => later(n))));
    const named = ofKind(trace, 'M').filter(({ name }) => name === 'thread_name');
    const names = new Map(named.map(({ tid, args }) => [tid, args?.['name']]));
    expect(names.get(2)).toBe('inline');
    expect(ofKind(trace, 'M').map(({ name }) => name)).toContain('process_name');
    const slices = ofKind(trace, 'X').toSorted((a, b) => a.ts - b.ts);
    expect(slices).toHaveLength(20);
    const until = new Map<number, number>();
    for (const { tid, ts, dur = 0 } of slices) {
      expect(names.has(tid)).toBe(true);
      expect(ts).toBeGreaterThanOrEqual((until.get(tid) ?? 0) - 0.002);
      until.set(tid, ts + dur);
    }
    expect(slices.find(({ args }) => args?.['job'] === 0)?.args).toMatchObject({
      arguments: '0',
      state: 'done',
      result: '0',
    });
  });

  test('toTrace draws an arrow from each result, through jobs of the language, to the job that needed it', async () => {
    const trace = await traced(sum(gather(later(1), add(2, 3), twice(4)) as never));
    const sliceAround = ({ ts, tid }: TraceEvent): string | undefined =>
      ofKind(trace, 'X').find((slice) => slice.tid === tid && slice.ts <= ts && ts < slice.ts + (slice.dur ?? 0))?.name;
    const ends = new Map(ofKind(trace, 'f').map((event) => [event.id, event]));
    const arrows = ofKind(trace, 's').map((start) => {
      const end = ends.get(start.id) as TraceEvent;
      expect(end.bp).toBe('e');
      expect(end.ts).toBeGreaterThanOrEqual(start.ts);
      return `${sliceAround(start)} > ${sliceAround(end)}`;
    });
    expect(arrows.toSorted()).toEqual(['trace/add > trace/sum', 'trace/add > trace/sum', 'trace/later > trace/sum']);
  });

  test('toTrace counts running and waiting jobs down to none', async () => {
    const counts = ofKind(await traced(sum(gather(later(1), later(2)) as never)), 'C').map(({ args }) => args);
    expect(Math.max(...counts.map((args) => Number(args?.['running'])))).toBe(2);
    expect(counts.at(-1)).toEqual({ running: 0, waiting: 0 });
  });
});
