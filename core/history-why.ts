/** Why a job ran, and was not taken from the cache. */
import { codeChanges, codeChangeText, type CodeChange } from './history-code.ts';
import type { History } from './history.ts';
import { findKey, jobsFrom, type FoundKey, type KeyedJob } from './history-keys.ts';
import { isComputation, recordedJob, type RecordedJob } from './recorded-job.ts';
import { showArguments, storedCall, type StoredCall } from './stored-call.ts';

/**
 * `new task`: no earlier run had a call of this task. `version changed`: the same arguments, but another version.
 * `argument changed`: other arguments. `evicted`: its result had been stored, and was gone. `never stored`: it had run, but
 * its result was not stored. `not computed`: it never ran in what the history tells; it was always retrieved or attached.
 */
export type WhyReason =
  | 'new task'
  | 'version changed'
  | 'argument changed'
  | 'evicted'
  | 'never stored'
  | 'not computed';

/** Why a job ran. */
export interface Why {
  readonly key: string;
  readonly reason: WhyReason;
  /** The same in a sentence. */
  readonly text: string;
  /** The newest computation of the key, or its newest job where it was never computed. */
  readonly job: RecordedJob;
  /** The earlier job that it is compared with. */
  readonly before?: RecordedJob;
  /** Where they differ in their versions. */
  readonly version?: { readonly before: string | undefined; readonly now: string | undefined };
  /** Where they differ in their versions, and the history tells of both: which pieces of their code are others. */
  readonly code?: readonly CodeChange[];
  /** Where they differ in their arguments. */
  readonly changes?: readonly ArgumentChange[];
}

/** An argument that is not what it was; `undefined` where there is none. */
export interface ArgumentChange {
  /** Which argument, from 0. */
  readonly index: number;
  readonly before: string | undefined;
  readonly now: string | undefined;
}

/**
 * Why the newest computation of a key ran. It is compared with an earlier run's call of the same task: one with the same
 * arguments if there is one, else with the fewest other ones; of several, the newest.
 * @throws SomenError with the code `ERR_UNKNOWN_KEY` or `ERR_AMBIGUOUS_KEY`
 */
export async function whyKey(history: History, prefix: string): Promise<Why> {
  const found = await findKey(history, prefix);
  const newest = found.jobs.findLast(({ entry }) => isComputation(entry));
  if (newest === undefined) return notComputed(found);
  const begin = newest.entry.start ?? newest.entry.time;
  const earlier = found.jobs.filter((job) => job !== newest && job.entry.time <= begin && isResult(job));
  const last = earlier.at(-1);
  return last === undefined ? firstTime(history, found.key, newest) : again(found.key, newest, earlier, last);
}

/** Whether the job, and not another one of its key, computed or found a result. */
function isResult({ entry }: KeyedJob): boolean {
  return isComputation(entry) || entry.status === 'retrieved';
}

function notComputed({ key, jobs }: FoundKey): Why {
  const job = recordedJob(jobs.at(-1) as KeyedJob);
  const text = `It did not run in what the history tells, in ${jobs.length} jobs; the newest was ${job.status}`;
  return { key, reason: 'not computed', text, job };
}

/** The key has earlier jobs. */
function again(key: string, newest: KeyedJob, earlier: readonly KeyedJob[], last: KeyedJob): Why {
  const job = recordedJob(newest);
  const isHere = ({ cache }: KeyedJob): boolean =>
    cache === undefined || newest.cache === undefined || cache === newest.cache;
  const stored = earlier.filter(({ entry }) => entry.stored === true || entry.status === 'retrieved');
  const here = stored.findLast(isHere);
  if (here !== undefined) {
    const text = 'Its result had been stored, and was not in the cache any more';
    return { key, reason: 'evicted', text, job, before: recordedJob(here) };
  }
  const elsewhere = stored.at(-1);
  const before = recordedJob(elsewhere ?? last);
  const text =
    elsewhere === undefined
      ? `It had run before, but ${whyNotStored(before)}`
      : `Its result had been stored in another cache (${elsewhere.cache}), and never in this one (${newest.cache})`;
  return { key, reason: 'never stored', text, job, before };
}

function whyNotStored({ status, error }: RecordedJob): string {
  if (status === 'failed') return `failed (${error?.name ?? 'Error'}), and errors are not stored`;
  if (status === 'aborted') return 'was aborted';
  return 'its result was not stored (store: false, or cacheIf, or a cache that could not be written)';
}

/** How a call compares with another one. */
interface Comparison {
  readonly candidate: KeyedJob;
  /** How many arguments differ. */
  readonly distance: number;
  readonly sameVersion: boolean;
}

async function firstTime(history: History, key: string, newest: KeyedJob): Promise<Why> {
  const job = recordedJob(newest);
  const call = storedCall(newest.entry.call);
  let best: Comparison | undefined;
  for await (const candidate of jobsFrom(history, await history.sessions())) {
    if (!isEarlierCall(candidate, newest)) continue;
    const comparison = compare(candidate, newest, call);
    if (best === undefined || isBetter(comparison, best)) best = comparison;
  }
  if (best === undefined) return { key, reason: 'new task', text: `No earlier run had a call of ${job.task}`, job };
  return difference(history, key, job, newest, call, best);
}

/** Of another run that was over with it before this one began: jobs of one run say nothing of what has changed. */
function isEarlierCall(candidate: KeyedJob, newest: KeyedJob): boolean {
  const { entry } = newest;
  const sameRun = candidate.session === newest.session && candidate.entry.run === entry.run;
  return !sameRun && candidate.entry.task === entry.task && candidate.entry.time <= (entry.start ?? entry.time);
}

function compare(candidate: KeyedJob, newest: KeyedJob, call: StoredCall | undefined): Comparison {
  const other = storedCall(candidate.entry.call);
  const distance = call === undefined || other === undefined ? Infinity : differing(other, call).length;
  return { candidate, distance, sameVersion: candidate.entry.version === newest.entry.version };
}

/** The indices of arguments that differ. */
function differing(a: StoredCall, b: StoredCall): readonly number[] {
  const count = Math.max(a.args.length, b.args.length);
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => !equalBytes(a.args[index], b.args[index]),
  );
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function isBetter(one: Comparison, best: Comparison): boolean {
  if (one.distance !== best.distance) return one.distance < best.distance;
  if (one.sameVersion !== best.sameVersion) return one.sameVersion;
  return one.candidate.entry.time >= best.candidate.entry.time;
}

async function difference(
  history: History,
  key: string,
  job: RecordedJob,
  newest: KeyedJob,
  call: StoredCall | undefined,
  { candidate, distance, sameVersion }: Comparison,
): Promise<Why> {
  const before = recordedJob(candidate);
  const version = sameVersion ? undefined : { before: candidate.entry.version, now: newest.entry.version };
  const code = version && (await codeChanges(history, newest.entry.task, version.before ?? '', version.now ?? ''));
  const answer = { key, job, before, ...(version && { version }), ...(code && { code }) };
  const other = storedCall(candidate.entry.call);
  if (version !== undefined && (distance === 0 || distance === Infinity))
    return {
      ...answer,
      reason: 'version changed',
      text: versionText(version, code),
    };
  const changes = call === undefined || other === undefined ? [] : changesOf(other, call);
  return { ...answer, reason: 'argument changed', changes, text: changeText(changes, version) };
}

function changesOf(other: StoredCall, call: StoredCall): readonly ArgumentChange[] {
  const [before, now] = [showArguments(other), showArguments(call)];
  return differing(other, call).map((index) => ({ index, before: before[index], now: now[index] }));
}

function changeText(changes: readonly ArgumentChange[], version: Why['version']): string {
  const also = version === undefined ? '' : `; its version, too: ${short(version.before)} is now ${short(version.now)}`;
  if (changes.length === 0) return `Its arguments changed (they are too long to be written down)${also}`;
  const list = changes.map(({ index, before, now }) => {
    if (before === undefined) return `argument ${index} is new: ${now}`;
    if (now === undefined) return `argument ${index}, ${before}, is gone`;
    return `argument ${index} changed from ${before} to ${now}${before === now ? ' (which only look alike)' : ''}`;
  });
  const text = `${list.join('; ')}${also}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function versionText(version: NonNullable<Why['version']>, code: Why['code']): string {
  const change = `from ${short(version.before)} to ${short(version.now)}`;
  if (code === undefined) return `Its version changed ${change}`;
  if (code.length === 0) return `Its version changed ${change}, and its code did not: what hashIncludes holds did`;
  return `Its code changed: ${codeChangeText(code)} (its version ${change})`;
}

/** Versions are often digests. */
function short(version: string | undefined): string {
  if (version === undefined) return 'an unknown one';
  return version.length > 16 ? `${version.slice(0, 12)}...` : `'${version}'`;
}
