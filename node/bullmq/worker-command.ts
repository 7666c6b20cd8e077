/** The command that starts a worker for a queue, for people. */
import { DEFAULT_PREFIX } from './queue-keys.ts';
import type { ParsedAddress } from './redis-address.ts';

/** Where a worker looks for Redis if nobody says otherwise. */
const DEFAULT_URL = 'redis://127.0.0.1:6379/0';

/** `npx somen worker --queue lab`, and what is not as it is by itself. No secrets: the worker has them in its environment. */
export function workerCommand(name: string, prefix: string, { url = DEFAULT_URL }: ParsedAddress): string {
  const words = ['npx', 'somen', 'worker', '--queue', name];
  if (url !== DEFAULT_URL) words.push('--connection', url);
  if (prefix !== DEFAULT_PREFIX) words.push('--prefix', prefix);
  return words.map(quoted).join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
