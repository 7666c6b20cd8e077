import { logging, type Display, type JobCall, type LoggingOptions } from 'somen';
import { describe, expect, test } from 'vitest';

/** The lines of a display that is told something. */
function linesOf(options: LoggingOptions, tell: (display: Display) => void): string[] {
  const lines: string[] = [];
  tell(logging({ time: false, write: (line) => lines.push(line), ...options }));
  return lines;
}

function call(job: number, name: string, ...args: readonly unknown[]): JobCall {
  return { job, name, key: undefined, args };
}

const size = call(3, 'wordSize', 'oote');
const filled = call(12, 'format', '{} {} {} {}, {}', 4, 4, 4, 3);

describe('logging', () => {
  test('logging writes a line for each call and one for each result, and how it came about', () => {
    const lines = linesOf({}, (display) => {
      display.call?.(size);
      display.result?.(size, { status: 'done', value: 4 });
      display.result?.({ ...size, job: 4 }, { status: 'attached', value: 4 });
      display.result?.({ ...size, job: 5 }, { status: 'retrieved', value: 'four' });
      display.end?.({ scheduled: 3, ran: 1, attached: 1, retrieved: 1, failed: 0 });
    });
    expect(lines).toEqual([
      `job 3: wordSize('oote')`,
      `result 3 [wordSize('oote')]: done -> 4`,
      `result 4 [wordSize('oote')]: attached -> 4`,
      `result 5 [wordSize('oote')]: retrieved -> 'four'`,
      '-end-of-queue-',
    ]);
  });

  test('logging tells workflows by the beginning of their keys, where those are known', () => {
    const workflow = 'c0ffee0123456789'.repeat(4);
    const lines = linesOf({}, (display) => {
      display.result?.(size, { status: 'done', workflow });
      display.result?.(size, { status: 'retrieved', workflow });
      display.result?.(size, { status: 'done', workflow: undefined });
    });
    expect(lines).toEqual([
      `result 3 [wordSize('oote')]: done -> workflow c0ffee012345`,
      `result 3 [wordSize('oote')]: retrieved -> workflow c0ffee012345`,
      `result 3 [wordSize('oote')]: done -> workflow`,
    ]);
  });

  test('logging tells failures, of any kind', () => {
    const lines = linesOf({}, (display) => {
      display.result?.(size, { status: 'failed', error: new TypeError('no word') });
      display.result?.(size, { status: 'failed', error: 'thrown' });
    });
    expect(lines).toEqual([
      `result 3 [wordSize('oote')]: failed -> TypeError: no word`,
      `result 3 [wordSize('oote')]: failed -> 'thrown'`,
    ]);
  });

  test('logging writes an ellipsis for arguments that nobody needed to know', () => {
    const found = { ...filled, args: undefined };
    expect(linesOf({}, (display) => display.result?.(found, { status: 'retrieved', value: '4 4' }))).toEqual([
      `result 12 [format(…)]: retrieved -> '4 4'`,
    ]);
  });

  test('logging leaves out the middle of a line that is too long: its ends say which job and what it came to', () => {
    const tell = (display: Display) => display.result?.(filled, { status: 'done', value: '4 4 4 4, 3' });
    expect(linesOf({ width: 50 }, tell)).toEqual([`result 12 [format('{} {} …)]: done -> '4 4 4 4, 3'`]);
    expect(linesOf({ width: 50, time: () => '12:00' }, tell)).toEqual([
      `12:00 - result 12 [format('{}…done -> '4 4 4 4, 3'`,
    ]);
    const whole = `result 12 [format('{} {} {} {}, {}', 4, 4, 4, 3)]: done -> '4 4 4 4, 3'`;
    expect(linesOf({ width: whole.length }, tell)).toEqual([whole]);
    expect(linesOf({ width: whole.length - 1 }, tell)).not.toEqual([whole]);
  });

  test('logging has lines of 80 characters with the time, unless told otherwise', () => {
    const long = call(1, 'wordSize', 'o'.repeat(70), 'k'.repeat(70));
    const [line] = linesOf({ time: () => 'x'.repeat(23) }, (display) => display.call?.(long));
    expect(line).toBe(`${'x'.repeat(23)} - job 1: wordSize('oooooooooo…${'k'.repeat(24)}')`);
    expect(line).toHaveLength(80);
    expect(linesOf({ width: Infinity }, (display) => display.call?.(long))[0]).toHaveLength(163);
  });

  test('logging cuts no character in two', () => {
    const [line = ''] = linesOf({ width: 41 }, (display) => display.call?.(call(1, 'f', '🍜'.repeat(40))));
    expect(Array.from(line)).toHaveLength(41);
    expect(line).toMatch(/^job 1: f\('(🍜)+…(🍜)+'\)$/u);
  });

  test('logging keeps a call on one line, without codes for the terminal', () => {
    expect(linesOf({}, (display) => display.call?.(call(0, 'f', 'a\nb\u001b[2J\u009b')))).toEqual([
      String.raw`job 0: f('a\nb\x1b[2J\x9b')`,
    ]);
  });

  test('logging shows no values of results where that is not wanted', () => {
    const lines = linesOf({ results: false }, (display) => {
      display.result?.(size, { status: 'retrieved', value: 'secret' });
      display.result?.(size, { status: 'failed', error: new Error('told') });
    });
    expect(lines).toEqual([
      `result 3 [wordSize('oote')]: retrieved`,
      `result 3 [wordSize('oote')]: failed -> Error: told`,
    ]);
  });

  test('logging begins lines with the local date and time', () => {
    const before = Date.now();
    const [line = ''] = linesOf({ time: undefined as never }, (display) => display.call?.(size));
    const [, date = '', time = '', rest] = /^(\S+) (\S+) - (.*)$/.exec(line) ?? [];
    expect(rest).toBe(`job 3: wordSize('oote')`);
    // Without a zone, it is read as local time.
    const told = new Date(`${date}T${time}`).getTime();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  test('logging writes what tasks log, and warnings, in whole', () => {
    const long = 'long '.repeat(30);
    const lines = linesOf({ time: () => 'noon' }, (display) => {
      const values = [long, { a: 1 }, 2];
      display.log({ type: 'log', level: 'info', values, job: 7, name: 'chatty', key: undefined, time: 0 });
      display.warning(long);
    });
    expect(lines).toEqual([`noon - log 7 [chatty]: ${long} { a: 1 } 2`, `noon - warning: ${long}`]);
  });

  test.each([39, 0, -1, Number.NaN])('logging refuses lines of %d characters', (width) => {
    expect(() => logging({ width })).toThrow(
      new RangeError(`Cannot log lines of ${width} characters: width must be a number from 40 up`),
    );
  });
});
