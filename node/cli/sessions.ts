import { hostname } from 'node:os';

import type { RecordedSession, SessionStatus } from '../../core/history-sessions.ts';
import { isAlive } from '../process-alive.ts';
import type { Command, CommandCall } from './command.ts';
import { duration, moment, statusStyle } from './format.ts';
import { COMMON, openDatabase, openHistory } from './opened.ts';
import { printTable, type Cell, type Column } from './table.ts';
import { note, printJson } from './terminal.ts';

/** `somen sessions` */
export const SESSIONS: Command = {
  name: 'sessions',
  args: [],
  summary: 'List the sessions: which program ran when, and how that went',
  about: 'A session is one runtime, from its first run to its last. The newest come first.',
  options: {
    limit: { type: 'string', short: 'n', value: 'N', default: '20', help: 'at most so many; 0: all' },
    ...COMMON,
  },
  examples: [
    ['somen sessions', 'the last 20 sessions'],
    ['somen sessions --cache build/.somen --json', 'those of another folder, for a program'],
  ],
  run: listSessions,
};

const COLUMNS: readonly Column[] = [
  { title: 'SESSION' },
  { title: 'BEGAN' },
  { title: 'STATUS' },
  { title: 'TOOK', align: 'right' },
  { title: 'RAN', align: 'right' },
  { title: 'RETRIEVED', align: 'right' },
  { title: 'ATTACHED', align: 'right' },
  { title: 'FAILED', align: 'right' },
  { title: 'PROGRAM', flexible: true },
];

async function listSessions(call: CommandCall): Promise<number> {
  const limit = call.number('limit', 0) ?? 0;
  const sessions: ToldSession[] = [];
  for await (const session of (await openDatabase(call)).sessions(limit > 0 ? { limit } : {}))
    sessions.push({ ...session, status: statusHere(session) });
  if (call.flag('json')) printJson(sessions);
  else if (sessions.length > 0) printTable(COLUMNS, sessions.map(row));
  if (sessions.length > 0) return 0;
  note(`No sessions in ${openHistory(call).name}`);
  return 1;
}

/** A session of which is known whether its process is still there. */
interface ToldSession extends Omit<RecordedSession, 'status'> {
  readonly status: SessionStatus | 'crashed' | 'running';
}

function row({ session, time, lastTime, status, jobs, program }: ToldSession): readonly Cell[] {
  return [
    session,
    time === undefined ? '' : moment(time),
    { text: status, style: statusStyle(status) },
    time === undefined || lastTime === undefined ? '' : duration(lastTime - time),
    String(jobs.done + jobs.expanded + jobs.failed),
    String(jobs.retrieved),
    String(jobs.attached),
    { text: String(jobs.failed), style: jobs.failed > 0 ? 'red' : undefined },
    program ?? '',
  ];
}

/** On the machine where it ran, its process tells whether it crashed. */
function statusHere({ status, host, pid }: RecordedSession): ToldSession['status'] {
  if (status !== 'crashed or running' || pid === undefined || host !== hostname()) return status;
  return isAlive(pid) ? 'running' : 'crashed';
}
