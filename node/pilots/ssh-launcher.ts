import { checkNames, type OptionNames } from '../../core/options.ts';
import { checkedWords } from './command-launcher.ts';
import type { Launcher } from './launcher.ts';
import { ProcessLauncher } from './process-launcher.ts';
import { shellWord, shellWords } from './shell-words.ts';

/** How pilots are reached and started on another machine. */
export interface SshOptions {
  /** @default what `ssh` has in its configuration, else 22 */
  readonly port?: number;
  /** The file of the private key. @default what `ssh` has in its configuration, or its agent */
  readonly identity?: string;
  /**
   * What starts a pilot there, as words; the pilot's options are added.
   *
   * @default somen of the project there: of `node_modules` in `cwd` or a folder above, else the one that is found by PATH
   */
  readonly command?: readonly string[];
  /** The project's folder there, from which modules are imported; `~/` is the user's home. @default the user's home */
  readonly cwd?: string;
  /** More options as in `ssh_config`: `['ProxyJump=gate.example.org']`. @default none */
  readonly options?: readonly string[];
  /** The client. @default 'ssh' */
  readonly program?: string;
}

const OPTIONS: OptionNames<SshOptions> = {
  port: true,
  identity: true,
  command: true,
  cwd: true,
  options: true,
  program: true,
};

/** Finds somen as `npx` does, but asks no registry where it is missing, and says what to do. `$1` is the host's name. */
const FIND_SOMEN = [
  'h=$1; shift; d=$PWD',
  'while :; do [ -x "$d/node_modules/.bin/somen" ] && exec "$d/node_modules/.bin/somen" "$@"',
  '[ -z "$d" ] && break; d=${d%/*}; done',
  'command -v somen >/dev/null 2>&1 && exec somen "$@"',
  'echo "somen is not installed in $PWD on $h: run npm install there" >&2; exit 127',
].join('; ');

/**
 * Pilots on another machine, reached by the OpenSSH client. The connection is ssh's own: nothing listens, and no port
 * has to be open but the one of ssh. Nobody is asked for a password: `ssh host` must work without (a key, an agent),
 * and the host's key must be known.
 *
 * @example
 * pilots({ launch: ssh('ada@lab3', { cwd: 'my-project', identity: '~/.ssh/lab' }), max: 1 });
 *
 * @throws TypeError where `host` is no name of a host, `command` no list of texts, or there is no such option
 */
export function ssh(host: string, options: SshOptions = {}): Launcher {
  if (typeof host !== 'string' || !/^[^-\s][^\s]*$/.test(host))
    throw new TypeError(`Cannot connect to ${JSON.stringify(host)}: ssh takes a host. Write 'lab3' or 'ada@lab3'`);
  checkNames(options, OPTIONS, 'Cannot give ssh the option');
  const found = ['sh', '-c', FIND_SOMEN, 'sh', host, 'pilot'];
  const start = checkedWords('the option command of ssh', options.command ?? found);
  return new ProcessLauncher({
    name: `ssh to ${host}`,
    argv: (args) => [
      options.program ?? 'ssh',
      ...clientOptions(options),
      '--',
      host,
      remoteCommand(start, args, options),
    ],
  });
}

function clientOptions({ port, identity, options = [] }: SshOptions): string[] {
  // The user's come first: ssh takes the first value that it finds.
  const own = ['BatchMode=yes', 'ConnectTimeout=20', 'ServerAliveInterval=15', 'ServerAliveCountMax=3'];
  return [
    '-T',
    '-x',
    '-a',
    ...(port === undefined ? [] : ['-p', String(port)]),
    // Not `-i`, which does not know `~`.
    ...(identity === undefined ? [] : ['-o', `IdentityFile=${identity}`]),
    ...[...options, ...own].flatMap((option) => ['-o', option]),
  ];
}

/** What the shell there is told: `exec`, so that no shell stands between the connection and the pilot. */
function remoteCommand(start: readonly string[], args: readonly string[], { cwd }: SshOptions): string {
  const pilot = `exec ${shellWords([...start, ...args])}`;
  return cwd === undefined ? pilot : `cd ${folderWord(cwd)} && ${pilot}`;
}

/** A folder as a word for a shell, which knows where the home is as long as `~/` is not quoted. */
function folderWord(folder: string): string {
  const [, rest] = /^~(?:\/(.*))?$/s.exec(folder) ?? [undefined, folder];
  if (rest === folder) return shellWord(folder);
  return rest === undefined || rest === '' ? '~' : `~/${shellWord(rest)}`;
}
