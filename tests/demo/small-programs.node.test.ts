/** The small programs among the demos, against what they are expected to print. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, runProgram } from './support/program.ts';

test.each([
  ['stat', 'FILE'],
  ['poetry', '--cache DIR'],
  ['primes', '--workers N'],
])('%s explains its arguments', async (name, argument) => {
  const { code, stdout } = await runProgram(name, ['--help'], await emptyFolder());
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Usage: .*${name}[^]*${argument}`));
});

test('stat prints a table with a line for each file, also for those that it failed at', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'poem.txt'), 'oote oote', { mode: 0o640 });
  expect(await runProgram('stat', ['/dev/null', 'does-not-exist', 'poem.txt'], folder)).toEqual({
    code: 1,
    stdout: [
      'stat /dev/null      -> crw-rw-rw-          0 /dev/null',
      "stat does-not-exist -> failed: stat: cannot statx 'does-not-exist': No such file or directory",
      'stat poem.txt       -> -rw-r-----          9 poem.txt',
      '',
    ].join('\n'),
    stderr: '',
  });
  expect(await runProgram('stat', ['poem.txt'], folder)).toMatchObject({ code: 0 });
});

test('poetry tells what is computed, attached and retrieved', { timeout: 60_000 }, async () => {
  const folder = await emptyFolder();
  const poetry = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProgram('poetry', ['--cache', 'results', ...args], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const first = await poetry();
  expect(first).toContain('The answer is 42.');
  expect(first).toContain(`Yn it Frysk:
  At muzyk wêze de fiedsel fan leafde, boartsje oan,
  Jaan <me> by fersin fan it; dat <surfeiting>,
  De <appetite> maaie <sicken>, en dus deagean.`);
  expect(first).toContain(`En Esperanto:
  Se muziko esti la manĝaĵo de ami, ludi sur,
  Doni mi eksceso de ĝi; ke <surfeiting>,
  La apetito povi naŭzi, kaj tiel morti.`);
  expect(outcomes(first)).toEqual([
    '4 4 4, 3   (4 ran, 1 attached, 0 retrieved)',
    '2 2 4 4 4   (3 ran, 0 attached, 3 retrieved)',
    '4 4 4 4 3 4 3   (6 ran, 3 attached, 0 retrieved)',
  ]);
  expect(first).toContain("result 2 [wordSize('oote')]: attached -> 4\n");
  expect(first).toContain("result 4 [wordSize('oote')]: retrieved -> 4\n");

  expect(outcomes(await poetry())).toEqual([
    '4 4 4, 3   (0 ran, 0 attached, 5 retrieved)',
    '2 2 4 4 4   (0 ran, 0 attached, 6 retrieved)',
    '4 4 4 4 3 4 3   (0 ran, 0 attached, 9 retrieved)',
  ]);
  const edited = await poetry('--edited', '1.1');
  expect(outcomes(edited).at(-1)).toBe('{"Kneu":4,"kneu":4,"ote":3,"eur":3}   (1 ran, 0 attached, 4 retrieved)');
  expect(edited).not.toContain('warning');
  // It says that it is of the old version, and is believed.
  expect(outcomes(await poetry('--edited', '1.0')).at(-1)).toBe('4 4 4 4 3 4 3   (0 ran, 0 attached, 9 retrieved)');
});

function outcomes(output: string): string[] {
  return [...output.matchAll(/^=> (.*)$/gm)].map(([, outcome = '']) => outcome);
}

test('primes prints how long each number of workers took', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await runProgram('primes', ['--workers', '2', '--sums', '2'], await emptyFolder());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^ +1 +[\d.]+ s +1\.00x +[\d.]+ s +1\.00x\n +2 +[\d.]+ s +[\d.]+x +[\d.]+ s +[\d.]+x$/m);
  expect(stdout).toContain('All 2 agree');
});

test('primes says what is wrong with a request', async () => {
  expect(await runProgram('primes', ['--workers', '0'], await emptyFolder())).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Cannot use --workers 0: it must be a whole number from 1 to 256\n',
  });
});
