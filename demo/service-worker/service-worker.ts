/**
 * The site without a network. It keeps one version of the site, whole: each file is checked against its digest before
 * the version counts, and is only ever served beside the others. A newer version waits until no page shows the older
 * one, or until a page asks for it.
 */
interface Site {
  readonly version: string;
  /** Paths from the site's root, with their SHA-256. Those that are large are kept when a page has asked for them. */
  readonly assets: readonly (readonly [path: string, digest: string, large: 0 | 1])[];
}

const scope = globalThis as unknown as ServiceWorkerGlobalScope & { readonly SITE: Site };
const { version, assets } = scope.SITE;
const root = new URL('./', scope.location.href).href;
/** Other sites of the same origin have caches, too. */
const PREFIX = `somen:${root}:`;
const CACHE = PREFIX + version;
const digests = new Map(assets.map(([path, digest]) => [root + path, digest]));

scope.addEventListener('install', (event) => event.waitUntil(keepAll()));
scope.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
scope.addEventListener('message', ({ data }) => {
  if (data === 'activate') void scope.skipWaiting();
});
scope.addEventListener('fetch', (event) => {
  const url = urlOf(event.request);
  if (event.request.method === 'GET' && digests.has(url)) event.respondWith(answer(url, event));
});

/** The file's URL: a folder stands for its page, and what follows `?` is for the page's script. */
function urlOf(request: Request): string {
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  return url.href === root ? `${root}index.html` : url.href;
}

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    assets.map(async ([path, digest, large]) => {
      if (large === 0) await cache.put(root + path, await fetched(root + path, digest));
    }),
  );
}

async function fetched(url: string, digest: string): Promise<Response> {
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok || (await digestOf(response.clone())) !== digest)
    throw new Error(`Cannot keep the site: ${url} is not that of version ${version}. The next visit tries again`);
  // A response that came by way of another URL is refused for navigations.
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/** The SHA-256 of what it brings, in hexadecimal. */
async function digestOf(response: Response): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  // The page that brought this worker, too: it may need more files when the network is gone.
  await scope.clients.claim();
}

async function answer(url: string, event: FetchEvent): Promise<Response> {
  try {
    const cache = await caches.open(CACHE);
    return (await cache.match(url)) ?? (await keepLater(cache, url, event));
  } catch {
    // A browser that is short of something may fail to read what it keeps: the network may have it.
    return fetched(url, digests.get(url) ?? '');
  }
}

/** A large file, which is here for the first time: the page sees it come, and it is kept when all of it was the right one. */
async function keepLater(cache: Cache, url: string, event: FetchEvent): Promise<Response> {
  const response = await fetch(event.request);
  const copy = response.clone();
  const keep = async (): Promise<void> => {
    if (copy.ok && (await digestOf(copy.clone())) === digests.get(url)) await cache.put(url, copy);
  };
  // Without room for it, it is loaded again the next time.
  event.waitUntil(keep().catch(() => undefined));
  return response;
}
