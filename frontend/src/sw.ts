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

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((n) => n !== cacheName).map((n) => caches.delete(n))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (/^\/(api|ws|y|healthz|readyz|metrics)(\/|$)/.test(url.pathname)) return;
  if (event.request.mode === 'navigate') {
    // The network first, so that a new version is seen at once; the kept page
    // when there is none.
    event.respondWith(
      fetch(event.request).catch(
        async () => (await caches.match('/index.html')) ?? Response.error(),
      ),
    );
    return;
  }
  event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
});

export {};
