import type { PollSocket } from './pollsocket';

/** How a line's messages travel. */
export type Way = 'socket' | 'requests';

/** A websocket that is not open by then does not come through. */
const patienceMs = 5_000;
/** When websockets are looked for again, first and then, in ms. */
const firstLookMs = 20_000;
const lookEveryMs = 60_000;
/** The close code of a line that gives way to a websocket. */
const betterWay = 4000;

type Either = WebSocket | PollSocket;

/**
 * A websocket; where a proxy lets none through, the same line by plain
 * requests. Once on requests it looks for websockets now and then, and closes
 * when one comes through, so that whoever reconnects gets it.
 */
export class EitherSocket extends EventTarget {
  binaryType = 'arraybuffer';
  /** Set by the provider, which counts its sockets. */
  identifier = 0;
  #active: Either | null = null;
  #closed = false;
  #trying = false;
  #poll: PollSocket | null = null;
  #timer: ReturnType<typeof setTimeout>;
  readonly #socket: WebSocket;

  constructor(
    private readonly url: string,
    private readonly opened: (way: Way) => void = () => undefined,
    /** Most never need it, so it is fetched by those who do. */
    private readonly requests = (): Promise<{ PollSocket: typeof PollSocket }> =>
      import('./pollsocket'),
  ) {
    super();
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#follow(this.#socket, 'socket');
    this.#timer = setTimeout(() => this.#tryRequests(), patienceMs);
  }

  get readyState(): number {
    if (this.#closed) return WebSocket.CLOSED;
    return this.#active?.readyState ?? WebSocket.CONNECTING;
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    this.#active?.send(message);
  }

  close(): void {
    this.#end(1000);
  }

  #follow(line: Either, way: Way): void {
    line.addEventListener('open', () => this.#open(line, way));
    line.addEventListener('message', (event) => {
      if (this.#active === line && !this.#closed)
        this.dispatchEvent(new MessageEvent('message', { data: (event as MessageEvent).data }));
    });
    line.addEventListener('close', (event) => this.#lost(line, event as CloseEvent));
  }

  #open(line: Either, way: Way): void {
    if (this.#closed || this.#active) {
      line.close();
      return;
    }
    clearTimeout(this.#timer);
    this.#active = line;
    if (way === 'socket') this.#poll?.close();
    else {
      this.#socket.close();
      this.#timer = setTimeout(() => this.#look(), firstLookMs);
    }
    this.opened(way);
    this.dispatchEvent(new Event('open'));
  }

  #lost(line: Either, event: CloseEvent): void {
    if (this.#closed) return;
    if (this.#active) {
      if (this.#active === line) this.#end(event.code);
      return;
    }
    if (line === this.#poll) {
      this.#end(event.code);
      return;
    }
    this.#tryRequests();
  }

  #tryRequests(): void {
    if (this.#trying) return;
    this.#trying = true;
    clearTimeout(this.#timer);
    this.requests().then(
      ({ PollSocket: Requests }) => {
        if (this.#closed || this.#active) return;
        this.#poll = new Requests(this.url);
        this.#follow(this.#poll, 'requests');
      },
      () => this.#active ?? this.#end(1006),
    );
  }

  /** Looks whether websockets come through by now. */
  #look(): void {
    const probe = new WebSocket(this.url);
    const again = (): void => {
      clearTimeout(this.#timer);
      if (!this.#closed) this.#timer = setTimeout(() => this.#look(), lookEveryMs);
    };
    this.#timer = setTimeout(() => probe.close(), patienceMs);
    probe.addEventListener('open', () => {
      probe.close();
      this.#end(betterWay);
    });
    probe.addEventListener('close', again);
  }

  #end(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    this.#poll?.close();
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}
