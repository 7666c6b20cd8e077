/**
 * Runs as traces in Chrome's trace event format, which Perfetto and `chrome://tracing` open: a process for each run, a
 * thread for each worker, a slice for each computation, arrows from results to the jobs that needed them.
 * (Format: "Trace Event Format", the JSON object form.)
 */
import type { JobView } from '../job-views.ts';
import type { RunSnapshot } from '../run-store.ts';
import { computedInputs } from './computed-inputs.ts';
import { reportSnapshot } from './job-columns.ts';
import type { ReportDocument, ReportedRun } from './report-data.ts';
import { loadSamples } from './load-samples.ts';
import { Tracks } from './tracks.ts';

/** What a trace says that it came from. */
const TRACE_FORMAT = 'somen/trace/1';
/** At most so many arrows are drawn: more would only be a blur, and viewers become slow. */
const MAX_ARROWS = 20_000;
/** At most so many times the number of running and waiting jobs is told. */
const MAX_SAMPLES = 5000;
/** Units of time in a millisecond: traces count microseconds. */
const MICROSECONDS = 1000;
/** The track of what was not computed. */
const CACHE_TRACK = 1;

/** A trace: as JSON, a file that Perfetto and `chrome://tracing` open. */
export interface TraceDocument {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

/** An event of a trace. `ts` and `dur` are in microseconds; time begins with the first run. */
export interface TraceEvent {
  /** `X`: a slice; `i`: a moment; `s` and `f`: an arrow from and to a slice; `C`: a counter; `M`: a name. */
  readonly ph: 'X' | 'i' | 's' | 'f' | 'C' | 'M';
  readonly name: string;
  /** The job's state, for slices; what viewers filter by. */
  readonly cat: string;
  readonly ts: number;
  readonly dur?: number;
  /** The run, from 1, and its worker. */
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  /** Of an arrow's end: that it ends at the slice around it. */
  readonly bp?: 'e';
  /** Of a moment: that it belongs to its thread. */
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** The trace of a report. */
export function traceOf({ runs }: ReportDocument): TraceDocument {
  const begin = Math.min(...runs.map(({ startedAt }) => startedAt));
  const events = runs.flatMap((run, index) => traceEvents(run, index + 1, begin));
  return { ...traceHead(runs[0]), traceEvents: events };
}

/** What a trace says of itself, before there are events in it. */
export function traceHead(run: ReportedRun | undefined): TraceDocument {
  const { platform = '', versions = {} } = run?.about ?? {};
  return { traceEvents: [], displayTimeUnit: 'ms', otherData: { format: TRACE_FORMAT, platform, ...versions } };
}

/**
 * The events of a run.
 * @param number - its number in the trace, from 1
 * @param begin - when the first run of the trace began, in milliseconds since 1970
 */
export function traceEvents(run: ReportedRun, number: number, begin: number): readonly TraceEvent[] {
  return new RunTrace(run, number, begin).events();
}

/** A slice that was drawn: where arrows begin and end. */
interface Slice {
  readonly ts: number;
  readonly dur: number;
  readonly tid: number;
}

class RunTrace {
  readonly #run: ReportedRun;
  readonly #snapshot: RunSnapshot;
  readonly #pid: number;
  readonly #begin: number;
  readonly #events: TraceEvent[] = [];
  readonly #slices = new Map<number, Slice>();

  constructor(run: ReportedRun, pid: number, begin: number) {
    this.#run = run;
    this.#snapshot = reportSnapshot(run);
    this.#pid = pid;
    this.#begin = begin;
  }

  events(): readonly TraceEvent[] {
    this.#name('process_name', 0, { name: `${this.#run.about.program ?? 'run'} (${this.#run.status})` });
    this.#addSlices();
    this.#addMoments();
    this.#addArrows();
    this.#addCounters();
    return this.#events;
  }

  #name(name: string, tid: number, args: Readonly<Record<string, unknown>>): void {
    this.#events.push({ ph: 'M', name, cat: '__metadata', ts: 0, pid: this.#pid, tid, args });
  }

  #time(moment: number): number {
    return Math.round((moment - this.#begin) * MICROSECONDS * 1000) / 1000;
  }

  /** Slices of a thread may not overlap: jobs that a worker computes at the same time get threads of their own. */
  #addSlices(): void {
    const tracks = new Tracks(this.#snapshot.jobs);
    for (const [index, { worker, lane }] of tracks.names.entries()) {
      const tid = index + 1 + CACHE_TRACK;
      this.#name('thread_name', tid, { name: lane === 0 ? worker : `${worker} (${lane + 1})` });
      this.#name('thread_sort_index', tid, { sort_index: tid });
    }
    for (const { job, track, start, end } of tracks.spans) {
      const ts = this.#time(start);
      const slice: Slice = { ts, dur: Math.max(0, this.#time(end) - ts), tid: track + 1 + CACHE_TRACK };
      this.#slices.set(job.job, slice);
      this.#events.push({ ph: 'X', name: job.name, cat: job.state, ...slice, pid: this.#pid, args: detailsOf(job) });
    }
  }

  #addMoments(): void {
    let isNamed = false;
    for (const job of this.#snapshot.jobs) {
      if (job.builtIn || job.endedAt === undefined || this.#slices.has(job.job)) continue;
      if (!isNamed) this.#name('thread_name', CACHE_TRACK, { name: 'not computed' });
      isNamed = true;
      const { name, state: cat } = job;
      const ts = this.#time(job.endedAt);
      this.#events.push({ ph: 'i', name, cat, ts, pid: this.#pid, tid: CACHE_TRACK, s: 't', args: detailsOf(job) });
    }
  }

  #addArrows(): void {
    const inputsOf = computedInputs(this.#snapshot, (job) => this.#slices.has(job));
    let id = 0;
    for (const [job, to] of this.#slices) {
      for (const input of inputsOf(job)) {
        const from = this.#slices.get(input);
        if (from === undefined || from.ts + from.dur > to.ts) continue;
        if (id++ >= MAX_ARROWS) return;
        const base = { name: 'result', cat: 'dependency', pid: this.#pid, id: this.#pid * MAX_ARROWS * 2 + id };
        // Inside of the slice: at its end, the next one of the thread may begin.
        this.#events.push({ ...base, ph: 's', ts: from.ts + from.dur / 2, tid: from.tid });
        this.#events.push({ ...base, ph: 'f', bp: 'e', ts: to.ts, tid: to.tid });
      }
    }
  }

  #addCounters(): void {
    for (const { time, running, waiting } of loadSamples(this.#snapshot, MAX_SAMPLES))
      this.#events.push({
        ph: 'C',
        name: 'jobs',
        cat: 'jobs',
        ts: this.#time(time),
        pid: this.#pid,
        tid: 0,
        args: { running, waiting },
      });
  }
}

function detailsOf({ job, key, args, state, attempts, value, error }: JobView): Readonly<Record<string, unknown>> {
  return {
    job,
    state,
    arguments: args.map((arg) => arg ?? '(result)').join(', '),
    ...(key !== undefined && { key }),
    ...(value !== undefined && { result: value }),
    ...(attempts > 1 && { attempts }),
    ...(error !== undefined && { error: `${error.name}: ${error.message}` }),
  };
}
