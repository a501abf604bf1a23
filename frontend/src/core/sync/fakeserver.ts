import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/** Message types of the Hocuspocus wire that the tests need. */
const wire = { sync: 0, awareness: 1, auth: 2, stateless: 5, syncStatus: 8 } as const;

/**
 * A server for tests: one document, the Hocuspocus wire, and faults at will.
 * `memory` is what it has received; `durable` what it may confirm.
 */
export class FakeServer {
  memory = new Y.Doc();
  durable = new Y.Doc();
  readOnly = false;
  refuse: string | null = null;
  /** Nobody can connect. */
  down = false;
  #sockets = new Set<FakeSocket>();
  /** What waits for the next append to be durable. */
  #gated: { update: Uint8Array | null; send: () => void }[] = [];

  /** The WebSocket class of the page. */
  get Socket(): typeof WebSocket {
    const connect = (socket: FakeSocket): boolean => {
      if (this.down) return false;
      this.#sockets.add(socket);
      return true;
    };
    const take = (socket: FakeSocket, frame: Uint8Array): void => this.#take(socket, frame);
    const leave = (socket: FakeSocket): void => void this.#sockets.delete(socket);
    return class extends FakeSocket {
      constructor() {
        super(connect, take, leave);
      }
    } as unknown as typeof WebSocket;
  }

  /** Makes durable what came in first, and sends what waited for that. */
  append(most = Infinity): void {
    for (const { update, send } of this.#gated.splice(0, most)) {
      if (update) Y.applyUpdate(this.durable, update);
      send();
    }
  }

  /** An empty awareness update, as the hub sends it to keep lines alive. */
  keepAlive(): void {
    for (const socket of this.#sockets) {
      this.#send(socket, 'board.1', wire.awareness, (e) =>
        encoding.writeVarUint8Array(e, Uint8Array.of(0)),
      );
    }
  }

  /** Cuts every connection; what was not durable is gone. */
  crash(): void {
    this.cut();
    this.#gated = [];
    this.memory = new Y.Doc();
    Y.applyUpdate(this.memory, Y.encodeStateAsUpdate(this.durable));
  }

  cut(): void {
    for (const socket of [...this.#sockets]) socket.drop();
  }

  #take(socket: FakeSocket, frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const name = decoding.readVarString(decoder);
    switch (decoding.readVarUint(decoder)) {
      case wire.auth:
        this.#send(socket, name, wire.auth, (e) => {
          encoding.writeVarUint(e, 2);
          encoding.writeVarString(e, this.readOnly ? 'readonly' : 'read-write');
        });
        return;
      case wire.sync:
        this.#sync(
          socket,
          name,
          decoding.readVarUint(decoder),
          decoding.readVarUint8Array(decoder),
        );
    }
  }

  #sync(socket: FakeSocket, name: string, kind: number, payload: Uint8Array): void {
    if (kind === 0) {
      const reply = Y.encodeStateAsUpdate(this.memory, payload);
      this.#gated.push({ update: null, send: () => this.#syncMessage(socket, name, 1, reply) });
      this.#syncMessage(socket, name, 0, Y.encodeStateVector(this.memory));
      return;
    }
    if (this.refuse) {
      this.#send(socket, name, wire.syncStatus, (e) => encoding.writeVarInt(e, 0));
      const text = JSON.stringify({ type: 'refused', code: this.refuse, detail: '' });
      this.#send(socket, name, wire.stateless, (e) => encoding.writeVarString(e, text));
      return;
    }
    Y.applyUpdate(this.memory, payload);
    const send = (): void =>
      this.#send(socket, name, wire.syncStatus, (e) => encoding.writeVarInt(e, 1));
    this.#gated.push({ update: payload, send });
  }

  #syncMessage(socket: FakeSocket, name: string, kind: number, payload: Uint8Array): void {
    this.#send(socket, name, wire.sync, (e) => {
      encoding.writeVarUint(e, kind);
      encoding.writeVarUint8Array(e, payload);
    });
  }

  #send(socket: FakeSocket, name: string, type: number, body: (e: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, name);
    encoding.writeVarUint(encoder, type);
    body(encoder);
    socket.deliver(encoding.toUint8Array(encoder));
  }
}

/** The browser's end of a connection; what is said arrives a moment later. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = 'arraybuffer';

  constructor(
    connect: (socket: FakeSocket) => boolean,
    private readonly take: (socket: FakeSocket, frame: Uint8Array) => void,
    private readonly leave: (socket: FakeSocket) => void,
  ) {
    super();
    setTimeout(() => {
      if (this.readyState === 3) return;
      if (!connect(this)) {
        this.drop();
        return;
      }
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    }, 1);
  }

  send(frame: Uint8Array): void {
    const copy = frame.slice();
    setTimeout(() => {
      if (this.readyState === 1) this.take(this, copy);
    }, 1);
  }

  deliver(frame: Uint8Array): void {
    setTimeout(() => {
      if (this.readyState === 1)
        this.dispatchEvent(new MessageEvent('message', { data: frame.slice().buffer }));
    }, 1);
  }

  drop(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.leave(this);
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }));
  }

  close(): void {
    this.drop();
  }
}
