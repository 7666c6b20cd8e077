import { toGraph, type WorkflowGraph } from '../../core/graph.ts';
import { realm } from '../../core/realm.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { graphJson, toDot, toMermaid } from './graph-text.ts';
import { nearest } from '../../core/nearest.ts';
import { importScript, inCapableProcess, scriptPath } from './script.ts';
import { note } from './terminal.ts';

const FORMATS = ['dot', 'mermaid', 'json'] as const;

/** `somen graph` */
export const GRAPH: Command = {
  name: 'graph',
  args: ['SCRIPT'],
  summary: 'Draw the workflow that a script would run, without running it',
  about:
    'The script is imported, up to its first run; if it begins several at once, all of them are drawn. What a task would return is not known yet, so workflows that tasks return are not drawn.',
  takesRest: true,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', default: 'dot', help: FORMATS.join(', ') },
    json: { type: 'boolean', help: 'the same as --format json' },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen graph analysis.mjs | dot -Tsvg > analysis.svg', 'as a picture, by Graphviz'],
    ['somen graph analysis.mjs --format mermaid', 'for Markdown'],
    ['somen graph analysis.mjs --json -- --input data.csv', 'for a program'],
  ],
  run: draw,
};

async function draw(call: CommandCall): Promise<number> {
  const path = scriptPath(call.arg(0));
  const format = formatOf(call);
  const code = await inCapableProcess(path);
  if (code !== undefined) return code;
  const graphs = await graphsOf(path, call.rest);
  if (graphs.length === 0) {
    note(`Cannot draw '${path}': it runs no workflow`);
    return 1;
  }
  const text =
    format === 'json'
      ? JSON.stringify(graphs.map(graphJson), undefined, 2)
      : graphs.map(format === 'dot' ? toDot : toMermaid).join('\n\n');
  // The script waits for its runs, and for whatever else: it ends here.
  process.stdout.write(`${text}\n`, () => process.exit(0));
  return new Promise(() => undefined);
}

function formatOf(call: CommandCall): (typeof FORMATS)[number] {
  const text = call.flag('json') ? 'json' : (call.text('format') ?? 'dot');
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  const guess = nearest(text, FORMATS);
  throw new UsageError(
    `Cannot use --format ${text}: it must be ${FORMATS.join(', ')}${guess === undefined ? '' : `. Did you mean ${guess}?`}`,
  );
}

/** The workflows that the script runs first, all that it runs in one turn; none where it ends without. */
async function graphsOf(path: string, args: readonly string[]): Promise<readonly WorkflowGraph[]> {
  const graphs: WorkflowGraph[] = [];
  const taken = new Promise<void>((done) => {
    realm().defaults = {
      take: (value) => {
        graphs.push(toGraph(value));
        setImmediate(done);
      },
    };
  });
  // A script that waits for what never comes, and for no run, leaves nothing to do.
  const idle = new Promise<void>((done) => process.once('beforeExit', () => done()));
  const imported = importScript(path, args).then(() => idle);
  await Promise.race([taken, imported, idle]);
  return graphs;
}
