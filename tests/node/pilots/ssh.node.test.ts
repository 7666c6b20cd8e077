/** The launcher of pilots by ssh, with an OpenSSH server of the test's own. */
import { ssh, type SshOptions } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSshd, type Sshd, startSshd } from '../../support/sshd.ts';
import { outputOf, untilAll } from './support/launched.ts';

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
    const [pilot] = await there.submit(1, { args: words, tokens: [] });
    expect(JSON.parse(await outputOf(pilot!))).toEqual(words);
    await untilAll(there, [pilot!], 'ended');
  });

  test('ssh carries bytes in both directions, and its command sees the end of them', async () => {
    const there = launcher({ command: ['cat'] });
    const [pilot] = await there.submit(1, { args: [], tokens: [] });
    await untilAll(there, [pilot!], 'running');
    const bytes = Buffer.alloc(2 ** 20, 'somen');
    pilot!.stream!.output.end(bytes);
    expect((await outputOf(pilot!)) === bytes.toString()).toBe(true);
    await untilAll(there, [pilot!], 'ended');
  });

  test('ssh starts the command in cwd', async () => {
    const there = launcher({ command: ['pwd'], cwd: '/usr/lib' });
    const [pilot] = await there.submit(1, { args: [], tokens: [] });
    expect(await outputOf(pilot!)).toBe('/usr/lib\n');
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
    const [refused] = await stranger.submit(1, { args: [], tokens: [] });
    expect(await stranger.explain!(refused!.id)).toMatch(/^exited with code 255: .*Permission denied \(publickey\)/s);
    const nowhere = launcher({ port: 1 });
    const [lost] = await nowhere.submit(1, { args: [], tokens: [] });
    expect(await nowhere.explain!(lost!.id)).toMatch(/^exited with code 255: .*Connection refused/s);
    const missing = launcher({ command: ['no-such-program', 'pilot'] });
    const [nothing] = await missing.submit(1, { args: [], tokens: [] });
    expect(await missing.explain!(nothing!.id)).toMatch(/^exited with code 127: .*no-such-program.*not found/s);
    const client = launcher({ program: '/no/such/ssh' });
    const [none] = await client.submit(1, { args: [], tokens: [] });
    expect(await client.explain!(none!.id)).toMatch(/^could not be started: spawn \/no\/such\/ssh ENOENT/);
  });
});

test('ssh refuses what is no host, and a command that is no list of words', () => {
  expect(() => ssh('-oProxyCommand=reboot')).toThrow('Cannot connect to "-oProxyCommand=reboot": ssh takes a host');
  expect(() => ssh('two words')).toThrow(TypeError);
  expect(() => ssh('lab3', { command: [] })).toThrow("Write ['npx', 'somen', 'pilot']");
});

test.skipIf(hasSshd)('ssh was not tested: there is no OpenSSH server (Debian: openssh-server)', () => undefined);
