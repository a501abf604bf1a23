import { HocuspocusProvider } from '@hocuspocus/provider';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import type { Presence } from '../model';
import type { Line } from './line';
import { saveState, type SaveState } from './status';

export interface OpenOptions {
  name: string;
  token: string;
  /** Keep a copy in this browser under this owner; boards of members only. */
  keepFor?: string;
  /** Whether this browser shows up in the presence of others. */
  present?: boolean;
}

/** Where a note is kept that there were unconfirmed changes. */
const pendingKey = (database: string): string => `pathboard.pending.${database}`;

/**
 * One document on the line: the Y.Doc, who is on it, and the truth about its
 * edits. Everything that can be subscribed to calls the listener after a change.
 */
export class SyncedDocument {
  readonly doc = new Y.Doc();
  readonly provider: HocuspocusProvider;
  readonly #database: string | null;
  #storage: IndexeddbPersistence | null = null;
  #storageFailed = false;
  #loaded = false;
  #pending = 0;
  #pendingSince = 0;
  #wasConfirmed = false;
  #denied: string | null = null;
  #refused: string | null = null;
  #readOnly = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #presence = new Set<() => void>();
  readonly #messages = new Set<(message: Record<string, unknown>) => void>();
  readonly #forget: (() => void)[] = [];

  constructor(
    private readonly line: Line,
    options: OpenOptions,
  ) {
    this.#database = options.keepFor ? `pathboard.${options.keepFor}.${options.name}` : null;
    if (this.#database) this.#openStorage(this.#database);
    this.provider = new HocuspocusProvider({
      websocketProvider: line.socket,
      name: options.name,
      token: options.token,
      document: this.doc,
      onAuthenticated: () => this.#authenticated(),
      onAuthenticationFailed: ({ reason }) => {
        this.#denied = reason;
        this.#tell();
      },
      onStateless: ({ payload }) => this.#stateless(payload),
      onUnsyncedChanges: () => this.#confirm(),
      onSynced: () => this.#confirm(),
    });
    if (!options.present) this.provider.awareness?.setLocalState(null);
    this.provider.attach();
    this.doc.on('update', this.#onUpdate);
    this.provider.awareness?.on('change', () => this.#presence.forEach((l) => l()));
    this.#forget.push(line.subscribe(() => this.#tell()));
    const leave = (): void => this.#notePending();
    window.addEventListener('pagehide', leave);
    this.#forget.push(() => window.removeEventListener('pagehide', leave));
  }

  /** True once there is something to show: from this browser or the server. */
  get ready(): boolean {
    return this.#wasConfirmed || (this.#loaded && this.doc.share.size > 0 && this.#hasContent());
  }

  get confirmed(): boolean {
    return this.provider.synced && !this.provider.hasUnsyncedChanges;
  }

  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** Why the server does not let us in, or null. */
  get denied(): string | null {
    return this.#denied;
  }

  /** This browser cannot keep a copy; closing the page loses what is unsaved. */
  get storageFailed(): boolean {
    return this.#storageFailed;
  }

  get state(): SaveState {
    return saveState({
      connected: this.line.connected && this.provider.isAuthenticated,
      confirmed: this.#wasConfirmed,
      pending: this.#pending,
      pendingSince: this.#pendingSince,
      refused: this.#refused,
      now: Date.now(),
    });
  }

  /** Something of the above changed. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onMessage(listener: (message: Record<string, unknown>) => void): () => void {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  }

  onPresence(listener: () => void): () => void {
    this.#presence.add(listener);
    return () => this.#presence.delete(listener);
  }

  /** Who is here, this browser left out. */
  presence(): Presence[] {
    const out: Presence[] = [];
    for (const [client, state] of this.provider.awareness?.getStates() ?? []) {
      const user = (state as { user?: Partial<Presence['user']> }).user;
      if (client === this.doc.clientID || !user?.id) continue;
      out.push({
        client,
        user: { id: user.id, name: user.name ?? '', color: user.color ?? '', role: user.role ?? '' },
        stage: asString(state['stage']),
        card: asString(state['card']),
        editing: state['editing'] === true,
      });
    }
    return out;
  }

  /** Tells the others where this person is. */
  here(fields: Record<string, unknown>): void {
    const before = this.provider.awareness?.getLocalState() ?? {};
    const changed = Object.entries(fields).some(([k, v]) => before[k] !== v);
    if (changed) this.provider.awareness?.setLocalState({ ...before, ...fields });
  }

  /** Throws the local copy away, with all that the server refused. */
  async discard(): Promise<void> {
    this.#pending = 0;
    this.#notePending();
    try {
      await this.#storage?.clearData();
    } catch {
      this.#storageFailed = true;
    }
    this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#notePending();
    this.#forget.forEach((f) => f());
    this.#listeners.clear();
    this.#presence.clear();
    this.#messages.clear();
    this.doc.off('update', this.#onUpdate);
    this.provider.destroy();
    void this.#storage?.destroy().catch(() => undefined);
    this.doc.destroy();
  }

  #openStorage(name: string): void {
    const noted = Number(readNote(pendingKey(name)) ?? 0);
    if (noted > 0) {
      this.#pending = noted;
      this.#pendingSince = 0;
    }
    try {
      const storage = new IndexeddbPersistence(name, this.doc);
      this.#storage = storage;
      void storage.whenSynced.then(() => {
        this.#loaded = true;
        this.#tell();
      });
      // y-indexeddb keeps its failures in this promise.
      const opening = (storage as unknown as { _db: Promise<IDBDatabase> })._db;
      opening.then(
        (db) => {
          db.onclose = () => this.#storageBroke();
          db.addEventListener('abort', () => this.#storageBroke());
          db.addEventListener('error', () => this.#storageBroke());
        },
        () => this.#storageBroke(),
      );
    } catch {
      this.#storageBroke();
    }
  }

  #storageBroke(): void {
    this.#storageFailed = true;
    this.#loaded = true;
    this.#tell();
  }

  #onUpdate = (_update: Uint8Array, origin: unknown): void => {
    if (origin === this.provider || origin === this.#storage) {
      if (origin === this.#storage) this.#tell();
      return;
    }
    if (this.#pending === 0) {
      this.#pendingSince = Date.now();
      this.#pending = 1;
      this.#notePending();
    } else {
      this.#pending++;
    }
    this.#tell();
  };

  #confirm(): void {
    if (this.confirmed && this.provider.isAuthenticated && this.#refused === null) {
      this.#wasConfirmed = true;
      if (this.#pending > 0) {
        this.#pending = 0;
        this.#notePending();
      }
    }
    this.#tell();
  }

  #authenticated(): void {
    this.#denied = null;
    this.#readOnly = this.provider.authorizedScope === 'readonly';
    this.#tell();
  }

  #stateless(payload: string): void {
    let message: Record<string, unknown>;
    try {
      const parsed: unknown = JSON.parse(payload);
      if (typeof parsed !== 'object' || parsed === null) return;
      message = parsed as Record<string, unknown>;
    } catch {
      return;
    }
    if (message['type'] === 'refused') {
      this.#refused = asString(message['code']) ?? 'limit';
      this.#tell();
    }
    for (const listener of this.#messages) listener(message);
  }

  #hasContent(): boolean {
    return this.doc.store.clients.size > 0;
  }

  #notePending(): void {
    if (!this.#database) return;
    writeNote(pendingKey(this.#database), this.#pending > 0 ? String(this.#pending) : null);
  }

  /** Tells the listeners, and again when time alone will change the state. */
  #tell(): void {
    clearTimeout(this.#timer);
    if (this.#pending > 0 && this.state.kind === 'saving') {
      this.#timer = setTimeout(() => this.#tell(), 1_000);
    }
    for (const listener of [...this.#listeners]) listener();
  }
}

const asString = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function readNote(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function writeNote(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // A browser that forbids storage keeps no note; the page itself still
    // knows what is pending.
  }
}
