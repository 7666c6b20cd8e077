/** `somen pilot`, spoken to byte by byte. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { frameOf, PilotPeer, PREAMBLE } from '../support/pilot-peer.ts';

const CLI = fileURLToPath(new URL('cli/main.js', import.meta.resolve('somen/node')));

/** Nobody is asked for a sign of life in the middle of a test, which may take more than a second on a busy machine. */
const WELCOME = { type: 'welcome', argv: [], heartbeat: { interval: 20_000, timeout: 60_000 } };

/** A pilot's process, and who speaks with it. */
interface StartedPilot {
  readonly child: ChildProcess;
  readonly peer: PilotPeer;
  /** Its exit code and what it wrote to standard error. */
  readonly end: Promise<readonly [code: unknown, errors: string]>;
}

function startPilot(args: readonly string[] = [], env: Record<string, string> = {}): StartedPilot {
  const child = spawn(process.execPath, [CLI, 'pilot', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const end = once(child, 'close').then(([code]) => [code as unknown, errors] as const);
  return { child, peer: new PilotPeer(child.stdout, child.stdin), end };
}

test('a pilot says who it is, and ends when the stream does', async () => {
  const { child, peer, end } = startPilot(['--slots', '3'], { SOMEN_PILOT_TOKEN: 'secret' });
  peer.write(PREAMBLE);
  expect(await peer.preamble()).toEqual(PREAMBLE);
  const hello = await peer.expect('hello');
  expect(hello).toMatchObject({
    protocol: 1,
    node: process.versions.node,
    slots: 3,
    token: 'secret',
    acceptsCode: false,
  });
  expect(hello['cwd']).toBe(process.cwd());
  peer.say(WELCOME);
  expect(await peer.expect('ready')).toEqual({ type: 'ready', reachesStore: false });
  child.stdin?.end();
  expect(await end).toEqual([0, '']);
});

test('a pilot that is refused says why, and ends with 1', async () => {
  const { peer, end } = startPilot();
  peer.write(Buffer.concat([Buffer.from('Last login: today\n'), PREAMBLE]));
  await peer.preamble();
  await peer.expect('hello');
  peer.say({ type: 'refuse', reason: 'its token is not one that was given out' });
  expect(await end).toEqual([1, 'This pilot was refused by the scheduler: its token is not one that was given out\n']);
});

test.each([
  ['no frames', Buffer.alloc(64, 0xff)],
  ['a frame that is too long for a stranger', frameOf(0, new Uint8Array(70_000))],
  ['a frame that is no message', frameOf(0, Buffer.from('nonsense'))],
])('a pilot that is sent %s ends with 1 and says so', async (_what, bytes) => {
  const { peer, end } = startPilot();
  peer.write(Buffer.concat([PREAMBLE, bytes]));
  const [code, errors] = await end;
  expect(code).toBe(1);
  expect(errors).toMatch(/^This pilot does not speak the pilot protocol/);
});

test('a pilot that is started by hand, with nobody at the other end, says so in one sentence', async () => {
  const input = await open(fileURLToPath(import.meta.url));
  onTestFinished(() => input.close());
  const child = spawn(process.execPath, [CLI, 'pilot'], { stdio: [input.fd, 'pipe', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  expect(code).toBe(2);
  expect(errors).toMatch(
    /^Cannot run a pilot here: .* must be pipes\. It is started by .*pilots\(\{ launch \}\).*--connect [^\n]*\n$/,
  );
});

test('messages arrive however the stream cuts them', async () => {
  const { child, peer } = startPilot();
  const whole = Buffer.concat([PREAMBLE, frameOf(7, new Uint8Array(0))]);
  for (const byte of whole) child.stdin?.write(Uint8Array.of(byte));
  await peer.preamble();
  await peer.expect('hello');
  peer.say(WELCOME);
  await peer.expect('ready');
  peer.say({ type: 'open', channel: 5, name: 'worker' });
  peer.say(
    {
      id: 'a',
      type: 'APPLY',
      path: ['start'],
      argumentList: [{ type: 'RAW', value: { name: 'worker', imports: true } }],
    },
    5,
  );
  const { channel, message } = await peer.next();
  expect([channel, message]).toEqual([5, { id: 'a', type: 'RAW' }]);
  peer.say({ type: 'close' });
});

test('a pilot whose time to drain is a month away takes jobs until then', async () => {
  const { peer } = startPilot(['--drain-after', String(30 * 24 * 3600)]);
  peer.write(PREAMBLE);
  await peer.preamble();
  await peer.expect('hello');
  peer.say(WELCOME);
  await peer.expect('ready');
  peer.say({ type: 'open', channel: 1, name: 'worker' });
  peer.say({ id: 'a', type: 'APPLY', path: ['start'], argumentList: [{ type: 'RAW', value: { name: 'worker' } }] }, 1);
  let next = await peer.next();
  while (next.message['type'] === 'ping') next = await peer.next();
  expect(next).toEqual({ channel: 1, message: { id: 'a', type: 'RAW' } });
  peer.say({ type: 'close' });
});

test('SIGTERM makes a pilot ask for no more jobs', async () => {
  const { child, peer, end } = startPilot();
  peer.write(PREAMBLE);
  await peer.preamble();
  await peer.expect('hello');
  peer.say(WELCOME);
  await peer.expect('ready');
  child.kill('SIGTERM');
  expect(await peer.expect('draining')).toEqual({ type: 'draining' });
  peer.say({ type: 'close' });
  expect((await end)[0]).toBe(0);
});

test('a pilot whose scheduler is silent for too long ends', async () => {
  const { child, peer } = startPilot();
  peer.write(PREAMBLE);
  await peer.preamble();
  await peer.expect('hello');
  peer.say({ ...WELCOME, heartbeat: { interval: 20, timeout: 50 } });
  await peer.expect('ready');
  // Not its 'close': nobody reads its signs of life any more.
  expect((await once(child, 'exit'))[0]).toBe(0);
});
