import type { BrowserContext, WebSocketRoute } from '@playwright/test';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as encoding from 'lib0/encoding';
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';

const typeAwareness = 1;

/**
 * More people on a board than this machine could run: what a hub would tell of
 * them is put on the page's own socket, between the server's real messages.
 */
export class Crowd {
  readonly #pages: WebSocketRoute[] = [];
  #board = '';

  /** Follows the sockets that the context's pages open from now on. */
  static async with(context: BrowserContext): Promise<Crowd> {
    const crowd = new Crowd();
    await context.routeWebSocket(/\/ws$/, (page) => {
      const server = page.connectToServer();
      crowd.#pages.push(page);
      page.onMessage((message) => {
        const name = typeof message === 'string' ? '' : nameIn(message);
        if (name.includes('board.')) crowd.#board = name;
        server.send(message);
      });
    });
    return crowd;
  }

  /** Tells of people numbered from `first`, each as `state` says. */
  tell(first: number, count: number, state: (n: number) => Record<string, unknown> | null): void {
    const doc = new Y.Doc();
    const awareness = new awarenessProtocol.Awareness(doc);
    const clients: number[] = [];
    for (let n = first; n < first + count; n++) {
      const client = 1_000_000 + n;
      clients.push(client);
      awareness.states.set(client, {
        user: { id: `person-${n}`, name: `Osoba Numer${n}`, color: '#0c667c', role: 'member' },
        ...state(n),
      });
      awareness.meta.set(client, { clock: ++this.#clock, lastUpdated: Date.now() });
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, this.#board);
    encoding.writeVarUint(encoder, typeAwareness);
    encoding.writeVarUint8Array(
      encoder,
      awarenessProtocol.encodeAwarenessUpdate(awareness, clients),
    );
    awareness.destroy();
    const page = this.#pages.at(-1);
    page?.send(Buffer.from(encoding.toUint8Array(encoder)));
  }
  #clock = 1;
}

const nameIn = (message: Buffer): string =>
  decoding.readVarString(decoding.createDecoder(new Uint8Array(message)));
