import * as Y from 'yjs';

/** Why a browser keeps no copy. */
export type CopyFailure = 'forbidden' | 'full' | 'closed';

export interface CopyOptions {
  database: string;
  factory: () => IDBFactory;
  /** Everything there is to keep, asked for after a failure. */
  everything: () => Uint8Array;
  /** The failure has begun or ended. */
  changed: () => void;
  /** Pause before storage that failed is tried again, in ms. */
  retryMs?: number;
  /** Storage that does not answer for so long counts as failed until it does, in ms. */
  patienceMs?: number;
}

const store = 'updates';
/** So many updates are put together into one. */
const compactAt = 300;
const retryMs = 10_000;
const patienceMs = 2_000;

/**
 * A document's copy in IndexedDB. Whatever the browser does to it (forbid it,
 * fill up, close it), editing goes on, `failure` says so, and when storage is
 * back all is written anew.
 */
export class DeviceCopy {
  #db: IDBDatabase | null = null;
  #failure: CopyFailure | null = null;
  #damaged = false;
  #silent = 0;
  #waiting: Uint8Array[] = [];
  #writing: Promise<void> | null = null;
  #erasing: Promise<void> | null = null;
  #rows = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  readonly #loaded: Promise<Uint8Array | null>;

  constructor(private readonly options: CopyOptions) {
    this.#loaded = this.#load();
  }

  get failure(): CopyFailure | null {
    return this.#failure ?? (this.#silent > 0 ? 'closed' : null);
  }

  /** Part of what was kept could not be read. What could be is kept on. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** What was kept, as one update; null when nothing was or nothing can be. */
  load(): Promise<Uint8Array | null> {
    return this.#loaded;
  }

  /** Keeps an update. It never throws. */
  keep(update: Uint8Array): void {
    if (this.#closed || this.#failure) return; // written with everything later
    this.#waiting.push(update);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was kept is written or has failed. */
  async flushed(): Promise<void> {
    await this.#loaded;
    while (this.#writing) await this.#writing;
  }

  /** Removes the copy. */
  erase(): Promise<void> {
    this.#erasing = this.#clear();
    return this.#erasing;
  }

  async #clear(): Promise<void> {
    await this.flushed();
    if (!this.#db) return;
    try {
      const tx = this.#db.transaction(store, 'readwrite');
      tx.objectStore(store).clear();
      await done(tx);
      this.#rows = 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes nothing more, finishes what was asked for, and lets go. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flushed();
    await this.#erasing;
    clearTimeout(this.#retry);
    this.#db?.close();
    this.#db = null;
  }

  async #load(): Promise<Uint8Array | null> {
    try {
      return await this.#patiently(this.#read());
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  async #read(): Promise<Uint8Array | null> {
    const db = await this.#open();
    const rows = await result<unknown[]>(db.transaction(store).objectStore(store).getAll());
    this.#rows = rows.length;
    if (rows.length === 0) return null;
    const whole = merged(rows);
    if (whole) return whole;
    // One bad row must not take the others with it, now or at the next visit.
    this.#damaged = true;
    const sound = rows.filter((row) => merged([row]) !== null);
    const rest = merged(sound) ?? emptyUpdate;
    const tx = db.transaction(store, 'readwrite');
    tx.objectStore(store).clear();
    tx.objectStore(store).add(rest);
    await done(tx);
    this.#rows = 1;
    return sound.length > 0 ? rest : null;
  }

  /** Waits for storage, and says so when it takes its time. */
  async #patiently<T>(answer: Promise<T>): Promise<T> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#silent++;
      this.options.changed();
    }, this.options.patienceMs ?? patienceMs);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      if (late) {
        this.#silent--;
        if (!this.#closed) this.options.changed();
      }
    }
  }

  async #open(): Promise<IDBDatabase> {
    const request = this.options.factory().open(this.options.database, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(store, { autoIncrement: true });
    const db = await result(request);
    db.onclose = () => this.#fail(new DOMException('closed by the browser', 'InvalidStateError'));
    db.onversionchange = () => db.close();
    this.#db = db;
    return db;
  }

  async #write(): Promise<void> {
    await this.#loaded;
    try {
      while (this.#waiting.length > 0 && this.#db) {
        const updates = this.#waiting;
        this.#waiting = [];
        await this.#patiently(this.#put(this.#db, updates));
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writing = null;
    }
  }

  /** Adds updates; now and then all are replaced by their sum, in one step. */
  async #put(db: IDBDatabase, updates: Uint8Array[]): Promise<void> {
    const tx = db.transaction(store, 'readwrite');
    const rows = tx.objectStore(store);
    if (this.#rows + updates.length > compactAt) {
      const all = await result<Uint8Array[]>(rows.getAll());
      rows.clear();
      rows.add(merged([...all, ...updates]) ?? this.options.everything());
      this.#rows = 1;
    } else {
      for (const update of updates) rows.add(update);
      this.#rows += updates.length;
    }
    await done(tx);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    this.#failure =
      name === 'QuotaExceededError'
        ? 'full'
        : this.#db || name === 'InvalidStateError'
          ? 'closed'
          : 'forbidden';
    this.#waiting = [];
    this.#db?.close();
    this.#db = null;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#again(), this.options.retryMs ?? retryMs);
    this.options.changed();
  }

  async #again(): Promise<void> {
    try {
      const db = await this.#open();
      // What another tab keeps here stays: updates add up in any order.
      await this.#put(db, [this.options.everything()]);
      this.#failure = null;
      this.options.changed();
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** What a document without anything is as an update. */
const emptyUpdate = new Uint8Array([0, 0]);

/** The sum of updates, or null when one of them is none. */
function merged(rows: readonly unknown[]): Uint8Array | null {
  try {
    const sum = Y.mergeUpdates(rows as Uint8Array[]);
    if (rows.length === 1) Y.parseUpdateMeta(sum); // which merging would not read
    return sum;
  } catch {
    return null;
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });
}

function done(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error());
  });
}
