import { createServer, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * The next release of a server's web app: the same code under another name of
 * its entry, as a new build has it. The old name is not known here.
 */
export class NextRelease {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(
    private readonly target: number,
    entry: string,
    readonly renamed: string,
  ) {
    this.#server = createServer((from, to) => {
      const asked = from.url ?? '/';
      if (asked.includes(entry)) {
        to.writeHead(404).end();
        return;
      }
      // What a browser keeps is of the other release.
      const headers = { ...from.headers, 'accept-encoding': 'identity' };
      delete headers['if-none-match'];
      const path = asked.replace(renamed, entry);
      const onward = request(
        { port: target, host: '127.0.0.1', path, method: from.method, headers },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const kept = answer.headers;
            delete kept['content-length'];
            delete kept.etag;
            const body = Buffer.concat(parts);
            const text = /html|javascript/.test(kept['content-type'] ?? '');
            to.writeHead(answer.statusCode ?? 502, kept);
            to.end(text ? body.toString().replaceAll(entry, renamed) : body);
          });
        },
      );
      onward.on('error', () => from.socket.destroy());
      from.pipe(onward);
    });
    this.#server.on('upgrade', (from, socket: Socket) => {
      const onward = connect(this.target, '127.0.0.1', () => {
        const lines = [`${from.method} ${from.url} HTTP/1.1`];
        for (let i = 0; i + 1 < from.rawHeaders.length; i += 2)
          lines.push(`${from.rawHeaders[i]}: ${from.rawHeaders[i + 1]}`);
        onward.write(`${lines.join('\r\n')}\r\n\r\n`);
        onward.pipe(socket);
        socket.pipe(onward);
      });
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
  }

  static async start(target: number): Promise<NextRelease> {
    const index = await (await fetch(`http://127.0.0.1:${target}/`)).text();
    const entry = /\/assets\/(index-[\w-]+\.js)/.exec(index)?.[1];
    if (!entry) throw new Error('the page names no entry');
    const next = new NextRelease(target, entry, 'index-NEXT000.js');
    await new Promise<void>((done) => next.#server.listen(0, '127.0.0.1', done));
    return next;
  }

  get port(): number {
    const address = this.#server.address();
    if (!address || typeof address !== 'object') throw new Error('the release does not listen');
    return address.port;
  }

  async stop(): Promise<void> {
    this.#sockets.forEach((s) => s.destroy());
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
