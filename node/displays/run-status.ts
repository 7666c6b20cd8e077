/** How far a run is, in a line. */
import type { RunFailure } from '../../core/display.ts';
import type { RunSummary } from '../../core/events.ts';
import { rateText, timeText, type Pace } from './pace.ts';
import type { Piece } from './text.ts';

/** `12/20 jobs  8 ran  4 retrieved  3 running  35/s  ETA 3 s  4.2 s`; times in milliseconds. */
export function statusPieces(
  { scheduled, ran, attached, retrieved, failed }: RunSummary,
  pace: Pace,
  running: number,
  elapsed: number,
  now: number,
): readonly Piece[] {
  const finished = ran + attached + retrieved + failed;
  const rate = pace.rate(now, finished);
  const left = scheduled - finished;
  return [
    ['bold', `${finished}/${scheduled} jobs`],
    ...some('green', ran, 'ran'),
    ...some('dim', retrieved, 'retrieved'),
    ...some('dim', attached, 'attached'),
    ...some('red', failed, 'failed'),
    ...some('cyan', running, 'running'),
    ...(rate === undefined ? [] : [['dim', `  ${rateText(rate)}`] as const]),
    ...(rate === undefined || left <= 0 ? [] : [[undefined, `  ETA ${timeText((left / rate) * 1000)}`] as const]),
    ['dim', `  ${timeText(elapsed)}`],
  ];
}

function some(style: 'green' | 'dim' | 'red' | 'cyan', number: number, what: string): readonly Piece[] {
  return number === 0 ? [] : [[style, `  ${number} ${what}`]];
}

/** Runs that take so long are summed up where only `'long'` ones are. */
const LONG_RUN = 1000;

/** `Done: 20 jobs, 16 ran, 4 retrieved, in 3.2 s`; nothing where that is not wanted. */
export function summaryLines(
  wanted: boolean | 'long',
  summary: RunSummary,
  elapsed: number,
  failure: RunFailure | undefined,
): readonly string[] {
  if (wanted === false || (wanted === 'long' && elapsed < LONG_RUN)) return [];
  const { scheduled, ran, attached, retrieved, failed } = summary;
  const end = failure === undefined ? 'Done' : failure.aborted ? 'Stopped' : 'Failed';
  const counts = [
    [ran, 'ran'],
    [attached, 'attached'],
    [retrieved, 'retrieved'],
    [failed, 'failed'],
  ] as const;
  const parts = counts.filter(([number]) => number > 0).map(([number, what]) => `, ${number} ${what}`);
  return [`${end}: ${scheduled} job${scheduled === 1 ? '' : 's'}${parts.join('')}, in ${timeText(elapsed)}`];
}
