/** What a worker has to tell, collected into batches: a message costs as much as several short jobs. */
import type { LogLevel } from './events.ts';
import { summarize } from './summarize.ts';
import { toWireError } from './wire-error.ts';
import { packReports, type ReportColumns } from './wire-columns.ts';
import { describeCloneFailure } from './wire-value.ts';
import type { WireReport } from './worker-protocol.ts';

/** Reports wait for company this long, in milliseconds. */
const REPORT_INTERVAL = 2;

/** Sends reports; `transfer` moves with them. Rejects where a value cannot be cloned, and then nothing was sent or moved. */
export type SendReports = (reports: ReportColumns, transfer: object[]) => Promise<unknown>;

/** See above. */
export class WorkerReports {
  readonly #send: SendReports;
  #reports: WireReport[] = [];
  #transfer: object[] = [];
  #lastSent = 0;
  #timer: unknown;

  constructor(send: SendReports) {
    this.#send = send;
  }

  /** Adds a report. It goes out with the next batch, at the latest when the thread is free after {@link REPORT_INTERVAL}. */
  add(report: WireReport, transfer: readonly object[] = []): void {
    this.#reports.push(report);
    for (const buffer of transfer) this.#transfer.push(buffer);
    // For asynchronous jobs that last longer than the last one did.
    this.#timer ??= setTimeout(() => this.flush(), REPORT_INTERVAL);
  }

  /** Adds what a task wrote to the console, as it is now. Seen at once, even if the task goes on for long. */
  log(id: number, level: LogLevel, values: readonly unknown[]): void {
    this.add({ type: 'log', id, level, values: values.map(snapshot) });
    this.flushIfDue();
  }

  /** Sends what waits if some of it has waited for {@link REPORT_INTERVAL}. */
  flushIfDue(): void {
    if (performance.now() - this.#lastSent > REPORT_INTERVAL) this.flush();
  }

  /** Sends what waits. */
  flush(): void {
    this.#lastSent = performance.now();
    if (this.#reports.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reports = this.#reports;
    const transfer = this.#transfer;
    this.#reports = [];
    this.#transfer = [];
    this.#send(packReports(reports), transfer).catch((error: unknown) => {
      for (const report of reports) this.#sendAlone(report, error);
    });
  }

  /**
   * One report of a batch cannot be cloned, or one of its buffers cannot be moved, as those of WebAssembly memories:
   * the others still arrive, and that one says why it does not.
   */
  #sendAlone(report: WireReport, cause: unknown): void {
    this.#send(packReports([report]), []).catch(() => {
      const error = toWireError(describeCloneFailure('result', cause));
      void this.#send(packReports([{ type: 'failed', id: report.id, error }]), []);
    });
  }
}

/** A value as it is now, or text if it cannot be sent. */
function snapshot(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' || typeof value === 'symbol' ? summarize([value]) : value;
  try {
    return structuredClone(value);
  } catch {
    return summarize([value]);
  }
}
