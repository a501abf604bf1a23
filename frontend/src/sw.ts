/// <reference lib="webworker" />
/**
 * The service worker: opens the app without a network. It keeps the files of
 * one build, whose names carry their hashes, and never touches data: boards
 * live in IndexedDB, the API is always asked.
 */
declare const self: ServiceWorkerGlobalScope & { __SHELL__: string[] };

const files: string[] = self.__SHELL__;
const cacheName = `shell-${hash(files.join('\n'))}`;

/** FNV-1a, enough to tell one build from another. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)));
});

/** Pages of the build before this one may still be open: their files stay. */
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => {
        const older = names.filter((n) => n !== cacheName).slice(0, -1);
        return Promise.all(older.map((n) => caches.delete(n)));
      })
      .then(() => self.clients.claim()),
  );
});

/** A person wants the new version now, not when the last page is closed. */
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

/** A network that has not answered by then is none, in ms. */
const patienceMs = 4_000;

/**
 * The network first, so that a new version is seen at once; the kept page when
 * there is none, when it is silent, or when what stands before the server
 * answers in its place.
 */
async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(cacheName)).match('/index.html');
  if (!kept) return fetch(request);
  const silence = new Promise<Response>((answer) => setTimeout(answer, patienceMs, kept));
  const fresh = fetch(request).then((answer) => (answer.status >= 500 ? kept : answer));
  return Promise.race([fresh, silence]).catch(() => kept);
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (/^\/(api|ws|y|healthz|readyz|metrics)(\/|$)/.test(url.pathname)) return;
  if (event.request.mode === 'navigate') {
    event.respondWith(page(event.request));
    return;
  }
  event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
});

export {};
