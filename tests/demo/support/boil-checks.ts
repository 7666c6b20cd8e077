/** What the make tool in the page has to do. Each check is given a window, and what makes URLs of chapters. */
import { expect } from 'vitest';
import { buildProject, editFile, followProblem, resetFiles } from './boil-steps.ts';
import type { BrowserPage } from './browser-page.ts';
import type { UrlOf } from './chapter-checks.ts';

/** The tool compiles what is out of date, and nothing else. */
export async function checkBuilds(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.resize(1100, 740);
  await page.open(urlOf('boil'));
  const cold = await buildProject(page);
  expect(cold).toMatchObject({
    status: 'Done. 6 compiled Linked.',
    problems: [],
    moon: [250, 240, 205],
    loaded: 1,
  });
  expect(cold.output).toBe('Hello! Here are 480 times 220 pixels.');
  expect([cold.tree.at(0), ...cold.tree.slice(1, -2).sort(), ...cold.tree.slice(-2)]).toEqual([
    '╭─(Building target hello)',
    ...['hills', 'main', 'moon', 'noise', 'paint', 'sky'].map((file) => `│ Compiling ${file}.ts ... (✔)`),
    '│ Linking ... (✔)',
    '╰─(success)',
  ]);

  // One source.
  await editFile(page, 'moon.ts', '[250, 240, 205]', '[200, 100, 50]');
  const edited = await buildProject(page);
  expect(edited).toMatchObject({ status: 'Done. 1 compiled 5 up to date Linked.', moon: [200, 100, 50] });
  expect(edited.tree.slice(1, -1)).toEqual(['│ Compiling moon.ts ... (✔)', '│ Linking ... (✔)']);

  // The header is part of four. Of a comment, nothing is left in what they become.
  await editFile(page, 'include/settings.ts', 'WIDTH = 480', 'WIDTH = 400');
  expect(await buildProject(page)).toMatchObject({
    status: 'Done. 4 compiled 2 up to date Linked.',
    output: 'Hello! Here are 400 times 220 pixels.',
  });
  await editFile(page, 'sky.ts', 'const STARS', '/* many */ const STARS');
  expect((await buildProject(page)).status).toBe('Done. 1 compiled 5 up to date The program is up to date.');

  await page.open(urlOf('boil'));
  expect(await buildProject(page)).toMatchObject({
    status: 'Done. 6 up to date The program is up to date.',
    tree: ['╭─(Building target hello)', '╰─(up to date)'],
    moon: [250, 240, 205],
    loaded: 0,
  });
  expect(await page.complaints()).toEqual([]);
}

/** The tool shows an error in its line, and compiles the other files. */
export async function checkBuildErrors(page: BrowserPage, urlOf: UrlOf): Promise<void> {
  await page.resize(1100, 740);
  await page.open(urlOf('boil'));
  await buildProject(page);
  await editFile(page, 'hills.ts', 'const light = 1', 'const light = = 1');
  await editFile(page, 'noise.ts', '127.1', '127.2');
  const broken = await buildProject(page);
  expect(broken).toMatchObject({
    status: 'Failed. 1 compiled 4 up to date 1 failed',
    problems: ['hills.ts, line 10: Unexpected "="'],
  });
  expect(broken.files).toMatchObject({ 'hills.ts': 'failed', 'noise.ts': 'compiled', 'sky.ts': 'up to date' });
  expect(broken.tree.slice(1, -1).sort()).toEqual(['│ Compiling hills.ts ... (✗)', '│ Compiling noise.ts ... (✔)']);
  expect(await followProblem(page)).toEqual(['hills.ts', 10]);

  // The linker misses a file.
  await editFile(page, 'hills.ts', 'const light = = 1', 'const light = 1');
  await editFile(page, 'main.ts', './sky.ts', './sea.ts');
  expect(await buildProject(page)).toMatchObject({
    status: 'Failed. 1 compiled 5 up to date Not linked.',
    problems: ["main.ts: There is no file 'sea.ts'"],
  });
  await resetFiles(page);
  expect(await buildProject(page)).toMatchObject({
    status: 'Done. 6 up to date The program is up to date.',
    problems: [],
  });
  expect(await page.complaints()).toEqual([]);
}
