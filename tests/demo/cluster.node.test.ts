/** The page 'From your laptop to a cluster': its script in its four places, on real engines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileCache, listRecords } from 'somen/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { hasSlurm, type Slurm, startSlurm } from '../support/slurm.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';

const CLI = join(packageRoot, 'dist/node/cli/main.js');
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'somen-cluster-'));
const home = join(folder, 'home');
/** What the script prints, wherever its jobs run. */
const ESTIMATE = /^3\.14\d+\n$/;

interface Engines {
  readonly sshd: Sshd | undefined;
  readonly slurm: Slurm | undefined;
  readonly redis: RedisServer | undefined;
}

let engines: Engines;

beforeAll(async () => {
  const [sshd, slurm, redis] = await Promise.all([
    hasSshd ? startSshd() : undefined,
    hasSlurm ? startSlurm() : undefined,
    hasRedis ? startRedis() : undefined,
  ]);
  engines = { sshd, slurm, redis };
  await mkdir(join(folder, 'shared'));
  // The project, and a clone of it on the other machine.
  for (const place of [home, join(folder, 'pi')]) {
    await mkdir(join(place, 'node_modules'), { recursive: true });
    await symlink(packageRoot, join(place, 'node_modules', 'somen'), 'junction');
    await writeFile(join(place, 'package.json'), '{ "name": "pi", "type": "module" }');
    await writeFile(join(place, 'pi.mjs'), blockOf('script'));
  }
  await writeFile(join(home, 'somen.config.mjs'), withOwnEngines(blockOf('config')));
}, 60_000);

afterAll(async () => {
  await engines.sshd?.stop();
  await engines.slurm?.stop();
  await engines.redis?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A block of the page. */
function blockOf(kind: string): string {
  const page = readFileSync(join(packageRoot, 'demo/guide/cluster.md'), 'utf8');
  const block = new RegExp(`^\`\`\`js ${kind}\\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1];
  if (block === undefined) throw new Error(`The page has no block '${kind}'`);
  return block;
}

/** The same configuration, with the engines of this test in place of those that a reader would have. */
function withOwnEngines(config: string): string {
  const { sshd, slurm, redis } = engines;
  const command = JSON.stringify([process.execPath, CLI, 'pilot']);
  const places: readonly (readonly [from: string, to: string])[] = [
    [
      "ssh('ada@lab3', { cwd: 'pi' })",
      `ssh('${sshd?.user}@${sshd?.host}', { cwd: ${JSON.stringify(join(folder, 'pi'))}, port: ${sshd?.port}, identity: ${JSON.stringify(sshd?.identity)}, options: ${JSON.stringify(sshd?.options)}, command: ${command} })`,
    ],
    ["partition: 'short', time: '1:00:00', cpus: 16", `partition: '${slurm?.partition}', time: '1:00:00', cpus: 2`],
    ['max: 10', "max: 2, listen: { host: '127.0.0.1' }"],
    ['slots: 16', 'slots: 2'],
    ['/shared/somen', join(folder, 'shared')],
    ['redis://queue.lab:6379', String(redis?.url)],
  ];
  let own = config;
  for (const [from, to] of places) {
    if (!own.includes(from)) throw new Error(`The page's configuration has no '${from}'`);
    own = own.replaceAll(from, to);
  }
  return own;
}

/** What the script prints in a place. */
async function outputOf(place: string): Promise<string> {
  const args = [CLI, 'run', 'pi.mjs', '--on', place, '--progress', 'none'];
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...engines.slurm?.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect([code, errors]).toEqual([0, '']);
  return output;
}

/** Which keys a cache has. */
async function keysOf(place: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listRecords(fileCache(place))) keys.push(key);
  return keys.sort();
}

test('the script runs on the laptop', { timeout: 60_000 }, async () => {
  expect(await outputOf('laptop')).toMatch(ESTIMATE);
});

test.runIf(hasSshd)('the same script runs on another machine by ssh', { timeout: 60_000 }, async () => {
  rmSync(join(home, '.somen'), { recursive: true });
  expect(await outputOf('lab')).toMatch(ESTIMATE);
});

test.runIf(hasSlurm)('the same script runs on a cluster, under the same keys', { timeout: 60_000 }, async () => {
  expect(await outputOf('cluster')).toMatch(ESTIMATE);
  expect(await keysOf(join(folder, 'shared'))).toEqual(await keysOf(join(home, '.somen')));
});

test.runIf(hasRedis)('the same script runs on the workers of a queue', { timeout: 60_000 }, async () => {
  const args = ['worker', '--queue', 'pi', '--slots', '2', '--connection', String(engines.redis?.url)];
  const worker = spawn(process.execPath, [CLI, ...args], { cwd: home, stdio: 'ignore' });
  const ended = once(worker, 'close');
  expect(await outputOf('queue')).toMatch(ESTIMATE);
  worker.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
