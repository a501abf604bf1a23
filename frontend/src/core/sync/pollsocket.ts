const headerLine = 'Pathboard-Line';
const headerBatch = 'Pathboard-Batch';
const headerClose = 'Pathboard-Close';

/** Tries of a request that no server answered, and the pause between them. */
const tries = 4;
const pauseMs = 1_000;
/** Messages sent with one request, in bytes, unless one alone is larger. */
const batchBytes = 256 * 1024;

/** The end of a line, with a websocket's close code. */
class Gone extends Error {
  constructor(readonly code: number) {
    super(`closed: ${code}`);
  }
}

/**
 * What a WebSocket does, by plain requests: one of them always waits at the
 * server for messages. The server answers as hub/poll says.
 */
export class PollSocket extends EventTarget {
  binaryType = 'arraybuffer';
  readyState: number = WebSocket.CONNECTING;
  readonly #url: string;
  readonly #stop = new AbortController();
  #line = '';
  #out: Uint8Array[] = [];
  #sending = false;
  #said = 0;

  /** @param url that of the websocket */
  constructor(url: string) {
    super();
    this.#url = `${url.replace(/^ws/, 'http')}/poll`;
    void this.#live();
  }

  send(message: Uint8Array): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#out.push(message.slice());
    if (!this.#sending) void this.#sendAll();
  }

  close(): void {
    if (this.#line && this.readyState === WebSocket.OPEN) {
      const headers = { [headerLine]: this.#line };
      fetch(this.#url, { method: 'DELETE', headers, keepalive: true }).catch(() => undefined);
    }
    this.#end(1000);
  }

  async #live(): Promise<void> {
    try {
      const opened = await this.#ask('POST', null, null, 1);
      this.#line = opened.headers.get(headerLine) ?? '';
      if (opened.status !== 201 || !this.#line) throw new Gone(1006);
      if (this.readyState !== WebSocket.CONNECTING) return;
      this.readyState = WebSocket.OPEN;
      this.dispatchEvent(new Event('open'));
      for (let got = 0; this.readyState === WebSocket.OPEN;) got = await this.#receive(got);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Waits for the next batch and returns its number. */
  async #receive(got: number): Promise<number> {
    const answer = await this.#ask('GET', got, null);
    if (answer.status === 204) return got;
    if (answer.status !== 200) throw new Gone(1006);
    const batch = Number(answer.headers.get(headerBatch));
    for (const message of split(await answer.arrayBuffer())) {
      if (this.readyState !== WebSocket.OPEN) return batch;
      this.dispatchEvent(new MessageEvent('message', { data: message }));
    }
    return batch;
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#out.length > 0) {
        const answer = await this.#ask('POST', ++this.#said, this.#batch());
        if (answer.status !== 204) throw new Gone(1006);
      }
      this.#sending = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #batch(): Uint8Array<ArrayBuffer> {
    let bytes = 0;
    let count = 0;
    for (const message of this.#out) {
      if (count > 0 && bytes + message.length > batchBytes) break;
      bytes += message.length + 4;
      count++;
    }
    const body = new Uint8Array(bytes);
    const view = new DataView(body.buffer);
    let at = 0;
    for (const message of this.#out.splice(0, count)) {
      view.setUint32(at, message.length);
      body.set(message, at + 4);
      at += message.length + 4;
    }
    return body;
  }

  /** Makes a request, again when nobody answers: the server knows repeats. */
  async #ask(
    method: string,
    batch: number | null,
    body: Uint8Array<ArrayBuffer> | null,
    most = tries,
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#line) headers[headerLine] = this.#line;
    if (batch !== null) headers[headerBatch] = String(batch);
    for (let left = most; ;) {
      try {
        const answer = await fetch(this.#url, {
          method,
          headers,
          body,
          cache: 'no-store',
          credentials: 'omit',
          signal: this.#stop.signal,
        });
        if (answer.status === 410) throw new Gone(Number(answer.headers.get(headerClose)) || 1006);
        if (answer.status < 502 || answer.status > 504) return answer; // else a proxy's
      } catch (error) {
        if (error instanceof Gone || this.#stop.signal.aborted) throw error;
      }
      if (--left <= 0) throw new Gone(1006);
      await new Promise((r) => setTimeout(r, pauseMs));
    }
  }

  #fail(error: unknown): void {
    this.#end(error instanceof Gone ? error.code : 1006);
  }

  #end(code: number): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.#stop.abort();
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }));
  }
}

/** The messages of a body, each behind its length in four bytes. */
export function split(body: ArrayBuffer): ArrayBuffer[] {
  const messages: ArrayBuffer[] = [];
  const view = new DataView(body);
  for (let at = 0; at + 4 <= body.byteLength;) {
    const end = at + 4 + view.getUint32(at);
    messages.push(body.slice(at + 4, end));
    at = end;
  }
  return messages;
}
