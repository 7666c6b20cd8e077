/** The runs that stand in this page. */
import { fromBase64 } from '../../core/base64.ts';
import { reportSnapshot } from '../../core/report/job-columns.ts';
import type { ReportedRun } from '../../core/report/report-data.ts';
import { runStatistics, type RunStatistics } from '../../core/report/task-statistics.ts';
import type { RunSnapshot } from '../../core/run-store.ts';

/** A run, as it is shown. */
export interface ShownRun {
  readonly run: ReportedRun;
  readonly snapshot: RunSnapshot;
  readonly statistics: RunStatistics;
}

/** A run that is packed. */
export type PackedRun = () => Promise<ShownRun>;

/** The runs of the page, each to be unpacked when it is shown. */
export function packedRuns(): readonly PackedRun[] {
  return Array.from(document.querySelectorAll('script.run'), ({ textContent }) => async () => {
    const run = JSON.parse(await inflated(fromBase64(textContent ?? ''))) as ReportedRun;
    const snapshot = reportSnapshot(run);
    return { run, snapshot, statistics: runStatistics(snapshot) };
  });
}

function inflated(packed: Uint8Array): Promise<string> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).text();
}
