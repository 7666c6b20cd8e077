import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { UsageError, type Command, type CommandCall } from './command.ts';

/** The program that speaks the protocol; see there. */
const PROGRAM: string = fileURLToPath(new URL('../pilot/pilot-main.js', import.meta.url));

/** `somen pilot` */
export const PILOT: Command = {
  name: 'pilot',
  args: [],
  summary: 'Run jobs for a scheduler: started by pilots({ launch }), on this machine or another',
  about:
    'Speaks the pilot protocol on standard input and output, or connects to a scheduler that listens. Tasks are imported from the working directory. A scheduler knows its pilots by a token in the environment variable SOMEN_PILOT_TOKEN.',
  options: {
    slots: { type: 'string', short: 's', value: 'N', help: 'how many worker threads (default: one a core)' },
    connect: {
      type: 'string',
      value: 'HOST:PORT',
      help: 'connect to a scheduler, in place of standard input and output',
    },
    tls: {
      type: 'string',
      value: 'token|certificate',
      help: 'with --connect: use TLS, and know the scheduler by the token or by its certificate',
    },
    'tls-ca': {
      type: 'string',
      value: 'FILE',
      help: 'the certificate to trust, of the scheduler or an authority (PEM)',
    },
    cwd: { type: 'string', value: 'FOLDER', help: 'the working directory: the folder of the project here' },
    cache: {
      type: 'string',
      value: 'URL',
      help: 'where the cache of the runs is here, if not where the scheduler says',
    },
    'drain-after': {
      type: 'string',
      value: 'SECONDS',
      help: 'take no more jobs after so long: some time before the machine is taken away',
    },
    'accept-code': {
      type: 'boolean',
      help: 'run code that the scheduler sends, where this folder has none or other code',
    },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen pilot', 'what pilots({ launch: command([...]) }) and ssh(...) start'],
    [
      'somen pilot --connect login.cluster:41234 --slots 16',
      'what slurm(...) starts on a node, with SOMEN_PILOT_TOKEN set',
    ],
  ],
  run: pilot,
};

function pilot(call: CommandCall): Promise<number> {
  const slots = call.number('slots', 1) ?? availableParallelism();
  const drainAfter = call.number('drain-after', 0);
  const [connect, ca, cache] = [call.text('connect'), call.text('tls-ca'), call.text('cache')];
  const tls = call.text('tls');
  if (tls !== undefined && tls !== 'token' && tls !== 'certificate')
    throw new UsageError(`Cannot connect with --tls ${tls}: it is token or certificate`);
  const args = [
    '--slots',
    String(slots),
    ...(connect === undefined ? ['--input', '3', '--output', '4'] : ['--connect', connect]),
    ...(tls === undefined ? [] : ['--tls', tls]),
    ...(ca === undefined ? [] : ['--tls-ca', resolve(ca)]),
    ...(cache === undefined ? [] : ['--cache', cache]),
    ...(drainAfter === undefined ? [] : ['--drain-after', String(1000 * drainAfter)]),
    ...(call.flag('accept-code') ? ['--accept-code'] : []),
  ];
  return runApart(args, call.text('cwd'), connect === undefined);
}

/**
 * Runs the pilot in a process whose standard output is not ours: whatever is written there, by whomever, comes back to
 * it as text, to be sent to the scheduler.
 */
function runApart(args: readonly string[], cwd: string | undefined, onStandardStreams: boolean): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, '--written', '5', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', onStandardStreams ? 0 : 'ignore', onStandardStreams ? 1 : 'ignore', 'pipe'],
  });
  const back = (child.stdio as readonly unknown[])[5] as Writable;
  back.on('error', () => undefined);
  child.stdout?.pipe(back, { end: false });
  // Both: where there is no scheduler yet, who started the pilot sees why.
  child.stderr?.pipe(back, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  return new Promise((end, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => {
      if (signal !== null) process.stderr.write(`This pilot was ended by ${signal}\n`);
      end(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}
