import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** What a program prints. */
export interface Recording {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

/** Programs on `PATH`, for one test, that print what real ones have printed, and note what they were asked. */
export class RecordedTools {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<RecordedTools> {
    const folder = await mkdtemp(join(tmpdir(), 'somen-tools-'));
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    });
    return new RecordedTools(folder);
  }

  /** From now on, a program prints this. */
  async record(name: string, { stdout = '', stderr = '', code = 0 }: Recording): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(`${path}.out`, stdout);
    await writeFile(`${path}.err`, stderr);
    const lines = [
      '#!/bin/sh',
      `printf '%s\\n' "$@" > '${path}.args'`,
      `cat > '${path}.in'`,
      `cat '${path}.out'`,
      `cat '${path}.err' >&2`,
      `exit ${code}`,
    ];
    await writeFile(path, lines.join('\n'));
    await chmod(path, 0o755);
  }

  /** The words that a program was called with last. */
  async argumentsOf(name: string): Promise<string[]> {
    return (await readFile(join(this.folder, `${name}.args`), 'utf8')).split('\n').slice(0, -1);
  }

  /** What a program was given to read last. */
  inputOf(name: string): Promise<string> {
    return readFile(join(this.folder, `${name}.in`), 'utf8');
  }
}
