import { mount, unmount } from 'svelte';
import { allTexts } from '../i18n/index.svelte';
import NewVersion from './NewVersion.svelte';
import { router } from './router.svelte';

/*
 * Whether the server has another build of the app than this page runs. It is
 * looked for when the line comes back, which is when instances are replaced,
 * and told quietly; the page is loaded anew only when the person wants it.
 */
const entry = /<script[^>]* type="module"[^>]* src="(\/assets\/[^"]+)"/;
/** Behind a proxy the first answer may come from an instance that goes next, in ms. */
const againMs = 60_000;
/** The worker has taken over by then, or the page goes on without it, in ms. */
const takeOverMs = 2_000;
const ranKey = 'pathboard.builds';

let again: ReturnType<typeof setTimeout> | undefined;
let shown = false;

/** Looks for another build and tells the person of it. */
export async function lookForNewVersion(): Promise<void> {
  clearTimeout(again);
  if (shown || router.route.name === 'projector') return;
  const found = await served().catch(() => null);
  if (found === null || ran().includes(found)) {
    again = setTimeout(() => void lookForNewVersion(), againMs);
    return;
  }
  // Meanwhile the worker fetches the new files, for a reload without a network.
  void worker()
    .then((w) => w?.update())
    .catch(() => undefined);
  await allTexts();
  show();
}

function show(): void {
  if (shown) return;
  shown = true;
  const bar = mount(NewVersion, {
    target: document.body,
    props: {
      onload: () => void reload(),
      onlater: () => {
        shown = false;
        void unmount(bar);
      },
    },
  });
}

/** The entry that the server names now; null when that is not the app. */
async function served(): Promise<string | null> {
  const answer = await fetch('/', { cache: 'no-store' });
  return answer.ok ? (entry.exec(await answer.text())?.[1] ?? null) : null;
}

/**
 * The builds that this tab has run: while instances of two releases serve side
 * by side it is not sent from one to the other and back.
 */
function ran(): string[] {
  const own = document.querySelector('script[type=module][src]')?.getAttribute('src') ?? '';
  try {
    const before = JSON.parse(sessionStorage.getItem(ranKey) ?? '[]') as string[];
    if (before.includes(own)) return before;
    sessionStorage.setItem(ranKey, JSON.stringify([...before, own]));
    return [...before, own];
  } catch {
    return [own];
  }
}

const worker = async (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker?.getRegistration();

/** Lets the new worker take over, then loads the page anew. What is unsaved still asks. */
async function reload(): Promise<void> {
  const waiting = (await worker().catch(() => undefined))?.waiting;
  if (waiting) {
    const taken = new Promise<void>((done) => {
      navigator.serviceWorker.addEventListener('controllerchange', () => done(), { once: true });
      setTimeout(done, takeOverMs);
    });
    waiting.postMessage('take over');
    await taken;
  }
  location.reload();
}
