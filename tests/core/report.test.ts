/** What reports tell of runs, wherever they run. */
import {
  createRuntime,
  gather,
  inline,
  memoryCache,
  run,
  schedule,
  type ReportDocument,
  type ReportedRun,
  type RunReport,
} from 'somen';
import { reportTo } from 'somen/report';
import { describe, expect, test, vi } from 'vitest';

const add = schedule((a: number, b: number) => a + b, { name: 'report/add' });
const zeros = schedule((length: number) => new Float64Array(length), { name: 'report/zeros' });
const size = schedule((array: Float64Array) => array.length, { name: 'report/size' });
const twice = schedule((n: number): unknown => add(n, n), { name: 'report/twice' });
const shout = schedule((text: string) => text.toUpperCase(), { name: 'report/shout' });
const fail = schedule(
  (text: string): number => {
    throw new RangeError(text, { cause: new TypeError('deep') });
  },
  { name: 'report/fail' },
);

/** The report of a run, whatever becomes of that. */
async function reported(value: unknown, options: Parameters<typeof run>[1] = {}): Promise<RunReport> {
  const reports: RunReport[] = [];
  await run(value, { ...options, display: false, report: reportTo((report) => reports.push(report)) }).catch(
    () => undefined,
  );
  expect(reports).toHaveLength(1);
  return reports[0] as RunReport;
}

/** The only run of a report, as a reader of its JSON gets it. */
function runOf(report: RunReport): ReportedRun {
  const { format, runs } = JSON.parse(JSON.stringify(report)) as ReportDocument;
  expect(format).toBe('somen/report/2');
  expect(runs).toHaveLength(1);
  return runs[0] as ReportedRun;
}

/** The jobs of a run as `name state`, in their order. */
function statesOf({ jobs, tasks, states }: ReportedRun): readonly string[] {
  return jobs.task.map((task, job) => `${tasks[task]?.name} ${states[jobs.state[job] ?? -1]}`);
}

describe('report', () => {
  test('report tells what a run did, in columns with an item for each job', async () => {
    const report = await reported(gather(add(1, size(zeros(1000))), twice(4)));
    const told = runOf(report);
    expect(told).toMatchObject({
      status: 'done',
      summary: { scheduled: 5, ran: 5 },
      workers: ['inline'],
      about: { executor: 'inline', platform: expect.any(String), versions: { somen: expect.stringMatching(/^\d/) } },
    });
    expect(statesOf(told).filter((line) => line.startsWith('report/'))).toEqual([
      'report/zeros done',
      'report/size done',
      'report/add done',
      'report/twice expanded',
      'report/add done',
    ]);
    const count = told.jobs.task.length;
    for (const column of Object.values(told.jobs) as unknown[][]) expect(column).toHaveLength(count);
    const [zerosJob, sizeJob, addJob] = [0, 1, 2];
    expect(told.jobs.args[addJob]).toEqual(['1', null]);
    expect(told.jobs.inputs[addJob]).toEqual([sizeJob, 1]);
    expect(told.jobs.value[addJob]).toBe('1001');
    expect(told.jobs.resultBytes[zerosJob]).toBe(8000);
    expect(told.jobs.argumentBytes[sizeJob]).toBe(8000);
    expect(told.bytes.arguments).toBe(8 + 8000 + 16 + 8 + 16);
    expect(told.bytes.cacheRead).toBeUndefined();
    for (const [job, started] of told.jobs.started.entries()) {
      if (started === null) continue;
      expect(started).toBeGreaterThanOrEqual(told.jobs.scheduled[job] ?? Infinity);
      expect(told.jobs.ended[job] ?? -1).toBeGreaterThanOrEqual(started);
    }
  });

  test('report names the parts of a workflow by ranges of its jobs', async () => {
    const { parts, jobs } = runOf(await reported(gather(twice(1), twice(2))));
    expect(parts).toHaveLength(3);
    expect(parts[0]).toMatchObject({ parent: -1 });
    for (const [index, { root, parent, jobs: ranges }] of parts.entries()) {
      expect(ranges.some(([first, last]) => first <= root && root <= last)).toBe(true);
      if (index > 0) expect(jobs.into[parent]).toBe(index);
    }
  });

  test('report counts what goes through the cache, and tells what came from there', async () => {
    const cache = memoryCache();
    const value = add(1, size(zeros(500)));
    const first = runOf(await reported(value, { cache }));
    expect(first.about.cache).toBe('memory');
    expect(first.bytes.cacheWritten).toBeGreaterThan(4000);
    expect(first.jobs.key[0]).toMatch(/^[0-9a-f]{64}$/);
    const again = runOf(await reported(value, { cache }));
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
    expect(again.bytes.cacheRead).toBeGreaterThan(0);
    expect(again.bytes.cacheRead).toBeLessThan(4000);
    expect(again.bytes.cacheWritten).toBe(0);
    expect(statesOf(again)).toEqual(['report/zeros skipped', 'report/size skipped', 'report/add retrieved']);
  });

  test('report tells failures with their arguments and causes, and what was left undone', async () => {
    const told = runOf(await reported(gather(add(fail('too much'), 1), shout('hey')), { onError: 'continue' }));
    expect(told.status).toBe('failed');
    expect(told.error).toMatchObject({ name: 'AggregateError', errors: [{ message: 'too much' }] });
    const job = statesOf(told).indexOf('report/fail failed');
    expect(told.errors).toMatchObject([
      [job, { name: 'RangeError', message: 'too much', cause: { name: 'TypeError', message: 'deep' } }],
    ]);
    expect(told.jobs.args[job]).toEqual(["'too much'"]);
    expect(statesOf(told)).toContain('report/add aborted');
  });

  test('report is made of runs that are aborted, and a run settles after it', async () => {
    const order: string[] = [];
    const begun = run(schedule(() => new Promise(() => begun.abort(new Error('enough'))), { name: 'report/stuck' })(), {
      display: false,
      report: reportTo(async ({ snapshot }) => {
        await Promise.resolve();
        order.push(snapshot.status);
      }),
    });
    await begun.catch((error: Error) => order.push(error.message));
    expect(order).toEqual(['aborted', 'enough']);
  });

  test('report loses no result when the function that takes it throws', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const report = reportTo(() => {
      throw new Error('disk full');
    });
    expect(await run(add(1, 2), { report })).toBe(3);
    expect(warn.mock.calls.flat().map(String).join(' ')).toMatch(/report of a run is lost.*disk full/);
    warn.mockRestore();
  });

  test('report of a runtime is made of each run, unless the run names another one', async () => {
    const seen: string[] = [];
    const names = (prefix: string) => reportTo(({ snapshot }) => seen.push(`${prefix} ${snapshot.jobs[0]?.value}`));
    const runtime = createRuntime({ executor: inline(), display: false, report: names('runtime') });
    await runtime.run(add(1, 2));
    await runtime.run(add(3, 4), { report: names('run') });
    await Promise.all([runtime.run(add(5, 6)), runtime.run(add(7, 8))]);
    await runtime.close();
    expect(seen.toSorted()).toEqual(['run 7', 'runtime 11', 'runtime 15', 'runtime 3']);
  });

  test('report refuses, before anything runs, what it cannot make without being brought along', async () => {
    const ran: number[] = [];
    const note = schedule((n: number) => ran.push(n), { name: 'report/note' });
    for (const target of ['report.html', () => ran.push(0)])
      await expect(run(note(1), { report: target })).rejects.toThrow(
        /^Cannot report a run to .*: what makes reports has to be brought along here\. Write report: reportTo/,
      );
    expect(ran).toEqual([]);
  });

  test('report makes a page that holds all it needs, and nothing that a value could break out of', async () => {
    const html = await (await reported(shout('</script><img src=x onerror=alert(1)>'))).toHTML();
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toContain('onerror');
    // No address is loaded: what looks like one is the name of a namespace.
    expect(html.match(/(?:src|href)="(?!data:|#)/g)).toBeNull();
    const [, packed = ''] = /<script type="application\/octet-stream" class="run">([^<]*)</.exec(html) ?? [];
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    const told = JSON.parse(await new Response(inflated).text()) as ReportedRun;
    expect(told.jobs.args).toEqual([[`'</script><img src=x onerror=alert(1)>'`]]);
  });
});
