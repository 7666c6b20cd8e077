import { hostname } from 'node:os';
import type { Executor } from '../core/executor.ts';
import type { FilePort } from '../core/files.ts';
import type { Hasher } from '../core/hasher.ts';
import { inline } from '../core/inline.ts';
import type { Platform } from '../core/platform.ts';
import { realm } from '../core/realm.ts';
import { CodeVersions } from './code-versions.ts';
import { defaultDisplay } from './displays/default-display.ts';
import { nodeFiles } from './files.ts';
import { createNodeHasher } from './hasher.ts';
import { moduleName } from './module-name.ts';
import { NODE_REPORTING } from './report-platform.ts';
import { workers } from './workers.ts';

let hasher: Hasher | undefined;
let executor: Executor | undefined;
let files: FilePort | undefined;
let codeVersions: CodeVersions | undefined;

/** Node: worker threads, native and wasm hashing, names relative to packages, displays for terminals. */
export const NODE: Platform = {
  hasher: () => (hasher ??= createNodeHasher()),
  moduleName,
  codeOf: (task) => (codeVersions ??= new CodeVersions(NODE.hasher())).codeOf(task),
  // One pool for all runs that name none, so that its workers stay warm. A run within a task stays on the task's thread.
  executor: () => (realm().worker === undefined ? (executor ??= workers()) : inline()),
  files: () => (files ??= nodeFiles()),
  describe: () => ({
    platform: `Node ${process.versions.node}`,
    ...(process.argv[1] !== undefined && { program: process.argv[1] }),
    pid: process.pid,
    host: hostname(),
  }),
  reporting: NODE_REPORTING,
  reporter: async () => (await import('../core/report/run-reporter.ts')).reportRun,
  display: () => defaultDisplay({ failures: false }),
};
