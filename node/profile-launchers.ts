/** Launchers of pilots that a profile describes as data: a line for each type. */
import type { ProfileData } from './profile-data.ts';
import { command } from './pilots/command-launcher.ts';
import { gridEngine } from './pilots/grid-engine-launcher.ts';
import type { Launcher } from './pilots/launcher.ts';
import { pbs, torque } from './pilots/pbs-launcher.ts';
import { slurm } from './pilots/slurm-launcher.ts';
import { ssh } from './pilots/ssh-launcher.ts';

/** What all batch systems are asked for. */
const BATCH = {
  name: 'text',
  command: 'texts',
  cwd: 'text',
  setup: 'texts',
  shell: 'text',
  logs: 'text',
  array: 'flag',
  options: 'texts',
  time: 'text',
  cpus: 'number',
} as const;
const SLURM = { ...BATCH, partition: 'text', account: 'text', qos: 'text', mem: 'text' } as const;
const PBS = { ...BATCH, queue: 'text', account: 'text', mem: 'text' } as const;
const GRID_ENGINE = {
  ...BATCH,
  queue: 'text',
  project: 'text',
  parallelEnvironment: 'text',
  resources: 'texts',
} as const;
const SSH = {
  port: 'number',
  identity: 'text',
  command: 'texts',
  cwd: 'text',
  options: 'texts',
  program: 'text',
} as const;

const TYPES: Readonly<Record<string, (data: ProfileData) => Launcher>> = {
  command: makeCommand,
  ssh: (data) => ssh(data.text('host'), data.options(SSH, 'host')),
  slurm: (data) => slurm(data.options(SLURM)),
  pbs: (data) => pbs(data.options(PBS)),
  torque: (data) => torque(data.options(PBS)),
  gridEngine: (data) => gridEngine(data.options(GRID_ENGINE)),
};

function makeCommand(data: ProfileData): Launcher {
  const { argv = [], ...options } = data.options({ argv: 'texts', cwd: 'text', env: 'textsByName' });
  return command(argv, options);
}

/** @throws SomenError, TypeError or RangeError where there is no such type, or an option is not what it should be */
export function makeLauncher(data: ProfileData): Launcher {
  return data.choose(TYPES)(data);
}
