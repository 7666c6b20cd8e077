import type { Display } from './display.ts';
import { consoleDisplay } from './display.ts';
import type { Executor } from './executor.ts';
import type { FilePort } from './files.ts';
import type { Hasher } from './hasher.ts';
import type { SessionEntry } from './history.ts';
import { inline } from './inline.ts';
import type { ReportPlatform } from './report/report-platform.ts';
import type { ReportRun } from './report/report-run.ts';
import { createPortableHasher } from './sha256.ts';
import type { CodePorts } from './task-identity.ts';

/** What a runtime's layer (`web`, `node`) plugs into core. */
export interface Platform extends CodePorts {
  /** The fastest engine that works here. Created on first use. */
  readonly hasher: () => Hasher;
  /** Where jobs run when the user does not say. */
  readonly executor: () => Executor;
  /** How files are read, where there are some. */
  readonly files?: () => FilePort;
  /** What a history says of where a session ran. */
  readonly describe: () => Pick<SessionEntry, 'platform' | 'program' | 'pid' | 'host'>;
  /** What shows a run when the user does not say. */
  readonly display: () => Display;
  /** What reports say of the platform, and how they are written here. */
  readonly reporting?: ReportPlatform;
  /** What makes reports, where it comes with the platform; asked for by runs that have one. */
  readonly reporter?: () => Promise<ReportRun>;
}

/** Only what every JavaScript runtime has: jobs on the calling thread, hashing in plain JavaScript. */
export const PORTABLE: Platform = {
  hasher: createPortableHasher,
  moduleName: (url) => new URL(url).pathname.replace(/^\//, ''),
  executor: () => inline(),
  describe: () => ({ platform: 'JavaScript' }),
  display: consoleDisplay,
};
