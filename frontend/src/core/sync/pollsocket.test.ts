import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EitherSocket } from './eithersocket';
import { PollSocket, split } from './pollsocket';

interface Request {
  method: string;
  line: string | null;
  batch: string | null;
  body: string[];
}

const decode = (b: ArrayBuffer): string => new TextDecoder().decode(b);

function frame(...messages: string[]): Uint8Array<ArrayBuffer> {
  const parts = messages.map((m) => new TextEncoder().encode(m));
  const body = new Uint8Array(parts.reduce((n, p) => n + 4 + p.length, 0));
  let at = 0;
  for (const p of parts) {
    new DataView(body.buffer).setUint32(at, p.length);
    body.set(p, at + 4);
    at += 4 + p.length;
  }
  return body;
}

/** A server of the transport, answering what the test puts into `answers`. */
class Server {
  requests: Request[] = [];
  /** For each kind of request, what comes next; none left: it waits. */
  answers: Record<string, (Response | 'lost')[]> = { POST: [], GET: [], DELETE: [] };

  readonly fetch = async (_url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    this.requests.push({
      method: init.method ?? 'GET',
      line: headers.get('Pathboard-Line'),
      batch: headers.get('Pathboard-Batch'),
      body: init.body ? split((init.body as Uint8Array).slice().buffer).map(decode) : [],
    });
    const answer = this.answers[init.method ?? 'GET']?.shift();
    if (answer === 'lost') throw new TypeError('network');
    if (answer) return answer;
    return new Promise((_, fail) =>
      init.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError'))),
    );
  };

  sent(): string[] {
    return this.requests
      .filter((r) => r.batch && r.method === 'POST')
      .map((r) => `${r.batch}:${r.body.join('+')}`);
  }
}

const opened = (): Response =>
  new Response(null, { status: 201, headers: { 'Pathboard-Line': 'abc' } });
const done = (): Response => new Response(null, { status: 204 });
const batch = (n: number, ...messages: string[]): Response =>
  new Response(frame(...messages), { headers: { 'Pathboard-Batch': String(n) } });

describe('PollSocket', () => {
  let server: Server;
  const log: string[] = [];

  function follow(socket: EventTarget): void {
    socket.addEventListener('open', () => log.push('open'));
    socket.addEventListener('message', (e) =>
      log.push(decode((e as MessageEvent<ArrayBuffer>).data)),
    );
    socket.addEventListener('close', (e) => log.push(`close ${(e as CloseEvent).code}`));
  }

  beforeEach(() => {
    vi.useFakeTimers();
    log.length = 0;
    server = new Server();
    vi.stubGlobal('fetch', server.fetch);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('opens, hears batch after batch, and tells the close code', async () => {
    server.answers['POST'] = [opened()];
    server.answers['GET'] = [
      batch(1, 'a', 'b'),
      done(),
      batch(2, 'ż'),
      new Response(null, { status: 410, headers: { 'Pathboard-Close': '1012' } }),
    ];
    follow(new PollSocket('ws://test/ws'));
    await vi.advanceTimersByTimeAsync(10);
    expect(log).toEqual(['open', 'a', 'b', 'ż', 'close 1012']);
    expect(server.requests.filter((r) => r.method === 'GET').map((r) => r.batch)).toEqual([
      '0',
      '1',
      '1',
      '2',
    ]);
  });

  it('asks again under the same number when an answer was lost', async () => {
    server.answers['POST'] = [opened(), 'lost', done(), done()];
    server.answers['GET'] = ['lost', batch(1, 'once')];
    const socket = new PollSocket('ws://test/ws');
    follow(socket);
    await vi.advanceTimersByTimeAsync(10);
    socket.send(new TextEncoder().encode('x'));
    socket.send(new TextEncoder().encode('y'));
    await vi.advanceTimersByTimeAsync(1_100);
    expect(server.sent()).toEqual(['1:x', '1:x', '2:y']);
    expect(log).toEqual(['open', 'once']);
  });

  it('ends when nobody answers for long', async () => {
    server.answers['POST'] = [opened()];
    server.answers['GET'] = ['lost', 'lost', 'lost', 'lost'];
    follow(new PollSocket('ws://test/ws'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(log).toEqual(['open', 'close 1006']);
  });

  it('is given up without a line when the server refuses one', async () => {
    server.answers['POST'] = [new Response(null, { status: 403 })];
    follow(new PollSocket('ws://test/ws'));
    await vi.advanceTimersByTimeAsync(10);
    expect(log).toEqual(['close 1006']);
  });

  describe('EitherSocket', () => {
    /** A WebSocket that does what the test says. */
    class Wire extends EventTarget {
      static CONNECTING = 0;
      static OPEN = 1;
      static CLOSED = 3;
      static made: Wire[] = [];
      readyState = 0;
      constructor() {
        super();
        Wire.made.push(this);
      }
      open(): void {
        this.readyState = 1;
        this.dispatchEvent(new Event('open'));
      }
      close(code = 1006): void {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }));
      }
    }
    beforeEach(() => {
      Wire.made = [];
      vi.stubGlobal('WebSocket', Wire);
    });
    const ways: string[] = [];
    const either = (): EitherSocket => {
      ways.length = 0;
      const socket = new EitherSocket(
        'ws://test/ws',
        (way) => ways.push(way),
        () => Promise.resolve({ PollSocket }),
      );
      follow(socket);
      return socket;
    };

    it('makes no request where websockets come through', async () => {
      either();
      Wire.made[0]?.open();
      await vi.advanceTimersByTimeAsync(10_000);
      expect([ways, server.requests.length, log]).toEqual([['socket'], 0, ['open']]);
      Wire.made[0]?.close(1012);
      expect(log).toEqual(['open', 'close 1012']);
    });

    it('goes over to requests when a websocket fails or stays silent, and back', async () => {
      for (const silent of [false, true]) {
        log.length = 0;
        Wire.made = [];
        server.answers['POST'] = [opened()];
        either();
        if (!silent) Wire.made[0]?.close();
        await vi.advanceTimersByTimeAsync(silent ? 5_100 : 100);
        expect([ways, log]).toEqual([['requests'], ['open']]);
        await vi.advanceTimersByTimeAsync(20_000);
        Wire.made[1]?.close();
        await vi.advanceTimersByTimeAsync(60_000);
        Wire.made[2]?.open();
        expect(log).toEqual(['open', 'close 4000']);
      }
    });

    it('says so when neither comes through', async () => {
      server.answers['POST'] = ['lost'];
      either();
      Wire.made[0]?.close();
      await vi.advanceTimersByTimeAsync(10);
      expect([ways, log]).toEqual([[], ['close 1006']]);
    });
  });
});
