// Not the browser's own, which is there on secure pages only.
import { digest } from 'lib0/hash/sha256';
import { ApiError } from '../api';

/**
 * What this device knows of a picture:
 *
 *   asked    it is being fetched
 *   here     it can be shown
 *   waiting  it can be shown here, the server does not have it yet
 *   refused  it can be shown here, the server will not take it
 *   missing  the server does not have it (yet)
 */
export interface ImageState {
  readonly kind: 'asked' | 'here' | 'waiting' | 'refused' | 'missing';
  readonly blob: Blob | null;
  /** Why the server refused it, in words. */
  readonly reason: string;
}

export interface ImageOptions {
  database: string;
  factory: () => IDBFactory;
  upload: (id: string, jpeg: Blob) => Promise<void>;
  fetch: (id: string) => Promise<Blob>;
  /** Pauses between tries, in ms; the last goes on. */
  pauses?: readonly number[];
}

interface Row {
  jpeg: ArrayBuffer;
  waiting: boolean;
}

const store = 'images';
const pauses = [3_000, 10_000, 30_000];
const unknown: ImageState = { kind: 'asked', blob: null, reason: '' };

/**
 * The pictures of one board on this device. What is added here is shown at
 * once, kept in IndexedDB where the browser allows it, and sent until the
 * server has it or refuses it; what others added is fetched when it is shown.
 */
export class BoardImages {
  readonly #states = new Map<string, ImageState>();
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #tries = new Map<string, number>();
  readonly #busy = new Set<string>();
  #closed = false;
  #db: Promise<IDBDatabase | null>;

  constructor(private readonly options: ImageOptions) {
    this.#db = this.#open();
    void this.#resume();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is known of a picture; asking for it begins to fetch it. */
  state(id: string): ImageState {
    const found = this.#states.get(id);
    if (found) return found;
    this.#states.set(id, unknown);
    void this.#find(id);
    return unknown;
  }

  /** How many the server has yet to take. */
  get waiting(): number {
    return [...this.#states.values()].filter((s) => s.kind === 'waiting').length;
  }

  /** Keeps a picture, begins to send it, and returns its id. */
  async add(jpeg: Blob): Promise<string> {
    const bytes = await jpeg.arrayBuffer();
    const id = hex(digest(new Uint8Array(bytes)));
    const state = this.#states.get(id)?.kind;
    if (state === 'here' || state === 'waiting') return id;
    this.#tell(id, { kind: 'waiting', blob: jpeg, reason: '' });
    await this.#keep(id, { jpeg: bytes, waiting: true });
    void this.#send(id, jpeg);
    return id;
  }

  /** The network is back: what waits is tried now. */
  now(): void {
    for (const [id, state] of this.#states) {
      if (state.kind === 'waiting' && state.blob) void this.#send(id, state.blob);
      else if (state.kind === 'missing') void this.#ask(id);
    }
  }

  close(): void {
    this.#closed = true;
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#listeners.clear();
    void this.#db.then((db) => db?.close());
  }

  /** What an earlier page added and could not send. */
  async #resume(): Promise<void> {
    const rows = await this.#all();
    for (const [id, row] of rows) {
      if (!row.waiting || this.#states.get(id)?.blob) continue;
      const blob = new Blob([row.jpeg], { type: 'image/jpeg' });
      this.#tell(id, { kind: 'waiting', blob, reason: '' });
      void this.#send(id, blob);
    }
  }

  async #find(id: string): Promise<void> {
    const row = await this.#row(id);
    if (this.#states.get(id)?.blob) return;
    if (!row) return this.#ask(id);
    const blob = new Blob([row.jpeg], { type: 'image/jpeg' });
    this.#tell(id, { kind: row.waiting ? 'waiting' : 'here', blob, reason: '' });
  }

  async #ask(id: string): Promise<void> {
    await this.#once(id, async () => {
      try {
        const blob = await this.options.fetch(id);
        this.#tell(id, { kind: 'here', blob, reason: '' });
        await this.#keep(id, { jpeg: await blob.arrayBuffer(), waiting: false });
      } catch {
        // Its author may be without a network.
        this.#tell(id, { kind: 'missing', blob: null, reason: '' });
        this.#later(id, () => this.#ask(id));
      }
    });
  }

  async #send(id: string, jpeg: Blob): Promise<void> {
    await this.#once(id, async () => {
      try {
        await this.options.upload(id, jpeg);
        this.#tell(id, { kind: 'here', blob: jpeg, reason: '' });
        await this.#keep(id, { jpeg: await jpeg.arrayBuffer(), waiting: false });
      } catch (error) {
        if (error instanceof ApiError && isFinal(error.status)) {
          this.#tell(id, { kind: 'refused', blob: jpeg, reason: error.message });
          await this.#forget(id);
        } else this.#later(id, () => this.#send(id, jpeg));
      }
    });
  }

  /** One exchange about a picture at a time. */
  async #once(id: string, exchange: () => Promise<void>): Promise<void> {
    if (this.#busy.has(id) || this.#closed) return;
    this.#busy.add(id);
    clearTimeout(this.#timers.get(id));
    try {
      await exchange();
    } finally {
      this.#busy.delete(id);
    }
  }

  #later(id: string, again: () => Promise<void>): void {
    if (this.#closed) return;
    const all = this.options.pauses ?? pauses;
    const tries = this.#tries.get(id) ?? 0;
    this.#tries.set(id, tries + 1);
    const pause = all[Math.min(tries, all.length - 1)] ?? 0;
    this.#timers.set(
      id,
      setTimeout(() => void again(), pause),
    );
  }

  #tell(id: string, state: ImageState): void {
    if (this.#closed) return;
    this.#states.set(id, state);
    for (const listener of [...this.#listeners]) listener();
  }

  // IndexedDB may be forbidden, full or closed at any time: then pictures live
  // as long as the page.

  async #open(): Promise<IDBDatabase | null> {
    try {
      const request = this.options.factory().open(this.options.database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store);
      const db = await done(request);
      db.onversionchange = () => db.close();
      return db;
    } catch {
      return null;
    }
  }

  async #row(id: string): Promise<Row | undefined> {
    try {
      const db = await this.#db;
      return db ? await done<Row>(db.transaction(store).objectStore(store).get(id)) : undefined;
    } catch {
      return undefined;
    }
  }

  async #all(): Promise<[string, Row][]> {
    try {
      const db = await this.#db;
      if (!db) return [];
      const rows = db.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(rows.getAllKeys()), done(rows.getAll())]);
      return keys.map((key, i) => [String(key), values[i] as Row]);
    } catch {
      return [];
    }
  }

  async #keep(id: string, row: Row): Promise<void> {
    try {
      const db = await this.#db;
      if (db) await done(db.transaction(store, 'readwrite').objectStore(store).put(row, id));
    } catch {
      // Shown and sent all the same.
    }
  }

  async #forget(id: string): Promise<void> {
    try {
      const db = await this.#db;
      if (db) await done(db.transaction(store, 'readwrite').objectStore(store).delete(id));
    } catch {
      // Offered to the server once more by the next page, which hears the same.
    }
  }
}

/** A refusal that asking again does not change. */
const isFinal = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);

const hex = (hash: Uint8Array): string =>
  [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('request failed'));
  });
}
