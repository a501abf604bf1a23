import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the proxy does to a websocket: say no, say nothing, or let it through. */
export type Upgrades = 'refuse' | 'swallow' | 'pass';

/** A reverse proxy of a city hall, with its own mind about websockets. */
export class Proxy {
  /** Websockets that were let through. */
  passed = 0;
  /** Of the answers to plain socket requests, so many are lost on the way. */
  lose = 0;
  upgrades: Upgrades = 'refuse';
  #down = false;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(private readonly target: number) {
    this.#server = createServer((from, to) => {
      const { url: path, method, headers } = from;
      const onward = request(
        { port: target, host: '127.0.0.1', path, method, headers },
        (answer) => {
          if (path === '/ws/poll' && headers['pathboard-line'] && this.lose > 0) {
            this.lose--;
            answer.resume();
            from.socket.destroy();
            return;
          }
          to.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(to);
        },
      );
      onward.on('error', () => from.socket.destroy());
      to.on('close', () => onward.destroy());
      from.pipe(onward);
    });
    this.#server.on('upgrade', (from, socket) => this.#upgrade(from, socket));
    this.#server.on('connection', (socket) => this.#down && socket.destroy());
  }

  static async start(target: number, upgrades: Upgrades = 'refuse'): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.upgrades = upgrades;
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (!address || typeof address !== 'object') throw new Error('the proxy does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Cuts every line that was let through, as a lost network does. */
  cut(): void {
    this.#sockets.forEach((s) => s.destroy());
  }

  /** The network is gone: lines break, and nobody is let in. */
  down(): void {
    this.#down = true;
    this.cut();
    this.#server.closeAllConnections();
  }

  /** The network is back. */
  up(): void {
    this.#down = false;
  }

  async stop(): Promise<void> {
    this.#sockets.forEach((s) => s.destroy());
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #upgrade(from: IncomingMessage, socket: Duplex): void {
    this.#keep(socket);
    if (this.upgrades === 'refuse') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    if (this.upgrades === 'swallow') return;
    this.passed++;
    const onward: Socket = connect(this.target, '127.0.0.1', () => {
      const lines = [`${from.method} ${from.url} HTTP/1.1`];
      for (let i = 0; i + 1 < from.rawHeaders.length; i += 2)
        lines.push(`${from.rawHeaders[i]}: ${from.rawHeaders[i + 1]}`);
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    this.#keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
