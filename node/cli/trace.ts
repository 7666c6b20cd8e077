import type { Trace, TracedJob } from '../../core/history-trace.ts';
import type { Command, CommandCall } from './command.ts';
import { callText, duration, outcomeText, SHORT_KEY, statusStyle } from './format.ts';
import { COMMON, keyArgument, openDatabase } from './opened.ts';
import { cut, printable, widthOf } from '../displays/text.ts';
import { columns, note, painted, print, printJson } from './terminal.ts';

/** `somen trace` */
export const TRACE: Command = {
  name: 'trace',
  args: ['KEY'],
  summary: 'Show how a value came to be: the jobs that gave it, up to the inputs',
  about:
    "Below each job stand those that gave its arguments; '=' leads to the job that computed what was attached or retrieved, '>' to the workflow that a job returned.",
  options: {
    limit: { type: 'string', short: 'n', value: 'N', default: '1000', help: 'at most so many jobs; 0: all' },
    ...COMMON,
  },
  examples: [
    ['somen trace 1a6560eecea1', 'as a tree; what is shared stands there once'],
    ['somen trace 1a6560 --json', 'as a list of jobs that refer to each other by their index'],
  ],
  run: trace,
};

async function trace(call: CommandCall): Promise<number> {
  const limit = call.number('limit', 0) ?? 0;
  const maxJobs = limit === 0 ? Infinity : limit;
  const traced = await (await openDatabase(call)).trace(keyArgument(call.arg(0)), { maxJobs });
  if (call.flag('json')) printJson(traced);
  else printTree(traced);
  if (traced.truncated) note(`Only ${maxJobs} jobs are shown: see --limit`);
  return 0;
}

/** What is still to be written, the next on top. */
interface Branch {
  readonly index: number;
  readonly prefix: string;
  readonly mark: string;
  readonly isLast: boolean;
}

/** Without recursion: a chain may have a million jobs. */
function printTree({ jobs }: Trace): void {
  const shown = new Set<number>();
  const stack: Branch[] = [{ index: 0, prefix: '', mark: '', isLast: true }];
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    const { index, prefix, mark, isLast } = branch;
    const job = jobs[index];
    if (job === undefined) continue;
    const isRoot = mark === '';
    const lead = isRoot ? '' : `${prefix}${isLast ? '└' : '├'}${mark} `;
    printBranch(lead, job, shown.has(index));
    if (shown.has(index)) continue;
    shown.add(index);
    const below = isRoot ? '' : `${prefix}${isLast ? '  ' : '│ '}`;
    stack.push(...branches(job, below).reverse());
  }
}

function branches({ inputs, next, origin }: TracedJob, prefix: string): Branch[] {
  const below = [
    ...(origin === undefined ? [] : [{ index: origin, mark: '=' }]),
    ...inputs.map((index) => ({ index, mark: '─' })),
    ...(next === undefined ? [] : [{ index: next, mark: '>' }]),
  ];
  return below.map(({ index, mark }, position) => ({ index, mark, prefix, isLast: position === below.length - 1 }));
}

function printBranch(lead: string, { job }: TracedJob, isKnown: boolean): void {
  const { status, key, duration: took } = job;
  const head = `${status} ${key?.slice(0, SHORT_KEY) ?? ''}`.trimEnd();
  const call = printable(`${callText(job)} ${isKnown ? '(see above)' : outcomeText(job)}`.trimEnd());
  const line = cut(`${lead}${head} ${call}  ${isKnown ? '' : duration(took)}`.trimEnd(), columns());
  const [begin, end] = [lead, lead + status];
  // Styles after cutting: they take no columns.
  const isWhole = widthOf(line) >= widthOf(end) && line.startsWith(end);
  print(isWhole ? `${begin}${painted(statusStyle(status), status)}${line.slice(end.length)}` : line);
}
