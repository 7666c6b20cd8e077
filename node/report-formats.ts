/** What files of reports are written as. Each run is made a text once; a file is put together of the texts of its runs. */
import { packedRun, pageOfRuns, titleOf } from '../core/report/page.ts';
import { REPORT_FORMAT, type ReportedRun } from '../core/report/report-data.ts';
import { traceEvents, traceHead } from '../core/report/trace-events.ts';

/** A run among those of a file. */
export interface RunInFile {
  readonly run: ReportedRun;
  /** Its number, from 1. */
  readonly number: number;
  /** When the first run of the file began, in milliseconds since 1970. */
  readonly begin: number;
}

/** A format of files. */
export interface ReportFormat {
  /** For messages: `report`. */
  readonly name: string;
  /** The text of a run. */
  pack(run: RunInFile): Promise<string>;
  /**
   * The file.
   * @param packed - the texts of its runs
   * @param last - the run that ended last
   * @param omitted - how many earlier runs are left out
   */
  join(packed: readonly string[], last: ReportedRun, omitted: number): string;
}

/** A page that shows the runs. */
export const REPORT_PAGE: ReportFormat = {
  name: 'report',
  pack: ({ run }) => packedRun(run),
  join: (packed, last, omitted) => pageOfRuns(packed, titleOf(last), omitted),
};

/** A `ReportDocument`. */
const REPORT_JSON: ReportFormat = {
  name: 'report',
  pack: async ({ run }) => JSON.stringify(run),
  join: (packed, _last, omitted) =>
    `{"format":"${REPORT_FORMAT}",${omitted > 0 ? `"omitted":${omitted},` : ''}"runs":[\n${packed.join(',\n')}\n]}\n`,
};

/** A `TraceDocument`. */
export const TRACE_JSON: ReportFormat = {
  name: 'trace',
  pack: async ({ run, number, begin }) =>
    traceEvents(run, number, begin)
      .map((event) => JSON.stringify(event))
      .join(',\n'),
  join: (packed, last) => {
    const { traceEvents: _, ...head } = traceHead(last);
    return `{"traceEvents":[\n${packed.join(',\n')}\n],${JSON.stringify(head).slice(1)}\n`;
  },
};

/**
 * The format that a file's name says.
 * @throws RangeError where it says none
 */
export function formatOf(path: string): ReportFormat {
  if (/\.html?$/i.test(path)) return REPORT_PAGE;
  if (/\.trace\.json$/i.test(path)) return TRACE_JSON;
  if (/\.json$/i.test(path)) return REPORT_JSON;
  throw new RangeError(
    `Cannot write a report to '${path}': its name says no format. Let it end in .html for a page, in .json for its data, or in .trace.json for Perfetto`,
  );
}
