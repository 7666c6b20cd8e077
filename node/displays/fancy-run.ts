/** One run on a terminal. */
import type { JobCall, JobOutcome, RunFailure, WorkflowPart } from '../../core/display.ts';
import type { JobEvent, RunSummary } from '../../core/events.ts';
import { Box, type BoxEnd } from './boxes.ts';
import { Failures } from './failures.ts';
import { JobTree, type ShownCall, type TreeStatus, type TreeWriter } from './job-tree.ts';
import type { TerminalDisplayOptions } from './options.ts';
import { Pace, timeText } from './pace.ts';
import { statusPieces, summaryLines } from './run-status.ts';
import type { Screen, View } from './screen.ts';
import { TaskCounts, type TaskCount } from './task-counts.ts';
import { cut, lineOf, printable, printableLines, type Paint, type Piece } from './text.ts';

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** What runs for longer says so. */
const LONG = 2000;
/** Of titles, so much is shown at least on the narrowest terminal. */
const MIN_TITLE = 10;

/** A box, with what its end will say. */
interface RunBox {
  readonly box: Box;
  retrieved: number;
}

/** Keeps what is shown of a run. */
export class FancyRun implements View, TreeWriter<RunBox> {
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #summary: RunSummary;
  readonly #options: TerminalDisplayOptions;
  readonly #tree = new JobTree<RunBox>(this, ({ display, name }) => printable(display ?? name));
  readonly #counts = new TaskCounts();
  readonly #failures: Failures;
  readonly #begin = performance.now();
  readonly #pace = new Pace(this.#begin);
  /** Tasks whose calls have texts. */
  readonly #shown = new Set<string>();

  constructor(screen: Screen, paint: Paint, summary: RunSummary, options: TerminalDisplayOptions) {
    this.#screen = screen;
    this.#paint = paint;
    this.#summary = summary;
    this.#options = options;
    const { errorFilter, stream = process.stderr } = options;
    this.#failures = new Failures(stream, { paint, keepColours: paint('red', '') !== '', errorFilter });
    screen.attach(this);
  }

  // ---- what the run tells

  workflow(part: WorkflowPart): void {
    this.#tree.part(part);
  }

  event(event: JobEvent): void {
    this.#counts.take(event);
    if (event.type === 'aborted') this.#tree.aborted(event.job);
  }

  call(call: JobCall): void {
    if ('display' in call) this.#shown.add(call.name);
    this.#tree.call(call);
  }

  result(call: JobCall, outcome: JobOutcome): void {
    this.#tree.result(call, outcome);
  }

  joined(job: number): void {
    this.#tree.joined(job);
  }

  warning(message: string): void {
    for (const line of printableLines(message, false)) this.#screen.emit(this.#paint('yellow', line));
  }

  end(failure: RunFailure | undefined): void {
    this.#tree.end(failure === undefined ? 'done' : 'stopped');
    if (failure !== undefined && this.#options.failures !== false)
      for (const line of this.#failures.ofRun(failure)) this.#screen.emit(line);
    const { summary = false } = this.#options;
    for (const line of summaryLines(summary, this.#summary, performance.now() - this.#begin, failure))
      this.#screen.emit(this.#paint('dim', line));
    this.#screen.detach(this);
  }

  // ---- what is written for good

  open(text: string, outer: RunBox | undefined): RunBox {
    const host = outer?.box ?? this.#screen;
    return { box: new Box(host, this.#fitted(text, outer), this.#paint), retrieved: 0 };
  }

  close({ box, retrieved }: RunBox, status: TreeStatus): void {
    box.end(endOf(status, retrieved));
  }

  line(shown: ShownCall<RunBox>, status: TreeStatus): void {
    const group = shown.group?.written;
    if (status === 'retrieved') {
      if (group !== undefined) group.retrieved++;
      return;
    }
    if (status === 'stopped') return;
    const kept = this.#fitted(shown.text, group);
    const mark = status === 'failed' ? this.#paint('red', '✗') : this.#paint('green', '✔');
    const isMarked = status === 'failed' || shown.call.confirm === true;
    (group?.box ?? this.#screen).emit(isMarked ? `${kept} (${mark})` : kept);
  }

  failure(call: JobCall, error: unknown, text: string | undefined, group: RunBox | undefined): void {
    const host = group?.box ?? this.#screen;
    if (text !== undefined) host.emit(`${this.#fitted(text, group)} (${this.#paint('red', '✗')})`);
    if (this.#options.failures === false) return;
    for (const line of this.#failures.ofCall(call, error, text)) host.emit(line);
  }

  /** A text that leaves room for a mark, and for the boxes around it. */
  #fitted(text: string, group: RunBox | undefined): string {
    return cut(text, Math.max(MIN_TITLE, this.#screen.width - 2 * (group?.box.depth ?? 0) - 5));
  }

  // ---- what is drawn while it goes on

  frame(width: number, height: number): readonly string[] {
    const now = performance.now();
    const rows: (readonly Piece[])[] = [...this.#runningRows(now), ...this.#countRows()];
    const room = height - 1;
    const shown = rows.length > room ? rows.slice(0, Math.max(0, room - 1)) : rows;
    if (shown.length < rows.length && room > 0) shown.push([['dim', `… and ${rows.length - shown.length} more`]]);
    shown.push(statusPieces(this.#summary, this.#pace, this.#counts.running.size, now - this.#begin, now));
    return shown.map((pieces) => lineOf(pieces, width, this.#paint));
  }

  /** Calls with a text that run. Their box stands around them where it is being written; else it is named. */
  #runningRows(now: number): readonly (readonly Piece[])[] {
    const spinner = SPINNER[Math.floor(now / 80) % SPINNER.length] ?? '';
    const rows: (readonly Piece[])[] = [];
    for (const [job, { since }] of this.#counts.running) {
      const shown = this.#tree.calls.get(job);
      if (shown === undefined) continue;
      const box = shown.group?.written.box;
      const age = performance.timeOrigin + now - since;
      rows.push([
        ...(box === undefined ? [] : placed(box)),
        ['cyan', `${spinner} `],
        [undefined, shown.text],
        ...(age > LONG ? [['dim', `  ${timeText(age)}`] as const] : []),
      ]);
    }
    return rows;
  }

  #countRows(): readonly (readonly Piece[])[] {
    const counts = this.#counts.unfinished(this.#shown);
    return counts.map(countRow);
  }
}

function placed(box: Box): readonly Piece[] {
  return box.isWritten ? [['dim', '│ '.repeat(box.depth)]] : [['dim', `${box.title} › `]];
}

/** `wordSize  134/200  3 running  2 retrieved` */
function countRow({ name, total, running, done, retrieved, failed }: TaskCount): readonly Piece[] {
  return [
    [undefined, printable(name)],
    ['bold', `  ${done}/${total}`],
    ...(running > 0 ? [['cyan', `  ${running} running`] as const] : []),
    ...(retrieved > 0 ? [['dim', `  ${retrieved} retrieved`] as const] : []),
    ...(failed > 0 ? [['red', `  ${failed} failed`] as const] : []),
  ];
}

function endOf(status: TreeStatus, retrieved: number): BoxEnd {
  const known = retrieved === 0 ? '' : `, ${retrieved} retrieved`;
  if (status === 'failed') return { text: `failed${known}`, style: 'red' };
  if (status === 'stopped') return { text: 'stopped', style: 'yellow' };
  return { text: `success${known}`, style: 'green' };
}
