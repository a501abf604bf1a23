import { HocuspocusProviderWebsocket, WebSocketStatus } from '@hocuspocus/provider';
import { EitherSocket, type Way } from './eithersocket';
import { type Hints, pageHints } from './hints';

/** Silence that means a dead line: the server speaks every 20 s. */
const silentVisibleMs = 25_000;
/** Browsers run a hidden page's timers once a minute. */
const silentHiddenMs = 70_000;
/** Silence after which a person who comes back gets a new connection at once. */
const doubtfulMs = 5_000;
/** Answers that are owed come within this, or the line is dead. */
const owedMs = 8_000;
const lookEveryMs = 1_000;
/** A connection that is not made by then is tried anew. */
const connectingMs = 10_000;
/** The pause before the first try after a loss, in ms. */
const pauseMin = 300;
const pauseSpread = 1_200;

/** A socket that can be given up without waiting for the other side. */
class LineSocket extends HocuspocusProviderWebsocket {
  giveUp(): void {
    this.emit('close', { event: { code: 4408 } });
  }
}

/**
 * The one socket of a page, shared by all its documents. It comes back by
 * itself with growing, jittered pauses, and at once when the browser hints that
 * the network or the person is back. A socket that looks open but is silent is
 * given up.
 */
export class Line {
  readonly socket: LineSocket;
  readonly #listeners = new Set<() => void>();
  readonly #owing = new Set<() => number | null>();
  readonly #stops: (() => void)[] = [];
  readonly #look: ReturnType<typeof setInterval>;
  #way: Way = 'socket';
  #heard = Date.now();
  /** When the silence began that may mean a dead line, in ms. */
  #silent = Date.now();
  #looked = Date.now();

  constructor(
    url: string,
    private readonly hints: Hints = pageHints,
  ) {
    const opened = (way: Way): void => void (this.#way = way);
    this.socket = new LineSocket({
      url,
      WebSocketPolyfill: class extends EitherSocket {
        constructor(address: string) {
          super(address, opened);
        }
      },
      delay: pauseMin + pauseSpread,
      minDelay: pauseMin,
      maxDelay: 20_000,
      factor: 2,
      jitter: true,
      messageReconnectTimeout: silentHiddenMs,
    });
    this.socket.on('status', () => {
      // A new socket, open or not yet, has the right to a first silence.
      this.#silent = Date.now();
      this.#listeners.forEach((l) => l());
    });
    this.socket.on('message', () => (this.#heard = this.#silent = Date.now()));
    // The first try after a loss: spread, so that a hall of people does not
    // come back in the same second. The provider wants whole numbers.
    this.socket.on('disconnect', () => {
      this.socket.configuration.delay = pauseMin + Math.floor(Math.random() * pauseSpread);
    });
    this.#stops.push(
      hints.subscribe(
        () => this.#back(),
        () => this.reconnect(),
      ),
    );
    this.#look = setInterval(() => this.#watch(), lookEveryMs);
  }

  get connected(): boolean {
    return this.socket.status === WebSocketStatus.Connected;
  }

  /** How the last connection was made. */
  get way(): Way {
    return this.#way;
  }

  /** When the server was last heard, in ms. */
  get heard(): number {
    return this.#heard;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Since when somebody waits for an answer, in ms, or null. */
  owing(since: () => number | null): () => void {
    this.#owing.add(since);
    return () => this.#owing.delete(since);
  }

  /** Gives the present socket up, even if it looks open, and tries anew. */
  reconnect(): void {
    if (this.connected) this.socket.giveUp();
    void this.socket.connect();
  }

  close(): void {
    clearInterval(this.#look);
    this.#stops.forEach((stop) => stop());
    this.#listeners.clear();
    this.#owing.clear();
    this.socket.destroy();
  }

  /** The network or the person is back. */
  #back(): void {
    if (!this.hints.visible()) return;
    const silence = Date.now() - this.#silent;
    if (this.connected && silence < doubtfulMs) return;
    if (this.connected && silence < silentVisibleMs && !this.#late(0)) return;
    this.reconnect();
  }

  /** Looks whether the line is alive; a jump of the clock means a sleep. */
  #watch(): void {
    const now = Date.now();
    const slept = this.hints.visible() && now - this.#looked > lookEveryMs + 5_000;
    this.#looked = now;
    const silence = now - this.#silent;
    if (!this.connected) {
      if (slept || (this.socket.status === WebSocketStatus.Connecting && silence > connectingMs))
        this.reconnect();
      return;
    }
    if (
      slept
        ? silence > doubtfulMs
        : silence > (this.hints.visible() ? silentVisibleMs : silentHiddenMs)
    ) {
      this.reconnect();
    } else if (silence > owedMs && this.#late(owedMs)) {
      this.reconnect();
    }
  }

  #late(ms: number): boolean {
    const before = Date.now() - ms;
    return [...this.#owing].some((since) => (since() ?? Infinity) < before);
  }
}
