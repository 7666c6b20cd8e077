import { delay, inline, memoryCache, run, schedule, SomenError, TaskError, type FailedJob } from 'somen';
import { describe, expect, test } from 'vitest';
import { add } from './support/arithmetic.js';
import { openRuntime } from './support/runtime.js';

class WeatherError extends Error {
  override readonly name = 'WeatherError';
  readonly code = 'ERR_RAIN';
  readonly station: string;

  constructor(message: string, station: string, options?: ErrorOptions) {
    super(message, options);
    this.station = station;
  }
}

const measure = schedule(
  (station: string, _values: unknown) => {
    throw new WeatherError('It rains', station, { cause: new RangeError('Too wet') });
  },
  { name: 'errors/measure' },
);
const toss = schedule(
  (value: unknown) => {
    throw value;
  },
  { name: 'errors/toss' },
);

describe('run', () => {
  test('run rejects with the error of the job that failed: its class, code, cause and own fields', async () => {
    const error = await failureOf(run(add(measure('Texel', [1]) as unknown as number, 1)));
    expect(error).toBeInstanceOf(WeatherError);
    expect(error).toMatchObject({
      message: 'It rains',
      code: 'ERR_RAIN',
      station: 'Texel',
      cause: new RangeError('Too wet'),
    });
  });

  test('run tells the task, its place, key, arguments and attempts in the job of an error', async () => {
    const values = new Float64Array(1000);
    const { job } = (await failureOf(run(measure('Texel', [values, { a: 1 }]), { cache: memoryCache() }))) as {
      job: FailedJob;
    };
    expect(job).toMatchObject({
      task: 'errors/measure',
      arguments: "'Texel', [Float64Array(1000), { a: 1 }]",
      attempts: 1,
    });
    expect(job.key).toMatch(/^[0-9a-f]{64}$/);
    expect(job.scheduledAt).toMatch(/errors\.test.*:\d+:\d+$/);
    const keyless = (await failureOf(run(measure('Texel', 'x'.repeat(1000))))) as { job: FailedJob };
    expect(keyless.job.key).toBeUndefined();
    expect(keyless.job.arguments.length).toBeLessThan(120);
  });

  test('run names the first job when an error passes through several runs', async () => {
    const outer = schedule(() => run(measure('Texel', 1), { executor: inline() }), { name: 'errors/outer' });
    expect(await failureOf(run(outer()))).toMatchObject({ job: { task: 'errors/measure' } });
  });

  test('run rejects with a TaskError whose cause is the value when a task throws something that is no object', async () => {
    for (const value of ['text', 5, undefined, null, Symbol.for('s')]) {
      const error = await failureOf(run(toss(value)));
      expect(error).toBeInstanceOf(TaskError);
      expect(error).toBeInstanceOf(SomenError);
      expect(error).toMatchObject({ code: 'ERR_TASK_THREW', cause: value, job: { task: 'errors/toss' } });
    }
  });

  test('run rejects with a TaskError when a task throws a frozen object', async () => {
    const frozen = Object.freeze({ reason: 'frozen' });
    expect(await failureOf(run(toss(frozen)))).toMatchObject({ code: 'ERR_TASK_THREW', cause: frozen });
  });

  test('run rejects with the error of an async task, and of a member of nothing', async () => {
    const later = schedule(() => Promise.reject(new RangeError('Later')), { name: 'errors/later' });
    await expect(run(later())).rejects.toMatchObject({
      name: 'RangeError',
      message: 'Later',
      job: { task: 'errors/later' },
    });
    const nothing = delay(undefined) as unknown as { member: unknown };
    await expect(run(nothing.member)).rejects.toMatchObject({ name: 'TypeError', job: { task: 'somen/member' } });
  });

  test('run stops what depends on a failed job, and does not start what is waiting', async () => {
    const ran: string[] = [];
    const note = schedule((name: string, _after?: unknown) => ran.push(name), { name: 'errors/note' });
    const failing = [note('before'), note('after', toss(new Error('Stop'))), note('waiting')];
    await expect(run(failing, { concurrency: 1 })).rejects.toThrow('Stop');
    expect(ran).toEqual(['before']);
  });

  test('run never remembers an error when it has a cache', async () => {
    let fails = true;
    const moody = schedule(
      () => {
        if (fails) throw new Error('Not now');
        return 'well';
      },
      { name: 'errors/moody' },
    );
    const runtime = openRuntime({ cache: memoryCache() });
    await expect(runtime.run(moody())).rejects.toThrow('Not now');
    fails = false;
    expect(await runtime.run(moody())).toBe('well');
  });

  test('run keeps what was computed when another job fails', async () => {
    const cache = memoryCache();
    await expect(run([add(30, 1), toss(new Error('Stop'))], { cache, concurrency: 1 })).rejects.toThrow('Stop');
    const again = run(add(30, 1), { cache });
    expect(await again).toBe(31);
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
  });

  test('a runtime goes on when a run of it failed', async () => {
    const runtime = openRuntime();
    const [failed, other] = [runtime.run(toss(new Error('Stop'))), runtime.run(add(1, 2))];
    await expect(failed).rejects.toThrow('Stop');
    expect(await other).toBe(3);
    expect(await runtime.run(add(3, 4))).toBe(7);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The run did not fail');
}
