/** The cache where the browser gives a page no database: in a sandboxed frame, which has an origin of its own. */
import { indexedDbCache, indexedDbHistory, SomenError } from 'somen/web';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { commands } from './support/commands.ts';

const NAME = '05'.repeat(32);
const OTHER = '06'.repeat(32);
const CONTENT = Uint8Array.of(1, 2, 3);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Runs the body of an async function in a sandboxed frame. What it returns is cloned. */
async function inSandbox(body: string): Promise<unknown> {
  const { url, importMap } = await commands.startSite();
  const frame = document.createElement('iframe');
  onTestFinished(async () => {
    frame.remove();
    await commands.stopServer(url);
  });
  frame.sandbox.add('allow-scripts');
  frame.srcdoc = `${importMap}<script type="module">
    const work = async () => {
      const somen = await import('${url}dist/web/index.js');
      ${body}
    };
    work().then((result) => parent.postMessage({ result }, '*'), (error) => parent.postMessage({ failure: String(error) }, '*'));
  </script>`;
  const answer = new Promise<{ result?: unknown; failure?: string }>((resolve) => {
    const listen = ({ source, data }: MessageEvent<{ result?: unknown; failure?: string }>): void => {
      if (source !== frame.contentWindow) return;
      removeEventListener('message', listen);
      resolve(data);
    };
    addEventListener('message', listen);
  });
  document.body.append(frame);
  const { result, failure } = await answer;
  if (failure !== undefined) throw new Error(failure);
  return result;
}

test('indexedDbCache says once that it works in memory, and does', async () => {
  const result = (await inSandbox(`
    const cache = somen.indexedDbCache('sandboxed');
    const [name, other] = ['${NAME}', '${OTHER}'];
    const failures = [];
    const note = (error) => void failures.push([error.code, error.message, error.cause.name]);
    await Promise.all([name, other].map((entry) => cache.put('ac', entry, new Uint8Array([1, 2, 3])).catch(note)));
    await cache.put('cas', name, new Uint8Array([4])).catch(note);
    await cache.delete('cas', name).catch(note);
    const found = [await cache.get('ac', name), await cache.get('ac', other), await cache.get('cas', name)];
    const claim = await cache.claim?.(name);
    await claim?.release();
    await cache.close();
    return { failures, found, reopened: await cache.get('ac', name) };
  `)) as { failures: [string, string, string][]; found: unknown[]; reopened: unknown };
  expect(result.failures).toHaveLength(1);
  expect(result.failures[0]).toEqual([
    'ERR_CACHE',
    expect.stringMatching(
      /^Cannot open the IndexedDB database 'sandboxed': SecurityError.*\. Results are kept in memory until the page is closed$/,
    ),
    'SecurityError',
  ]);
  expect(result.found).toEqual([CONTENT, CONTENT, undefined]);
  expect(result.reopened).toEqual(CONTENT);
});

test('a run in a sandboxed frame warns of cache and history once, and retrieves what it computed', async () => {
  const result = await inSandbox(`
    const warnings = [];
    const display = { log: () => undefined, warning: (message) => void warnings.push(message) };
    const cache = somen.indexedDbCache('sandboxed');
    const add = somen.schedule((a, b) => a + b, { name: 'sandbox/add', version: '1' });
    const counts = [];
    const runtime = somen.createRuntime({ cache, executor: somen.inline(), display });
    for (let round = 0; round < 2; round++) {
      const running = runtime.run(add(add(1, 2), 3));
      counts.push(await running, running.summary.ran, running.summary.retrieved);
    }
    await runtime.close();
    return { counts, warnings };
  `);
  expect(result).toMatchObject({
    counts: [6, 2, 0, 6, 0, 1],
    warnings: [
      expect.stringContaining('Results are kept in memory'),
      expect.stringContaining("IndexedDB database 'sandboxed-history'"),
    ],
  });
});

test('indexedDbHistory rejects and says why', async () => {
  const result = await inSandbox(`
    const history = somen.indexedDbHistory('sandboxed');
    return history.append('a', [{ type: 'run', time: 1, run: 1 }]).then(() => 'done', ({ code, message }) => [code, message]);
  `);
  expect(result).toEqual([
    'ERR_CACHE',
    expect.stringMatching(/^Cannot open the IndexedDB database 'sandboxed': SecurityError/),
  ]);
});

test.each(['InvalidStateError', 'UnknownError'])('indexedDbCache works in memory after %s', async (name) => {
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('No', name);
  });
  const cache = indexedDbCache('unavailable', { history: false, maxBytes: 1000 });
  await expect(cache.get('ac', NAME)).rejects.toThrow(/kept in memory/);
  await cache.put('ac', NAME, CONTENT);
  expect(await cache.get('ac', NAME)).toEqual(CONTENT);
  // The limit holds there, too.
  await cache.put('ac', OTHER, new Uint8Array(1000));
  expect(await cache.get('ac', OTHER)).toBeUndefined();
  expect(open).toHaveBeenCalledTimes(1);
  await cache.close?.();
});

test('indexedDbCache works in memory where the browser has no IndexedDB', async () => {
  vi.stubGlobal('indexedDB', undefined);
  const cache = indexedDbCache('missing', { history: false });
  const failure = await Promise.resolve(cache.put('ac', NAME, CONTENT)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SomenError);
  expect((failure as SomenError).message).toMatch(/'missing': Error: this browser has no IndexedDB.*kept in memory/);
  expect(await cache.get('ac', NAME)).toEqual(CONTENT);
  await cache.close?.();
});

test('indexedDbCache does not give up a database that it had', async () => {
  const name = `had-${crypto.randomUUID()}`;
  const cache = indexedDbCache(name, { history: false });
  await cache.put('ac', NAME, CONTENT);
  await cache.close?.();
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('Connection lost', 'UnknownError');
  });
  for (let times = 0; times < 2; times++)
    await expect(cache.get('ac', NAME)).rejects.toThrow(/UnknownError: Connection lost$/);
  open.mockRestore();
  expect(await cache.get('ac', NAME)).toEqual(CONTENT);
  await cache.close?.();
});

test('indexedDbHistory has no followers without a BroadcastChannel', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const history = indexedDbHistory(`alone-${crypto.randomUUID()}`);
  await history.append('a', [{ type: 'run', time: 1, run: 1 }]);
  expect(await history.sessions()).toEqual(['a']);
  expect(() => history.follow(new AbortController().signal)).toThrow(/no BroadcastChannel/);
  await history.close?.();
});
