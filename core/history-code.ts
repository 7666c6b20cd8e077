/** Which pieces of a task's code are others in another version, by what the history tells of both. */
import type { CodeEntry, History } from './history.ts';

/** A piece of code that is not what it was: `my-app/src/units.js#toKelvin`, or a package, `d3-array@3.2.4`. */
export interface CodeChange {
  readonly piece: string;
  readonly change: 'changed' | 'new' | 'gone';
}

/** What became of the pieces from one version of a task to another; `undefined` where the history does not tell. */
export async function codeChanges(
  history: History,
  task: string,
  before: string,
  now: string,
): Promise<readonly CodeChange[] | undefined> {
  const pieces = new Map<string, CodeEntry['pieces']>();
  for (const session of await history.sessions())
    for await (const entry of history.read(session))
      if (entry.type === 'code' && entry.task === task) pieces.set(entry.version, entry.pieces);
  const [old, current] = [pieces.get(before), pieces.get(now)];
  return old && current && differing(old, current);
}

function differing(old: CodeEntry['pieces'], current: CodeEntry['pieces']): readonly CodeChange[] {
  return [...new Set([...Object.keys(current), ...Object.keys(old)])]
    .filter((piece) => old[piece] !== current[piece])
    .map((piece) => ({
      piece,
      change: old[piece] === undefined ? 'new' : current[piece] === undefined ? 'gone' : 'changed',
    }));
}

/** How many pieces a sentence names. */
const NAMED = 3;

/** The same in words: `app/src/units.js#toKelvin changed, app/src/units.js#ZERO is new`. */
export function codeChangeText(changes: readonly CodeChange[]): string {
  const named = changes
    .slice(0, NAMED)
    .map(({ piece, change }) => (change === 'changed' ? `${piece} changed` : `${piece} is ${change}`));
  const others = changes.length - named.length;
  return others > 0 ? `${named.join(', ')} and ${others} more` : named.join(', ');
}
