/** What a runtime's layer adds to reports. */
import type { Executor } from '../executor.ts';
import type { Machine } from './report-data.ts';
import type { RunReport } from './run-report.ts';

/** How reports are written on a platform, and what they say of it. */
export interface ReportPlatform {
  /** What is known of the machine, the program and the versions of what it runs on. */
  readonly describe: (executor: Executor) => Promise<PlatformFacts>;
  /**
   * What writes the reports of runs into a file, where there are files.
   * @throws (rejects) where that cannot work, before anything is computed
   */
  readonly file?: (target: string | URL) => Promise<(report: RunReport) => Promise<void>>;
}

/** See `RunSurroundings`. */
export interface PlatformFacts {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** That of the executor. */
  readonly profile?: string;
}
