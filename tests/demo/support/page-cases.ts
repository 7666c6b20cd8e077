/** What each page of the tutorial gives, and what is tried on it. */
import { createHash } from 'node:crypto';
import { encode } from 'somen';

/** What is known of a page. */
export interface PageCase {
  /** The chapter; `index` for the first page. */
  readonly slug: string;
  /** The cell that is played with. */
  readonly src: string;
  /** What it gives. */
  readonly values: Readonly<Record<string, string>>;
  /** What is typed in the place of what, what becomes of that, and how many calls are computed for it. */
  readonly edit: { readonly from: string; readonly to: string; readonly status: string };
  /** How many calls are retrieved after the page was loaded again. */
  readonly again: string;
}

/** By Node's own SHA-256, of the bytes that `core/README.md` describes. */
const noodles = createHash('sha256')
  .update(encode({ name: 'somen', price: 3.5 }))
  .digest('hex');

/** The first page and all chapters, in their order. */
export const cases: readonly PageCase[] = [
  {
    slug: 'index',
    src: 'first-steps/diamond.js',
    values: { answer: '42' },
    edit: { from: 'sub(u, 3)', to: 'sub(u, 4)', status: '2 computed 2 retrieved' },
    again: 'retrieved',
  },
  {
    slug: 'first-steps',
    src: 'first-steps/loop.js',
    values: { answer: '42' },
    edit: { from: ', 5]', to: ']', status: '1 computed' },
    again: 'retrieved',
  },
  {
    slug: 'poetry',
    src: 'poetry/repetition.js',
    values: { sizes: "'4 4 4, 3'" },
    edit: { from: 'phrases[0]', to: 'phrases[1]', status: '3 computed 3 retrieved' },
    again: '1 retrieved',
  },
  {
    slug: 'boil',
    src: 'boil/make.js',
    values: { program: "'Ten green bottles on a green wall hang'" },
    edit: { from: "'green'", to: "'brown'", status: '3 computed 1 retrieved' },
    again: '1 retrieved',
  },
  {
    slug: 'number-crunching',
    src: 'number-crunching/compiled.js',
    values: { sums: '[37550402023, 41276629127, 45125753695, 49161463647]', total: '173114248492' },
    edit: { from: '1_150_000', to: '150_000', status: '1 computed 3 retrieved' },
    again: '4 retrieved',
  },
  {
    slug: 'errors',
    src: 'errors/trail.js',
    values: { isFailure: 'true', reasons: "['Division by zero', '-1 has no real root']" },
    edit: { from: 'squareRoot(-1)', to: 'squareRoot(16)', status: 'computed' },
    again: 'computed',
  },
  {
    slug: 'stars',
    src: 'stars/star.js',
    values: { name: "'G4V'", isStar: 'true' },
    edit: { from: "'G', 2", to: "'A', 3", status: '2 computed' },
    again: 'retrieved',
  },
  {
    slug: 'control-flow',
    src: 'control-flow/reverse.js',
    values: { result: "'eht kciuq nworb xof spmuj revo eht yzal god'" },
    edit: { from: 'lazy', to: 'sleepy', status: '2 computed' },
    again: 'retrieved',
  },
  {
    slug: 'fractals',
    src: 'fractals/tiles.js',
    values: { tiles: '12' },
    edit: { from: 'x < 256', to: 'x < 192', status: '9 computed 9 retrieved' },
    again: '12 computed 12 retrieved',
  },
  {
    slug: 'sha-256',
    src: 'sha-256/digest.js',
    values: { ours: `'${noodles}'`, theirs: `'${noodles}'`, isSame: 'true' },
    edit: { from: '3.5', to: '4.5', status: 'Done' },
    again: 'Done',
  },
];
