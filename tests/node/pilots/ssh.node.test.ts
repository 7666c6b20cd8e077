/** The launcher of pilots by ssh, with an OpenSSH server of the test's own. */
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ssh, type SshOptions } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSshd, type Sshd, startSshd } from '../../support/sshd.ts';
import { temporaryFolder } from '../support/pool.ts';
import { explained, launchOne, outputOf, untilAll } from './support/launched.ts';

describe.runIf(hasSshd)('ssh', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server?.stop());

  function launcher(options: SshOptions = {}) {
    const { port, identity, options: known } = server;
    return ssh(`${server.user}@${server.host}`, {
      port,
      identity,
      ...options,
      options: [...known, ...(options.options ?? [])],
    });
  }

  test('ssh starts a command, with words that a shell would take apart, and its stream leads there', async () => {
    const words = ['$HOME', "it's", 'a  b', '*', '"', ''];
    const there = launcher({ command: [process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))'] });
    const pilot = await launchOne(there, { args: words });
    expect(JSON.parse(await outputOf(pilot))).toEqual(words);
    await untilAll(there, [pilot], 'ended');
  });

  test('ssh carries bytes in both directions, and its command sees the end of them', async () => {
    const there = launcher({ command: ['cat'] });
    const pilot = await launchOne(there);
    await untilAll(there, [pilot], 'running');
    const bytes = Buffer.alloc(2 ** 20, 'somen');
    pilot.stream?.output.end(bytes);
    expect((await outputOf(pilot)) === bytes.toString()).toBe(true);
    await untilAll(there, [pilot], 'ended');
  });

  test('ssh starts the command in cwd', async () => {
    const there = launcher({ command: ['pwd'], cwd: '/usr/lib' });
    const pilot = await launchOne(there);
    expect(await outputOf(pilot)).toBe('/usr/lib\n');
  });

  test('ssh takes ~ in cwd for the home there', async () => {
    const home = `${homedir()}\n`;
    for (const cwd of ['~', '~/', '~/.']) {
      const there = launcher({ command: ['pwd', '-P'], cwd });
      expect(await outputOf(await launchOne(there))).toBe(home);
    }
    const missing = launcher({ command: ['pwd'], cwd: "~/no such 'folder'" });
    const pilot = await launchOne(missing);
    expect(await explained(missing, pilot.id)).toContain(`${homedir()}/no such 'folder'`);
  });

  test('ssh finds somen in the project there, from its folder upwards, and says in a sentence where there is none', async () => {
    const project = await realpath(await temporaryFolder());
    const folder = join(project, 'a folder');
    await mkdir(folder);
    const there = launcher({ cwd: folder });
    const missing = await launchOne(there);
    expect(await explained(there, missing.id)).toBe(
      `exited with code 127: somen is not installed in ${folder} on ${server.user}@${server.host}: run npm install there`,
    );
    await mkdir(join(project, 'node_modules', '.bin'), { recursive: true });
    await writeFile(join(project, 'node_modules', '.bin', 'somen'), '#!/bin/sh\necho "$PWD" "$@"\n', { mode: 0o755 });
    const pilot = await launchOne(there, { args: ['--slots', '2'] });
    expect(await outputOf(pilot)).toBe(`${folder} pilot --slots 2\n`);
  });

  test('ssh ends what it started when it is cancelled', async () => {
    const there = launcher({ command: ['sh', '-c', 'echo started; exec cat'] });
    const pilots = await there.submit(2, { args: [], tokens: [] });
    await untilAll(there, pilots, 'running');
    await there.cancel(pilots.map(({ id }) => id));
    await untilAll(there, pilots, 'ended');
  });

  test('ssh says what is wrong: a key that the server does not know, a port where nobody listens, no such program', async () => {
    const stranger = launcher({ identity: server.otherIdentity });
    const refused = await launchOne(stranger);
    expect(await explained(stranger, refused.id)).toMatch(/^exited with code 255: .*Permission denied \(publickey\)/s);
    const nowhere = launcher({ port: 1 });
    const lost = await launchOne(nowhere);
    expect(await explained(nowhere, lost.id)).toMatch(/^exited with code 255: .*Connection refused/s);
    const missing = launcher({ command: ['no-such-program', 'pilot'] });
    const nothing = await launchOne(missing);
    expect(await explained(missing, nothing.id)).toMatch(/^exited with code 127: .*no-such-program.*not found/s);
    const client = launcher({ program: '/no/such/ssh' });
    const none = await launchOne(client);
    expect(await explained(client, none.id)).toMatch(/^could not be started: spawn \/no\/such\/ssh ENOENT/);
  });
});

test('ssh refuses what is no host, and a command that is no list of words', () => {
  expect(() => ssh('-oProxyCommand=reboot')).toThrow('Cannot connect to "-oProxyCommand=reboot": ssh takes a host');
  expect(() => ssh('two words')).toThrow(TypeError);
  expect(() => ssh('lab3', { user: 'ada' } as object)).toThrow("Cannot give ssh the option 'user': there is none");
  expect(() => ssh('lab3', { command: [] })).toThrow("Write ['npx', 'somen', 'pilot']");
});

test.skipIf(hasSshd)('ssh was not tested: there is no OpenSSH server (Debian: openssh-server)', () => undefined);
