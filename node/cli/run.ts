import type { Cache } from '../../core/cache.ts';
import type { DisplaySource } from '../../core/displays.ts';
import type { History } from '../../core/history.ts';
import { memoryHistory } from '../../core/memory-history.ts';
import { realm } from '../../core/realm.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import type { RuntimeOptions } from '../../core/runtime.ts';
import { defaultDisplay } from '../displays/default-display.ts';
import { failureText } from '../displays/failure-text.ts';
import { wasShown } from '../displays/failures.ts';
import { fancyDisplay } from '../displays/fancy-display.ts';
import { plainDisplay } from '../displays/plain-display.ts';
import { hasColours, painter } from '../displays/text.ts';
import { fileCache } from '../file-cache.ts';
import { commandOptions } from '../profiles.ts';
import { workers } from '../workers.ts';
import { reportFile, reportPath } from '../report-file.ts';
import { REPORT_PAGE, TRACE_JSON, type ReportFormat } from '../report-formats.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { nearest } from '../../core/nearest.ts';
import { CACHE_FOLDER, folderOf } from './opened.ts';
import { writeReport } from './report.ts';
import { importScript, inCapableProcess, scriptPath } from './script.ts';
import { note } from './terminal.ts';

const PROGRESS = ['fancy', 'plain', 'none'] as const;

/** `somen run` */
export const RUN: Command = {
  name: 'run',
  args: ['SCRIPT'],
  summary: 'Run a script, with a cache and a progress display for all its runs',
  about:
    'What the script itself says holds: these are defaults. TypeScript works where Node strips types (22.18 or newer), or tsx is installed. After Ctrl-C, the same command goes on from there.',
  takesRest: true,
  options: {
    on: {
      type: 'string',
      value: 'PROFILE',
      help: 'where: a profile, as somen profiles lists them (default: $SOMEN_ON, else the default of the file of profiles)',
    },
    workers: { type: 'string', short: 'w', value: 'N', help: 'how many worker threads (default: one a core)' },
    cache: { ...CACHE_FOLDER, help: `${CACHE_FOLDER.help} (default: the cache of the profile, else .somen)` },
    'no-cache': { type: 'boolean', help: 'remember nothing' },
    report: {
      type: 'string',
      value: 'FILE',
      help: 'write what ran: .html: a page that shows it, after each run; .json: data, when the script is done',
    },
    trace: {
      type: 'string',
      value: 'FILE',
      help: 'write a timeline for Perfetto and chrome://tracing (somen trace is about where a result comes from)',
    },
    progress: {
      type: 'string',
      value: 'KIND',
      help: 'fancy: a tree of what is done, and how far it is; plain: a line for each call and result; none (default: fancy on a terminal, elsewhere a line for each call whose task has a display text)',
    },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen run analysis.mjs', 'on all cores, with the cache in .somen'],
    ['somen run analysis.ts --on cluster', 'where the profile cluster of somen.config.ts says'],
    ['somen run analysis.ts --workers 4 -- --input data.csv', 'with arguments for the script'],
    ['somen run analysis.mjs --no-cache --progress none', 'compute everything, show nothing'],
    ['somen run analysis.mjs --report report.html', 'what ran, for how long, and what failed, to look at'],
    ['somen run analysis.mjs --report report.json', 'the same for programs'],
    ['somen run analysis.mjs --trace trace.json', 'a file to open in ui.perfetto.dev'],
  ],
  run,
};

/** The reason of an abort by Ctrl-C. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

async function run(call: CommandCall): Promise<number> {
  const path = scriptPath(call.arg(0));
  const size = call.number('workers', 1);
  const kind = call.text('progress');
  const display = displayOf(kind);
  const reports = reportsOf(call);
  const code = await inCapableProcess(path);
  if (code !== undefined) return code;
  const profile = await commandOptions(call.text('on'));
  const cache = cacheOf(call, profile.cache);
  const stop = new AbortController();
  const report = reporter(call, path, cache?.history ?? memoryHistory());
  realm().defaults = {
    signal: stop.signal,
    options: without(profile, {
      cache: call.flag('no-cache'),
      history: report !== undefined,
      display: kind !== undefined,
    }),
    // That of the profile is for runs that choose no other one.
    ...(cache !== undefined && cache !== profile.cache && { cache }),
    ...(report && { history: report.history }),
    ...(reports.length > 0 && { reports }),
    display,
    ...(size !== undefined && { executor: workers({ size }) }),
  };
  endOnInterrupt(stop);
  try {
    await importScript(path, call.rest);
    // Not at once: runs that the script does not wait for are under way.
    if (report !== undefined) process.once('beforeExit', () => void report.write());
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) tell(error, cache);
    // What the script has begun beside what failed does not go on, but what is being written is.
    await report?.write();
    await cache?.history?.close?.();
    await cache?.close?.();
    process.exit(stop.signal.aborted ? INTERRUPTED : 1);
  }
}

/** What the command line says goes before what the profile says. */
function cacheOf(call: CommandCall, ofProfile: Cache | undefined): Cache | undefined {
  if (call.flag('no-cache')) return undefined;
  return call.text('cache') === undefined && ofProfile !== undefined ? ofProfile : fileCache(folderOf(call));
}

function without(options: RuntimeOptions, names: Readonly<Record<string, boolean>>): RuntimeOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names[name] !== true));
}

/**
 * Where what is known of each run goes.
 * @throws UsageError where a file cannot be written there
 */
function reportsOf(call: CommandCall): readonly ((report: RunReport) => Promise<void>)[] {
  const page = call.text('report');
  const trace = call.text('trace');
  if (page !== undefined && !isPageName(page) && !isDataName(page))
    throw new UsageError(`Cannot write a report to '${page}': its name must end in .html, for a page, or in .json`);
  if (trace !== undefined && !isDataName(trace))
    throw new UsageError(`Cannot write a trace to '${trace}': its name must end in .json`);
  return [
    ...(page !== undefined && isPageName(page) ? [writer(page, REPORT_PAGE)] : []),
    ...(trace !== undefined ? [writer(trace, TRACE_JSON)] : []),
  ];
}

function isPageName(file: string): boolean {
  return /\.html?$/i.test(file);
}

function isDataName(file: string): boolean {
  return /\.json$/i.test(file);
}

function writer(file: string, format: ReportFormat): (report: RunReport) => Promise<void> {
  const write = reportFile(pathOf(file, format), format);
  return (report) =>
    write(report).catch((error: unknown) => {
      note(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
}

function pathOf(file: string, { name }: ReportFormat): string {
  try {
    return reportPath(file, name);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

/** Writes what ran as JSON, where that is asked for. A script that ends the process itself leaves no report. */
function reporter(
  call: CommandCall,
  script: string,
  history: History,
): { readonly history: History; write(): Promise<void> } | undefined {
  const file = call.text('report');
  if (file === undefined || isPageName(file)) return undefined;
  const subject = { history, script, arguments: call.rest, since: performance.timeOrigin };
  const failed = (error: unknown): void => {
    note(`Cannot write the report '${file}': ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  };
  return { history, write: () => writeReport(file, subject).catch(failed) };
}

/** Tells why a script failed, unless a display did. */
function tell(error: unknown, cache: Cache | undefined): void {
  const isOfJob = typeof error === 'object' && error !== null && ('job' in error || error instanceof AggregateError);
  if (!isOfJob) return console.error(error);
  const { stderr } = process;
  if (!wasShown(error, stderr))
    for (const line of failureText({ error }, { paint: painter(stderr), keepColours: hasColours(stderr) })) note(line);
  if (cache !== undefined) note('What is done is remembered: the same command goes on from there');
}

/** What shows the runs. */
function displayOf(kind: string | undefined): DisplaySource | false {
  switch (kind) {
    case undefined:
      return () => defaultDisplay({ summary: 'long' });
    case 'fancy':
      return () => fancyDisplay({ summary: 'long' });
    case 'plain':
      return () => plainDisplay({ jobs: 'all' });
    case 'none':
      return false;
    default: {
      const guess = nearest(kind, PROGRESS);
      throw new UsageError(
        `Cannot use --progress ${kind}: it must be ${PROGRESS.join(', ')}${guess === undefined ? '' : `. Did you mean ${guess}?`}`,
      );
    }
  }
}

/** npm hands on the Ctrl-C that the terminal has sent already: what comes within so many milliseconds is the same one. */
const SAME_INTERRUPT_MS = 500;

/** The first Ctrl-C aborts all runs; the second one ends the process at once. */
function endOnInterrupt(stop: AbortController): void {
  const reason = new Interrupted('Stopped by Ctrl-C');
  let first = 0;
  process.on('SIGINT', () => {
    if (stop.signal.aborted && performance.now() - first < SAME_INTERRUPT_MS) return;
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    first = performance.now();
    note('Stopping. The same command goes on from there; Ctrl-C again ends at once');
    // A run that the script does not wait for rejects as well.
    process.on('unhandledRejection', (error) => {
      if (error !== reason) throw error;
    });
    process.on('exit', (code) => {
      // 13: the script waits for what will not come.
      if (code === 0 || code === 13) process.exitCode = INTERRUPTED;
    });
    stop.abort(reason);
  });
}
