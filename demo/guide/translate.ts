/** Methods as tasks: the worst possible translator of seed 001, with a word list in the place of its dictionary. */
import { construct, gather, schedule, serialize, type Pack, type Promised } from 'somen';

const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: {
    if: 'wenn',
    music: 'Musik',
    be: 'sein',
    the: 'der',
    food: 'Essen',
    of: 'von',
    love: 'Liebe',
    play: 'spielen',
    on: 'an',
  },
  eo: {
    if: 'se',
    music: 'muziko',
    be: 'esti',
    the: 'la',
    food: 'manĝaĵo',
    of: 'de',
    love: 'ami',
    play: 'ludi',
    on: 'sur',
  },
};

/** What an instance is made of. */
interface Languages {
  readonly to: string;
}

/** Puts texts together again. */
const format: (template: string, words: unknown) => Promised<string> = schedule(
  (template: string, words: readonly string[]) => {
    let next = 0;
    return template.replaceAll('{}', () => words[next++] ?? '');
  },
  { name: 'guide/format' },
) as never;

/** Translates sentences word by word. The words are tasks; the sentence is a plain method that draws the workflow. */
@schedule
class Translator {
  readonly #to: string;

  constructor(to: string) {
    this.#to = to;
  }

  @schedule
  word(word: string): string {
    const translated = WORDS[this.#to]?.[word.toLowerCase()] ?? `<${word}>`;
    return /^[A-Z]/.test(word) ? translated.charAt(0).toUpperCase() + translated.slice(1) : translated;
  }

  @schedule({ version: '2' })
  static languages(prefix: string): string[] {
    return Object.keys(WORDS).map((name) => prefix + name);
  }

  sentence(text: string): Promised<string> {
    const words = text.match(/\w+/g) ?? [];
    return format(text.replaceAll(/\w+/g, '{}'), gather(...words.map((word) => this.word(word))));
  }

  [serialize](pack: Pack): unknown {
    return pack({ to: this.#to } satisfies Languages);
  }

  static [construct]({ to }: Languages): Translator {
    return new Translator(to);
  }
}

export { Translator };
