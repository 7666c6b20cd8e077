/** Keeps the built site for when there is no network, and tells when there is a newer one. */

/** Registers the service worker. Where there can be none (insecure origins, private windows), all else works. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const url = new URL(`${document.documentElement.dataset['root'] ?? './'}service-worker.js`, document.baseURI);
  const register = (): void => {
    navigator.serviceWorker.register(url).then(watch, () => note(''));
  };
  // It fetches the whole site: not before this page has what it needs.
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}

function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting !== null && registration.active !== null) offer(registration.waiting);
  void navigator.serviceWorker.ready.then(() => note('It also works without a network.'));
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && registration.active !== null) offer(worker);
    });
  });
}

/** A newer version is here, and waits: this page may still need files of its own. */
function offer(worker: ServiceWorker): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Show the new version of this site';
  button.className = 'update';
  button.addEventListener('click', () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    worker.postMessage('activate');
  });
  document.querySelector('footer')?.append(button);
}

function note(text: string): void {
  const target = document.querySelector('.offline-note');
  if (target !== null) target.textContent = text;
}
