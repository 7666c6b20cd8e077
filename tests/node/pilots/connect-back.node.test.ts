/** Pilots that connect back over TCP: tokens, TLS, strangers, and queues that let them wait. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSafely } from 'node:tls';
import { gatherAll, type ListenOptions, pilots, type PilotsOptions, run } from 'somen/node';
import { expect, onTestFinished, test } from 'vitest';
import { surroundings, waitsFor } from '../fixtures/pilot-tasks.mjs';
import { hasOpenssl, makeCertificate } from '../../support/certificate.ts';
import { eventually } from '../../support/eventually.ts';
import { PilotPeer, PREAMBLE } from '../../support/pilot-peer.ts';
import { rejection, temporaryFolder } from '../support/pool.ts';
import { LocalQueue } from './support/local-queue.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';

function lab(options: Partial<PilotsOptions> = {}, listen: ListenOptions = {}, start = SOMEN_PILOT) {
  const launch = new LocalQueue(start);
  const executor = pilots({ launch, slots: 1, max: 1, listen: { host: '127.0.0.1', ...listen }, ...options });
  onTestFinished(() => executor.close());
  return { executor, launch };
}

/** What the last pilot was submitted with. */
function last(launch: LocalQueue): LocalQueue['submitted'][number] {
  const pilot = launch.submitted.at(-1);
  if (pilot === undefined) throw new Error('No pilot was submitted');
  return pilot;
}

/** Where the last pilot was told to connect to. */
function portOf(launch: LocalQueue): number {
  const { args } = last(launch);
  return Number(args[args.indexOf('--connect') + 1]?.split(':').at(-1));
}

/** Somebody who connects. */
async function stranger(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const hello = {
  type: 'hello',
  protocol: 1,
  somen: '0',
  node: '20',
  slots: 1,
  host: 'h',
  pid: 1,
  cwd: '/',
  acceptsCode: false,
};

test('a pilot connects back with its token, which its tasks do not see, and ends when it is not needed', async () => {
  const { executor, launch } = lab({ idleTimeout: 100 });
  const seen = await run(surroundings(), { executor, display: false });
  expect(seen.token).toBeUndefined();
  expect(last(launch).token).toMatch(/^[0-9a-f]{64}$/);
  await eventually('it has ended', () => launch.running === 0);
  expect(launch.cancelled).toEqual([]);
  expect(launch.submitted).toHaveLength(1);
}, 30_000);

test('what was said cannot be read by others: the connection is TLS, with the token as the secret', async () => {
  const { executor, launch } = lab();
  launch.holds = true;
  const running = run(surroundings(), { executor, display: false });
  await eventually('one was asked for', () => launch.pending === 1);
  const socket = await stranger(portOf(launch));
  socket.write(PREAMBLE);
  const answer: Buffer[] = [];
  for await (const chunk of socket) answer.push(chunk as Buffer);
  expect(Buffer.concat(answer).includes('somen')).toBe(false);
  const wrong = connectSafely({
    host: '127.0.0.1',
    port: portOf(launch),
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    checkServerIdentity: () => undefined,
    pskCallback: () => ({ identity: 'a'.repeat(32), psk: Buffer.alloc(32) }),
  });
  expect((await rejection(once(wrong, 'secureConnect'))).message).toMatch(/alert|closed|reset|disconnected/i);
  launch.release();
  await running;
}, 30_000);

test('a token that was not given out is refused, and one that was is good for once', async () => {
  const { executor, launch } = lab({}, { tls: false });
  launch.holds = true;
  const running = run(surroundings(), { executor, display: false });
  await eventually('one was asked for', () => launch.pending === 1);
  const port = portOf(launch);
  const { token } = last(launch);
  for (const wrong of [undefined, '', token.slice(1), `${token}0`, 'f'.repeat(64)]) {
    const socket = await stranger(port);
    const peer = new PilotPeer(socket, socket);
    peer.write(PREAMBLE);
    peer.say({ ...hello, ...(wrong !== undefined && { token: wrong }) });
    await peer.preamble();
    expect(await peer.expect('refuse')).toEqual({ type: 'refuse', reason: 'its token is not one that was given out' });
    await eventually('it is cut off', () => socket.closed);
  }
  launch.release();
  await running;
  const socket = await stranger(port);
  const peer = new PilotPeer(socket, socket);
  peer.write(PREAMBLE);
  peer.say({ ...hello, token });
  await peer.preamble();
  await peer.expect('refuse');
}, 30_000);

test('a pilot of another version of the protocol is refused, and the error names both', async () => {
  const { executor, launch } = lab({ connectTimeout: 60_000 }, { tls: false });
  launch.holds = true;
  const failing = rejection(run(surroundings(), { executor, display: false }));
  for (let tries = 1; tries <= 3; tries++) {
    await eventually('one was asked for', () => launch.pending === 1);
    const socket = await stranger(portOf(launch));
    const peer = new PilotPeer(socket, socket);
    peer.write(PREAMBLE);
    peer.say({ ...hello, protocol: 99, token: last(launch).token });
    await peer.preamble();
    const { reason } = await peer.expect('refuse');
    expect(reason).toContain('speaks version 99 of the pilot protocol');
  }
  expect((await failing).message).toMatch(
    /^Cannot get pilots by a local queue: .*speaks version 99 .* this scheduler version 1\. Install the same/,
  );
}, 30_000);

test('strangers that say nothing that is expected are cut off', async () => {
  const { executor, launch } = lab({}, { tls: false });
  launch.holds = true;
  const running = run(surroundings(), { executor, display: false });
  await eventually('one was asked for', () => launch.pending === 1);
  const talker = await stranger(portOf(launch));
  talker.resume();
  talker.write(Buffer.alloc(2 ** 20));
  await eventually('it is cut off', () => talker.closed);
  const many = await Promise.all(Array.from({ length: 200 }, () => stranger(portOf(launch))));
  await eventually('there are not too many', () => many.filter((socket) => !socket.resume().closed).length <= 65);
  for (const socket of many) socket.destroy();
  launch.release();
  await running;
}, 30_000);

test.runIf(hasOpenssl)(
  'a certificate protects the connection where the pilot trusts it',
  async () => {
    const { key, cert, file } = makeCertificate(await temporaryFolder());
    const { executor, launch } = lab({}, { tls: { key, cert, ca: file } });
    await run(surroundings(), { executor, display: false });
    expect(last(launch).args).toContain('--tls-ca');
    const untrusted = lab({}, { tls: { key, cert } });
    const error = await rejection(run(surroundings(), { executor: untrusted.executor, display: false }));
    expect(error.message).toMatch(
      /^Cannot get pilots by a local queue: pilot \d ended before it had connected\. It wrote: .*self-signed certificate/s,
    );
  },
  60_000,
);

test('pilots that wait in a queue are taken back when they are not needed any more', async () => {
  const { executor, launch } = lab({ max: 3 });
  launch.holds = true;
  const folder = await temporaryFolder();
  const controller = new AbortController();
  const jobs = [1, 2, 3].map((id) => waitsFor(join(folder, 'go'), id));
  const running = rejection(run(gatherAll(jobs), { executor, signal: controller.signal, display: false }));
  await eventually('three were asked for', () => launch.pending === 3);
  controller.abort();
  await running;
  await eventually('they were taken back', () => launch.cancelled.length === 3);
  expect(launch.pending).toBe(0);
}, 30_000);

test('pilots that wait in a queue are taken back when the executor is closed', async () => {
  const { executor, launch } = lab({ max: 2 });
  launch.holds = true;
  const running = rejection(run(gatherAll([1, 2].map((id) => waitsFor('', id))), { executor, display: false }));
  await eventually('two were asked for', () => launch.pending === 2);
  await executor.close();
  expect(launch.pending).toBe(0);
  expect((await running).message).toBe('The workers were closed while jobs were under way');
}, 30_000);

test('a pilot that runs and does not connect is ended after a while, and the error says what to look at', async () => {
  const { executor, launch } = lab({ connectTimeout: 100 }, {}, ['sh', '-c', 'exec sleep 60']);
  const error = await rejection(run(surroundings(), { executor, display: false }));
  expect(error.message).toMatch(
    /^Cannot get pilots by a local queue: pilot 3 runs, but has not connected within 0.1 s\. Check that its node reaches/,
  );
  expect(launch.cancelled).toEqual(['1', '2', '3']);
  await eventually('the last one is ended, too', () => launch.running === 0);
}, 30_000);

test('pilots that were asked for together and do not come up count as one failure', async () => {
  const { executor, launch } = lab({ max: 4 }, {}, ['sh', '-c', 'echo no node >&2; exit 1']);
  const jobs = gatherAll([1, 2, 3, 4].map((id) => waitsFor('', id)));
  const error = await rejection(run(jobs, { executor, display: false }));
  expect(error.message).toMatch(/^Cannot get pilots by a local queue: pilot \d+ ended before .* It wrote: no node$/);
  expect(launch.submitted).toHaveLength(12);
}, 30_000);

test('a port that cannot be had is told', async () => {
  const { executor } = lab({}, { host: '192.0.2.1' });
  const error = await rejection(run(surroundings(), { executor, display: false }));
  expect(error.message).toMatch(/^Cannot get pilots by a local queue: Cannot listen for pilots at 192\.0\.2\.1:0: /);
}, 30_000);
