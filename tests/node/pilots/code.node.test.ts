/** Pilots whose projects are other folders, with the same code, with other code, or with none. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeApp, type CodeApp } from '../support/code-app.ts';
import { HOME, OTHER, SAME } from '../support/scaling-project.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';

/** What the script computes stands in place of `$WORK`; the folders of its pilots are arguments, one after the other. */
const SCRIPT = `
import { command, fileCache, gatherAll, pilots, run } from 'somen/node';
import { place, Point, move, registry, scale, sum, total } from './tasks.mjs';
const folders = process.argv.slice(2);
let next = 0;
const places = folders.map((cwd) => command(${JSON.stringify(SOMEN_PILOT)}, { cwd }));
const owners = new Map();
const launch = {
  name: 'folders', connects: 'stream',
  async submit(count, pilot) {
    const submitted = [];
    for (let index = 0; index < count; index++) {
      const place = places[next++ % places.length];
      const tokens = pilot.tokens?.slice(index, index + 1);
      for (const one of await place.submit(1, { ...pilot, tokens })) {
        const id = next + '-' + one.id;
        owners.set(id, [place, one.id]);
        submitted.push({ ...one, id });
      }
    }
    return submitted;
  },
  async status(ids) {
    const states = new Map();
    for (const id of ids) {
      const [place, own] = owners.get(id);
      states.set(id, (await place.status([own])).get(own) ?? 'ended');
    }
    return states;
  },
  async cancel(ids) { for (const id of ids) { const [place, own] = owners.get(id); await place.cancel([own]); } },
};
const options = { launch, slots: 1, min: folders.length, max: folders.length, ...$OPTIONS };
const executor = pilots(options);
try {
  $WORK
} catch (error) {
  console.log(error.code, error.message);
}
await executor.close();
`;

/** The script and its project. */
function home(work: string, options = '{}'): Promise<CodeApp> {
  const script = SCRIPT.replace('$WORK', () => work).replace('$OPTIONS', () => options);
  return codeApp({ ...HOME, 'main.mjs': script });
}

test('a project in another folder is the same project: tasks, workflows and classes find each other', async () => {
  const there = await codeApp(SAME);
  const app = await home(
    `console.log(JSON.stringify(await run([total([1, 2, 3]), place(), move(new Point(1), 2).x], { executor, registry, display: false })));`,
  );
  const { out, errors } = await app.node('main.mjs', there.folder);
  expect([errors, out]).toEqual(['', `${JSON.stringify([18, there.folder, 3])}\n`]);
}, 60_000);

test('a task whose code is another one there does not run: the error names both versions and the pilot', async () => {
  const there = await codeApp(OTHER);
  const app = await home(`console.log(await run(scale(1), { executor, display: false }));`);
  const { out } = await app.node('main.mjs', there.folder);
  expect(out).toMatch(/^ERR_CODE Cannot run 'scale': no worker has the code that the scheduler has/);
  expect(out).toMatch(
    /:\d+: Cannot run 'scale'.*its version is \w{16}\.\.\. there, and \w{16}\.\.\. where it was scheduled/,
  );
  expect(out).toMatch(/\. Bring the same code .*acceptCode: true.*, or give the task a version: .*\n$/);
}, 60_000);

test('a module that is not there is named whole, and a version of the task is not said to help', async () => {
  const there = await codeApp({});
  const app = await home(`console.log(await run(scale(1), { executor, display: false }));`);
  const { out } = await app.node('main.mjs', there.folder);
  expect(out).toContain(`Cannot find module '${join(there.folder, 'tasks.mjs')}' imported from `);
  expect(out).toMatch(/worker-main\.js\. /);
  expect(out).toMatch(
    /\. Bring the same code to all machines, or let workers take the code from here .*acceptCode: true/,
  );
  expect(out).not.toContain('give the task a version');
}, 60_000);

test('jobs that no pilot takes fail, also those after the first one', async () => {
  const there = await codeApp(OTHER);
  const app = await home(
    `const fails = (value, onError) => run(value, { executor, display: false, onError }).then(() => 'ran', (error) => error.message);
  console.log(JSON.stringify([await fails(scale(1)), await fails(scale(2)), await fails(gatherAll([3, 4, 5].map((x) => scale(x))), 'continue')]));`,
  );
  const { out } = await app.node('main.mjs', there.folder);
  expect(JSON.parse(out)).toEqual([
    expect.stringMatching(/^Cannot run 'scale': no worker has the code/),
    expect.stringMatching(/^Cannot run 'scale': no worker has the code/),
    expect.stringContaining('3 of 3 jobs failed'),
  ]);
}, 60_000);

test('a single job goes on to the pilot that has its code, although the first one is free', async () => {
  const [other, same] = [await codeApp(OTHER), await codeApp(SAME)];
  const app = await home(`console.log(await run(scale(2), { executor, display: false }));`);
  for (const folders of [
    [other.folder, same.folder],
    [same.folder, other.folder],
  ]) {
    const { out } = await app.node('main.mjs', ...folders);
    expect(out).toBe('6\n');
  }
}, 60_000);

test('of two pilots with different code, jobs go to the one that has theirs', async () => {
  const [other, same] = [await codeApp(OTHER), await codeApp(SAME)];
  const app = await home(
    `console.log(JSON.stringify(await run(Array.from({ length: 30 }, (_, x) => scale(x)), { executor, display: false })));`,
  );
  const { out, errors } = await app.node('main.mjs', other.folder, same.folder);
  expect(errors).toBe('');
  expect(JSON.parse(out)).toEqual(Array.from({ length: 30 }, (_, x) => 3 * x));
}, 60_000);

test('a pilot without the project, or with another version of it, takes code where it accepts it', async () => {
  const [none, other] = [await codeApp({}), await codeApp(OTHER)];
  const app = await home(
    `console.log(JSON.stringify(await run([total([1, 2, 3]), ...Array.from({ length: 20 }, (_, x) => scale(x))], { executor, display: false })));`,
    '{ acceptCode: true }',
  );
  const { out, errors } = await app.node('main.mjs', none.folder, other.folder);
  expect(errors).toBe('');
  expect(JSON.parse(out)).toEqual([18, ...Array.from({ length: 20 }, (_, x) => 3 * x)]);
}, 60_000);

test('without leave, no code is taken', async () => {
  const none = await codeApp({});
  const app = await home(`console.log(await run(scale(1), { executor, display: false }));`);
  const { out } = await app.node('main.mjs', none.folder);
  expect(out).toMatch(/^ERR_CODE Cannot run 'scale': no worker has the code.*does not load there/);
}, 60_000);

test('tasks inside of functions go to pilots as slices, with what they capture', async () => {
  const inside = `
import { run, schedule } from 'somen/node';
export function scaled(by, x) { return schedule((y) => by * y)(x); }
`;
  const there = await codeApp({ ...SAME, 'inside.mjs': inside });
  const app = await home(
    `const { scaled } = await import('./inside.mjs'); console.log(await run(scaled(7, 6), { executor, display: false }));`,
  );
  await app.write({ 'inside.mjs': inside });
  const { out, errors } = await app.node('--import', 'somen/node/register', 'main.mjs', there.folder);
  expect(errors).toBe('');
  expect(out).toBe('42\n');
}, 60_000);

test('results in the cache are found under the same keys, wherever they were computed', async () => {
  const there = await codeApp(SAME);
  const app = await home(
    `const cache = fileCache('.somen');
  const first = run(total([4, 5]), { executor, cache, display: false });
  await first;
  const again = run(total([4, 5]), { cache, display: false });
  console.log(JSON.stringify([await again, first.summary.ran > 0, again.summary.ran]));`,
  );
  const { out, errors } = await app.node('main.mjs', there.folder);
  expect(errors).toBe('');
  expect(JSON.parse(out)).toEqual([27, true, 0]);
}, 60_000);

test('the folder of the project may be another one than the working directory', async () => {
  const there = await codeApp(SAME);
  const app = await home(
    `console.log(await run(scale(5), { executor, display: false }));`,
    `{ root: new URL('.', import.meta.url).pathname }`,
  );
  await app.write({
    'below/start.mjs': `process.chdir(new URL('.', import.meta.url).pathname); await import('../main.mjs');`,
  });
  const { out, errors } = await app.node(join('below', 'start.mjs'), there.folder);
  expect(errors).toBe('');
  expect(out).toBe('15\n');
}, 60_000);
