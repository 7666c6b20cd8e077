/** The engine behind the cells, loaded when the first of them is run. */
import type { RunStore } from 'somen/web';

/** A place in the program of a cell. */
export interface Place {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Why a program failed. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  readonly place: Place | undefined;
  readonly job: { readonly task: string; readonly arguments: string } | undefined;
  readonly cause: CellError | undefined;
}

/** What a program comes to. */
export type CellResult =
  | {
      readonly status: 'done';
      readonly values: readonly {
        readonly name: string | undefined;
        readonly text: string;
        readonly value?: unknown;
      }[];
      readonly notes: readonly { readonly message: string; readonly place: Place }[];
      readonly duration: number;
    }
  | { readonly status: 'failed'; readonly error: CellError; readonly duration: number }
  | { readonly status: 'stopped'; readonly duration: number };

/** What an engine needs to know of a cell. */
export interface EngineOptions {
  readonly store: RunStore;
  /** What programs may import besides the package: texts by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** A line that the program itself wrote with `console`. */
  readonly onConsole: (text: string) => void;
}

/** Runs the programs of one cell, the latest only. */
export interface Engine {
  readonly run: (source: string) => Promise<CellResult>;
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

/** Starts what runs programs: a worker for the program, and more for its tasks. */
export async function createEngine(_options: EngineOptions): Promise<Engine> {
  return {
    run: async () => ({
      status: 'failed',
      duration: 0,
      error: {
        name: 'Error',
        message: 'The engine is not there yet',
        place: { line: 1, column: 1 },
        job: undefined,
        cause: undefined,
      },
    }),
    stop() {},
    async close() {},
  };
}
