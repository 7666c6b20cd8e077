import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { toDot } from '../../core/drawing/dot.ts';
import { toMermaid } from '../../core/drawing/mermaid.ts';
import { toSVG } from '../../core/drawing/svg.ts';
import { toGraph, type WorkflowGraph } from '../../core/graph.ts';
import { nearest } from '../../core/nearest.ts';
import { realm } from '../../core/realm.ts';
import { createRunStore, type RunStore } from '../../core/run-store.ts';
import { fileCache } from '../file-cache.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { graphJson } from './graph-json.ts';
import { CACHE_FOLDER, folderOf } from './opened.ts';
import { importScript, inCapableProcess, scriptPath } from './script.ts';
import { note } from './terminal.ts';

const FORMATS = ['dot', 'mermaid', 'svg', 'json'] as const;

type Format = (typeof FORMATS)[number];

/** By the ending of a file's name. */
const FORMAT_OF: Readonly<Record<string, Format>> = {
  '.dot': 'dot',
  '.gv': 'dot',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.svg': 'svg',
  '.json': 'json',
};

/** `somen graph` */
export const GRAPH: Command = {
  name: 'graph',
  args: ['SCRIPT'],
  summary: 'Draw the workflow that a script would run, without running it, or what became of it',
  about:
    'The script is imported, up to its first run; if it begins several at once, all of them are drawn, but only the first as SVG. What a task would return is not known yet, so workflows that tasks return are not drawn. With --run the script runs, and what became of each job is drawn, with the workflows that tasks returned. Calls that are alike become one box where there are many.',
  takesRest: true,
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'write to a file: .svg, .dot, .mmd or .json' },
    format: {
      type: 'string',
      short: 'f',
      value: 'FORMAT',
      help: `${FORMATS.join(', ')}; else that of the file, or dot`,
    },
    run: { type: 'boolean', help: 'run the script first; what it prints goes before a drawing without -o' },
    cache: { ...CACHE_FOLDER, help: `with --run: ${CACHE_FOLDER.help}` },
    collapse: { type: 'string', value: 'N', help: 'N calls or more that are alike become one box; 0: none do (12)' },
    json: { type: 'boolean', help: 'the same as --format json' },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen graph analysis.mjs -o analysis.svg', 'as a picture'],
    ['somen graph analysis.mjs --run -o done.svg', 'what ran, was retrieved, failed'],
    ['somen graph analysis.mjs | dot -Tpdf > analysis.pdf', 'by Graphviz'],
    ['somen graph analysis.mjs --format mermaid', 'for Markdown'],
    ['somen graph analysis.mjs --json -- --input data.csv', 'for a program'],
  ],
  run: draw,
};

async function draw(call: CommandCall): Promise<number> {
  const path = scriptPath(call.arg(0));
  const output = call.text('output');
  const format = formatOf(call, output);
  const collapse = collapseOf(call);
  const code = await inCapableProcess(path);
  if (code !== undefined) return code;
  const { drawn: graphs, failed } = call.flag('run') ? await runsOf(path, call) : await graphsOf(path, call.rest);
  if (graphs.length === 0) {
    note(`Cannot draw '${path}': it runs no workflow`);
    return 1;
  }
  const text = textOf(graphs, format, collapse);
  // The script waits for its runs, and for whatever else: it ends here.
  if (output === undefined) process.stdout.write(text, () => process.exit(failed ? 1 : 0));
  else process.exit((await written(output, text)) || (failed ? 1 : 0));
  return new Promise(() => undefined);
}

/** What is drawn: each a graph, or the snapshot of a run. */
interface Drawn {
  readonly drawn: readonly unknown[];
  /** Whether the script ended with an error. */
  readonly failed: boolean;
}

function textOf(graphs: readonly unknown[], format: Format, collapse: number): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(graphs.map(graphJson), undefined, 2)}\n`;
    case 'svg':
      return toSVG(graphs[0], { collapse });
    case 'dot':
      return `${graphs.map((graph) => toDot(graph, { collapse })).join('\n\n')}\n`;
    case 'mermaid':
      return `${graphs.map((graph) => toMermaid(graph, { collapse })).join('\n\n')}\n`;
  }
}

async function written(path: string, text: string): Promise<number> {
  try {
    await writeFile(path, text);
    return 0;
  } catch (error) {
    note(`Cannot write '${path}': ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function formatOf(call: CommandCall, output: string | undefined): Format {
  const text = call.flag('json') ? 'json' : call.text('format');
  if (text === undefined) return output === undefined ? 'dot' : formatOfFile(output);
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  const guess = nearest(text, FORMATS);
  throw new UsageError(
    `Cannot use --format ${text}: it must be ${FORMATS.join(', ')}${guess === undefined ? '' : `. Did you mean ${guess}?`}`,
  );
}

function formatOfFile(path: string): Format {
  const format = FORMAT_OF[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new UsageError(
    `Cannot use --output ${path}: its name must end with ${Object.keys(FORMAT_OF).join(', ')}. Or say --format ${FORMATS.join('|')}`,
  );
}

/** The least that a drawing collapses is two. */
function collapseOf(call: CommandCall): number {
  const count = call.number('collapse', 0) ?? 12;
  if (count === 1) throw new UsageError('Cannot use --collapse 1: it must be a whole number from 2, or 0');
  return count === 0 ? Infinity : count;
}

/** The workflows that the script runs first, all that it runs in one turn; none where it ends without. */
async function graphsOf(path: string, args: readonly string[]): Promise<Drawn> {
  const drawn: WorkflowGraph[] = [];
  const taken = new Promise<void>((done) => {
    realm().defaults = {
      take: (value) => {
        drawn.push(toGraph(value));
        setImmediate(done);
      },
    };
  });
  // A script that waits for what never comes, and for no run, leaves nothing to do.
  const idle = new Promise<void>((done) => process.once('beforeExit', () => done()));
  const imported = importScript(path, args).then(() => idle);
  await Promise.race([taken, imported, idle]);
  return { drawn, failed: false };
}

/** All that the script runs, as it is when the script is done. A script that ends the process itself is not drawn. */
async function runsOf(path: string, call: CommandCall): Promise<Drawn> {
  const stores: RunStore[] = [];
  const cache = fileCache(folderOf(call));
  const display = (): RunStore => {
    const store = createRunStore();
    stores.push(store);
    return store;
  };
  realm().defaults = { cache, display };
  const idle = new Promise<void>((done) => process.once('beforeExit', () => done()));
  let failed = false;
  try {
    await importScript(path, call.rest);
    // Runs that the script does not wait for are under way.
    await idle;
  } catch (error) {
    console.error(error);
    failed = true;
    await cache.history?.close?.();
    await cache.close?.();
  }
  return { drawn: stores.map((store) => store.getSnapshot()), failed };
}
