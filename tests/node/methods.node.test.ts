/** Scheduled methods: instances that travel to worker threads, into caches and back. */
import { fileCache, inline, isPromised, map, memoryCache, run, schedule, type Executor } from 'somen/node';
import { describe, expect, test } from 'vitest';
// Compiled by TypeScript, as a user's would be: the decorators of the guide.
import { Translator } from '../../dist/demo/guide/translate.js';
import { eventsOf, pool, temporaryFolder } from './support/pool.ts';

const LINE = 'If music be the food of love, play on,';
const ESPERANTO = 'Se muziko esti la manĝaĵo de ami, ludi sur,';

describe('a scheduled method', () => {
  test.each<[string, () => Executor]>([
    ['inline', () => inline()],
    ['workers', () => pool()],
  ])('words of a sentence are tasks (%s)', async (_name, executor) => {
    const translator = new Translator('eo');
    expect(isPromised(translator.word('music'))).toBe(true);
    const events = await eventsOf(run(translator.sentence(LINE), { executor: executor() }));
    expect(await run(translator.sentence(LINE), { executor: executor() })).toBe(ESPERANTO);
    expect(events.filter(({ type, name }) => type === 'done' && name === 'Translator.word')).toHaveLength(9);
  });

  test('results of methods are remembered for equal instances', async () => {
    const cache = fileCache(await temporaryFolder());
    const executor = pool();
    expect(await run(new Translator('de').sentence(LINE), { cache, executor })).toBe(
      'Wenn Musik sein der Essen von Liebe, spielen an,',
    );
    const again = run(new Translator('de').sentence(LINE), { cache, executor });
    await again;
    expect([again.summary.ran, again.summary.retrieved]).toEqual([0, 1]);
    const other = run(new Translator('eo').word('Music'), { cache, executor });
    expect(await other).toBe('Muziko');
    expect(other.summary.ran).toBe(1);
  });

  test('a static method is a task, with the hints that it was given', async () => {
    const events = await eventsOf(run(Translator.languages('-'), { executor: pool() }));
    expect(events.map(({ name }) => name)).toContain('Translator.languages');
    expect(await run(Translator.languages('-'), { executor: pool() })).toEqual(['-de', '-eo']);
    expect(await run(map(Translator.languages, ['a', 'b']))).toEqual([
      ['ade', 'aeo'],
      ['bde', 'beo'],
    ]);
  });

  test('instances are results, too', async () => {
    const echo = schedule((value: unknown) => value, { name: 'methods-node/echo' });
    const cache = memoryCache();
    for (let round = 0; round < 2; round++) {
      const translator = (await run(echo(new Translator('eo')), { cache, executor: inline() })) as Translator;
      expect(translator).toBeInstanceOf(Translator);
      expect(await run(translator.word('love'))).toBe('ami');
    }
  });
});
