import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { until } from './processes';

/** Everything that reached a participant, to look for what should not have. */
export class Tap {
  readonly seen: Buffer[] = [];

  add(data: string | Buffer | ArrayBuffer): void {
    this.seen.push(Buffer.isBuffer(data) ? data : Buffer.from(data as string));
  }

  has(text: string): boolean {
    const wanted = Buffer.from(text);
    return this.seen.some((b) => b.includes(wanted));
  }
}

/** A participant without a browser: the public API and an unmodified provider. */
export class Scripted {
  readonly tap = new Tap();
  readonly doc = new Y.Doc();
  #token = '';
  #socket: HocuspocusProviderWebsocket | undefined;
  #providers: HocuspocusProvider[] = [];
  id = '';
  groupId = '';
  /** The server took the person's right to the workshop away. */
  denied = false;
  /** The newest workshop that was pushed. */
  workshop: { version: number; phase: { kind: string } | null } | null = null;

  constructor(
    private readonly base: string,
    readonly name: string,
    private readonly department: string,
  ) {}

  async join(code: string): Promise<void> {
    const joined = await this.#call<{
      token: string;
      participant: { id: string };
      workshop: { id: string };
    }>('POST', '/api/join', { code, name: this.name, department: this.department });
    this.#token = joined.token;
    this.id = joined.participant.id;
    this.#workshopId = joined.workshop.id;
    const { tap } = this;
    class Tapped extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        this.on('message', (data: Buffer) => tap.add(data));
      }
    }
    this.#socket = new HocuspocusProviderWebsocket({
      url: `${this.base.replace('http', 'ws')}/ws`,
      WebSocketPolyfill: Tapped,
    });
    this.#open(`workshop.${joined.workshop.id}`, new Y.Doc(), (payload) => {
      const message = JSON.parse(payload) as { type: string; workshop: Scripted['workshop'] };
      if (message.type === 'workshop') this.workshop = message.workshop;
    });
  }
  #workshopId = '';

  /** Opens the board of the group the person was given, and waits for it. */
  async openBoard(groupId: string): Promise<void> {
    this.groupId = groupId;
    const provider = this.#open(`board.${groupId}`, this.doc);
    await until(`${this.name} has the board`, async () => provider.isSynced);
  }

  addCard(stage: string, kind: string, text: string): string {
    const id = crypto.randomUUID();
    this.doc.transact(() => {
      const card = new Y.Map<unknown>();
      this.doc.getMap('cards').set(id, card);
      const fields = { kind, stage, order: 'a0', author: this.id, createdAt: Date.now() };
      for (const [key, value] of Object.entries(fields)) card.set(key, value);
      card.set('text', new Y.Text(text));
    });
    return id;
  }

  get texts(): string[] {
    const cards = [...this.doc.getMap('cards').values()] as Y.Map<unknown>[];
    return cards.map((c) => String(c.get('text')));
  }

  command<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#call<T>(method, `/api/workshops/${this.#workshopId}/${path}`, body);
  }

  leave(): void {
    for (const p of this.#providers) p.destroy();
    this.#socket?.destroy();
  }

  #open(name: string, doc: Y.Doc, told: (payload: string) => void = () => undefined) {
    const socket = this.#socket;
    if (!socket) throw new Error(`${this.name} has not joined`);
    const provider = new HocuspocusProvider({
      websocketProvider: socket,
      name,
      document: doc,
      token: this.#token,
      onStateless: ({ payload }) => told(payload),
      onAuthenticationFailed: () => (this.denied = true),
    });
    provider.attach();
    this.#providers.push(provider);
    return provider;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.base + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    this.tap.add(text);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
