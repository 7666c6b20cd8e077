/** A program on a pseudo terminal, and what a terminal would show of it. Needs `python3`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';
import { packageRoot } from './package-root.js';

const program = fileURLToPath(new URL('tests/support/pseudo_terminal.py', `file://${packageRoot}/`));

/** How long the screen is watched for what should appear, in milliseconds. */
const PATIENCE = 30_000;

/** A program that runs on a terminal. */
export interface TerminalRun {
  /** Resolves when the program has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  /** The lines on the screen and those that have scrolled away, without what is empty at the end. */
  lines(): Promise<readonly string[]>;
  /** All that was written, as it came. */
  raw(): string;
  /** Resolves when the lines fulfil a condition. */
  until(what: string, isSo: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  resize(columns: number, rows: number): void;
  type(text: string): void;
  /** Whether the cursor can be seen, as far as the program said. */
  cursorIsShown(): boolean;
  stop(): void;
}

/** How a terminal is. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts Node on a terminal, with an environment that says nothing of colours or CI beside what is given. */
export function onTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalRun {
  const { columns = 80, rows = 24, env = {}, cwd } = options;
  const { NO_COLOR: _, FORCE_COLOR: _force, CI: _ci, COLUMNS: _columns, NODE_OPTIONS: _options, ...rest } = process.env;
  const child = spawn('python3', [program, String(columns), String(rows), process.execPath, ...args], {
    env: { ...rest, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(cwd !== undefined && { cwd }),
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  let raw = '';
  let written = Promise.resolve();
  const changes = new Set<() => void>();
  child.stdout.on('data', (data: Buffer) => {
    raw += data.toString();
    written = new Promise((resolve) => terminal.write(data, resolve));
    void written.then(() => changes.forEach((changed) => changed()));
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  void ended.then(() => changes.forEach((changed) => changed()));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const lines = async (): Promise<readonly string[]> => {
    await written;
    return textOf(terminal);
  };
  return {
    ended,
    lines,
    raw: () => raw,
    until: (what, isSo) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const now = textOf(terminal);
          if (isSo(now)) resolve(now);
          else if (isOver) reject(new Error(`The program ended before: ${what}\n${now.join('\n')}`));
          else return;
          clearTimeout(timer);
          changes.delete(look);
        };
        const timer = setTimeout(
          () => reject(new Error(`Waited in vain: ${what}\n${textOf(terminal).join('\n')}`)),
          PATIENCE,
        );
        changes.add(look);
        void ended.then(look);
        look();
      }),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      child.stdin.write(`size ${newColumns} ${newRows}\n`);
    },
    type: (text) => void child.stdin.write(`type ${JSON.stringify(text)}\n`),
    cursorIsShown: () => raw.lastIndexOf('\u001b[?25l') <= raw.lastIndexOf('\u001b[?25h'),
    stop: () => void child.kill(),
  };
}

/** The lines that a terminal shows of what was written to it. */
export async function screenLines(text: string, columns: number, rows: number): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 5000,
    convertEol: true,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  return textOf(terminal);
}

function textOf({ buffer: { active } }: xterm.Terminal): readonly string[] {
  const lines: string[] = [];
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ''}${line.translateToString(true)}`);
    else lines.push(line?.translateToString(true) ?? '');
  }
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => stripVTControlCharacters(line).trimEnd());
}
