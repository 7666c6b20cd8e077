import { findSession } from '../../core/history-sessions.ts';
import type { HistoryEntry } from '../../core/history.ts';
import { recordedJob } from '../../core/recorded-job.ts';
import type { Command, CommandCall } from './command.ts';
import { callText, clock, count, duration, moment, outcomeText, SHORT_KEY, statusStyle } from './format.ts';
import { COMMON, openHistory } from './opened.ts';
import { cut, printable } from '../displays/text.ts';
import { columns, note, painted, print, printJson } from './terminal.ts';

/** `somen log` */
export const LOG: Command = {
  name: 'log',
  args: [],
  summary: 'Print what happened, entry by entry',
  about: 'Without --session, that is the latest session; with --follow, what happens in any one from now on.',
  options: {
    session: { type: 'string', short: 's', value: 'ID', help: "a session's id, the beginning of it, or 'latest'" },
    follow: { type: 'boolean', short: 'f', help: 'print what is added from now on, by any process, until Ctrl-C' },
    ...COMMON,
  },
  examples: [
    ['somen log', 'what happened in the latest session'],
    ['somen log --follow', 'watch what other processes do'],
    ['somen log --json --session 20261126T2030', 'a JSON document a line'],
  ],
  run: log,
};

async function log(call: CommandCall): Promise<number> {
  const history = openHistory(call);
  if (call.flag('follow')) return follow(call);
  const sessions = await history.sessions();
  if (sessions.length === 0) {
    note(`No sessions in ${history.name}`);
    return 1;
  }
  const session = await findSession(history, call.text('session') ?? 'latest');
  for await (const entry of history.read(session)) printEntry(call, session, entry);
  return 0;
}

async function follow(call: CommandCall): Promise<number> {
  const history = openHistory(call);
  const wanted = call.text('session');
  const session = wanted === undefined ? undefined : await findSession(history, wanted);
  const entries = history.follow(new AbortController().signal);
  note(`Following ${history.name}; Ctrl-C ends`);
  for await (const followed of entries)
    if (session === undefined || followed.session === session) printEntry(call, followed.session, followed.entry);
  return 0;
}

function printEntry(call: CommandCall, session: string, entry: HistoryEntry): void {
  if (!call.flag('json')) return printText(session, entry);
  printJson(entry.type === 'job' ? { type: 'job', ...recordedJob({ session, entry }) } : { session, ...entry }, 0);
}

function printText(session: string, entry: HistoryEntry): void {
  switch (entry.type) {
    case 'session':
      return printLine(`session ${session} ${moment(entry.time)} ${entry.program ?? ''} ${entry.platform}`);
    case 'run':
      return printLine(`${clock(entry.time)} run ${entry.run} begins`);
    case 'end': {
      const { scheduled, ran, retrieved, attached, failed } = entry.summary;
      return printLine(
        `${clock(entry.time)} run ${entry.run} ${entry.status}: ${count(scheduled, 'job')}, ${ran} ran, ${retrieved} retrieved, ${attached} attached, ${failed} failed`,
      );
    }
    case 'code':
      return;
    case 'job': {
      if (entry.status === 'joined') return;
      const job = recordedJob({ session, entry });
      const status = job.status.padEnd(9);
      const tail = `${job.key?.slice(0, SHORT_KEY) ?? ''} ${callText(job)} ${outcomeText(job)}  ${duration(job.duration)}`;
      const line = cut(printable(`${clock(job.time)} ${status} ${tail}`).trimEnd(), columns());
      return print(line.replace(job.status, painted(statusStyle(job.status), job.status)));
    }
  }
}

function printLine(text: string): void {
  print(painted('bold', cut(printable(text).trimEnd(), columns())));
}
