/** Files that reports are written into: whole ones at each moment, with all runs of this process that name them. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

import { realm } from '../core/realm.ts';
import type { ReportDocument, ReportedRun } from '../core/report/report-data.ts';
import type { RunReport } from '../core/report/run-report.ts';
import type { ReportFormat } from './report-formats.ts';

/** At most so many runs stand in a file, the last ones, */
const MAX_RUNS = 200;
/** with at most so many characters. One run may be larger. */
const MAX_LENGTH = 64 << 20;
/** Writing takes at most this part of the time: after many short runs, the file follows a little later. */
const MAX_SHARE = 0.1;

/**
 * The path that a target means.
 * @param name - what is to be written, for messages
 * @throws TypeError where it is the URL of something else than a file
 * @throws RangeError where its folder is not there
 */
export function reportPath(target: string | URL, name: string = 'report'): string {
  if (target instanceof URL && target.protocol !== 'file:')
    throw new TypeError(
      `Cannot write a ${name} to '${target.href}': it must be a path, or a URL that begins with file:`,
    );
  const path = target instanceof URL ? fileURLToPath(target) : resolve(target);
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new RangeError(`Cannot write a ${name} to '${path}': there is no folder ${folder}. Make it first`);
  return path;
}

/** What writes reports into a file; the same for all runs of this thread that name it. */
export function reportFile(path: string, format: ReportFormat): (report: RunReport) => Promise<void> {
  const files = (realm().reports ??= new Map());
  let file = files.get(path);
  if (file === undefined) {
    file = new ReportFile(path, format);
    files.set(path, file);
  }
  const { add } = file;
  return add;
}

/** Writes a report that is there already. */
export async function writeDocument(path: string, { runs }: ReportDocument, format: ReportFormat): Promise<void> {
  const [first] = runs;
  const last = runs.at(-1);
  if (first === undefined || last === undefined) return;
  const packed: string[] = [];
  for (const [index, run] of runs.entries())
    packed.push(await format.pack({ run, number: index + 1, begin: first.startedAt }));
  await replaceFile(path, format.join(packed, last, 0));
}

/** Beside the target, so that it can take its place at once. */
function temporaryOf(path: string): string {
  return `${path}.${process.pid}-${threadId}.tmp`;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

class ReportFile {
  readonly #path: string;
  readonly #format: ReportFormat;
  readonly #packed: string[] = [];
  #last: ReportedRun | undefined;
  #begin: number | undefined;
  #count = 0;
  #isDirty = false;
  #writing: Promise<void> | undefined;
  /** Until when the next writing is put off, since the last one took its time. */
  #putOffUntil = 0;
  #isPutOff = false;
  #endsWithProcess = false;
  /** What was told of failures already. */
  #told: string | undefined;

  constructor(path: string, format: ReportFormat) {
    this.#path = path;
    this.#format = format;
  }

  /** Adds the run of a report. Rejects where the file cannot be written, once for each reason. */
  readonly add = async (report: RunReport): Promise<void> => {
    const [run] = report.toJSON().runs;
    if (run === undefined) return;
    this.#begin ??= run.startedAt;
    const packed = await this.#format.pack({ run, number: ++this.#count, begin: this.#begin });
    this.#last = run;
    this.#packed.push(packed);
    this.#dropOldest();
    this.#isDirty = true;
    if (performance.now() < this.#putOffUntil) this.#writeLater();
    else await this.#write().catch((error: unknown) => this.#tell(error));
  };

  #dropOldest(): void {
    let length = this.#packed.reduce((sum, text) => sum + text.length, 0);
    while (this.#packed.length > 1 && (this.#packed.length > MAX_RUNS || length > MAX_LENGTH))
      length -= this.#packed.shift()?.length ?? 0;
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty) {
      const start = performance.now();
      this.#isDirty = false;
      await replaceFile(this.#path, this.#text());
      const end = performance.now();
      this.#putOffUntil = end + (end - start) / MAX_SHARE;
    }
  }

  #writeLater(): void {
    if (this.#isPutOff) return;
    this.#isPutOff = true;
    setTimeout(() => {
      this.#isPutOff = false;
      this.#write().catch(() => undefined);
    }, this.#putOffUntil - performance.now()).unref();
    if (this.#endsWithProcess) return;
    this.#endsWithProcess = true;
    process.once('exit', () => this.#writeNow());
  }

  #writeNow(): void {
    if (!this.#isDirty) return;
    const temporary = temporaryOf(this.#path);
    try {
      writeFileSync(temporary, this.#text());
      renameSync(temporary, this.#path);
    } catch (error) {
      rmSync(temporary, { force: true });
      console.warn(`Cannot write the ${this.#format.name} '${this.#path}':`, error);
    }
  }

  #text(): string {
    if (this.#last === undefined) return '';
    return this.#format.join(this.#packed, this.#last, this.#count - this.#packed.length);
  }

  #tell(error: unknown): void {
    const message = `Cannot write the ${this.#format.name} '${this.#path}': ${error instanceof Error ? error.message : String(error)}`;
    if (message === this.#told) return;
    this.#told = message;
    throw new Error(message, { cause: error });
  }
}
