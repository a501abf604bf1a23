import { HocuspocusProviderWebsocket, WebSocketStatus } from '@hocuspocus/provider';

/** A message this old means that the line may be dead though it looks open. */
const staleMs = 25_000;

/**
 * The one socket of a page, shared by all its documents. It comes back by
 * itself with growing, jittered pauses, and at once when the browser hints that
 * the network or the person is back.
 */
export class Line {
  readonly socket: HocuspocusProviderWebsocket;
  readonly #listeners = new Set<() => void>();
  readonly #forget: (() => void)[] = [];
  #heard = Date.now();

  constructor(url: string) {
    this.socket = new HocuspocusProviderWebsocket({
      url,
      delay: 500,
      minDelay: 300,
      maxDelay: 8_000,
      factor: 1.6,
      jitter: true,
    });
    const tell = (): void => this.#listeners.forEach((l) => l());
    this.socket.on('status', tell);
    this.socket.on('message', () => (this.#heard = Date.now()));
    const hint = (): void => this.#hint();
    for (const [target, name] of [
      [window, 'online'],
      [window, 'pageshow'],
      [document, 'visibilitychange'],
    ] as const) {
      target.addEventListener(name, hint);
      this.#forget.push(() => target.removeEventListener(name, hint));
    }
    const offline = (): void => this.#drop();
    window.addEventListener('offline', offline);
    this.#forget.push(() => window.removeEventListener('offline', offline));
  }

  get connected(): boolean {
    return this.socket.status === WebSocketStatus.Connected;
  }

  /** When the server was last heard, in ms. */
  get heard(): number {
    return this.#heard;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#forget.forEach((f) => f());
    this.#listeners.clear();
    this.socket.destroy();
  }

  #hint(): void {
    if (document.visibilityState === 'hidden') return;
    if (this.connected && Date.now() - this.#heard < staleMs) return;
    this.#drop();
  }

  /** Gives the present socket up, even if it looks open, and tries anew. */
  #drop(): void {
    this.socket.disconnect();
    void this.socket.connect();
  }
}
