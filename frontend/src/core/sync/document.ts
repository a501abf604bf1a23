import * as Y from 'yjs';
import type { Presence } from '../model';
import { type CopyFailure, DeviceCopy } from './devicecopy';
import { Ledger } from './ledger';
import type { Line } from './line';
import { asString, readPresence } from './presence';
import { ConfirmingProvider } from './provider';
import { saveState, type SaveState } from './status';

export interface OpenOptions {
  name: string;
  token: string;
  /** Keep a copy in this browser under this owner; boards of members only. */
  keepFor?: string;
  /** Whether this browser shows up in the presence of others. */
  present?: boolean;
  /** What the server is told about this client on each connection. */
  says?: string;
}

/** Tells this page's notes and locks from those of other tabs. */
const page = Math.random().toString(36).slice(2, 10);
/** A copy that has not been read by then is read later. */
const loadPatienceMs = 3_000;
/** After so many closes for size there is no use in sending the same again. */
const oversizeMost = 3;
const closedForSize = 1009;

/**
 * One document on the line: the Y.Doc, who is on it, and the truth about its
 * edits. Everything that can be subscribed to calls the listener after a change.
 */
export class SyncedDocument {
  readonly doc = new Y.Doc();
  readonly provider: ConfirmingProvider;
  readonly #copy: DeviceCopy | null = null;
  readonly #ledger: Ledger;
  #copied = false;
  #known = false;
  #settledOnce = false;
  #since = 0;
  #oversize = 0;
  #denied: string | null = null;
  #refused: string | null = null;
  #readOnly = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #presence = new Set<() => void>();
  readonly #messages = new Set<(message: Record<string, unknown>) => void>();
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly line: Line,
    options: OpenOptions,
  ) {
    const database = options.keepFor ? `pathboard.${options.keepFor}.${options.name}` : '';
    this.#ledger = new Ledger(database || `${options.name}.unkept`, page, () => localStorage);
    this.provider = new ConfirmingProvider(
      {
        websocketProvider: line.socket,
        name: options.name,
        token: options.token,
        document: this.doc,
        onAuthenticated: () => {
          if (options.says) this.provider.sendStateless(options.says);
          this.#authenticated();
        },
        onAuthenticationFailed: ({ reason }) => {
          this.#denied = reason;
          this.#tell();
        },
        onStateless: ({ payload }) => this.#stateless(payload),
      },
      () => this.#settle(),
    );
    if (!options.present) this.provider.awareness?.setLocalState(null);
    this.provider.awareness?.on('change', () => this.#presence.forEach((l) => l()));
    this.doc.on('update', this.#onUpdate);
    const closed = (e: { event: { code?: number } }): void => this.#lineClosed(e.event.code);
    line.socket.on('close', closed);
    this.#stops.push(
      line.subscribe(() => this.#tell()),
      line.owing(() => (this.#awaits ? this.#since : null)),
      () => line.socket.off('close', closed),
    );
    if (database) {
      this.#copy = new DeviceCopy({
        database,
        factory: () => indexedDB,
        everything: () => Y.encodeStateAsUpdate(this.doc),
        changed: () => this.#tell(),
      });
      void this.#start(this.#copy);
    } else {
      this.provider.attach();
    }
  }

  /**
   * There is something true to show: the server's document, or a copy of it.
   * Before that the document is unknown, not empty.
   */
  get ready(): boolean {
    return this.#settledOnce || this.#known;
  }

  /** The server owes an answer. */
  get #awaits(): boolean {
    if (this.#denied !== null || this.#refused !== null || !this.provider.isAttached) return false;
    return this.#ledger.pending > 0 || !this.provider.settled;
  }

  /** Nothing is unconfirmed, on a connection that is open now. */
  get confirmed(): boolean {
    return this.provider.settled && this.line.connected;
  }

  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** Why the server does not let us in, or null. */
  get denied(): string | null {
    return this.#denied;
  }

  /** Why this browser keeps no copy, or null: closing the page then loses what is unsaved. */
  get copyFailure(): CopyFailure | null {
    return this.#copy?.failure ?? null;
  }

  /** Part of this browser's copy was unreadable: the last changes may be missing. */
  get copyDamaged(): boolean {
    return this.#copy?.damaged ?? false;
  }

  /** Changes no server has confirmed, of this page and earlier ones. */
  get pending(): number {
    return this.#ledger.pending;
  }

  get state(): SaveState {
    return saveState({
      connected: this.line.connected && this.provider.isAuthenticated,
      confirmed: this.line.connected ? this.provider.settled : this.#settledOnce || this.#known,
      pending: this.#ledger.pending,
      pendingSince: this.#since,
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
    return readPresence(this.provider.awareness?.getStates() ?? new Map(), this.doc.clientID);
  }

  /** Tells the others where this person is. */
  here(fields: Record<string, unknown>): void {
    const before = this.provider.awareness?.getLocalState() ?? {};
    const changed = Object.entries(fields).some(([k, v]) => before[k] !== v);
    if (changed) this.provider.awareness?.setLocalState({ ...before, ...fields });
  }

  /** After a refusal: offers the server the same once more. */
  retry(): void {
    this.#refused = null;
    this.#oversize = 0;
    if (!this.provider.isAttached) this.provider.attach();
    else if (this.line.connected) this.provider.again();
    this.#tell();
  }

  /** Throws the local copy away, with all that the server refused, and closes. */
  async discard(): Promise<void> {
    this.#ledger.confirmed();
    this.#ledger.inheritedConfirmed();
    const erased = this.#copy?.erase();
    this.close();
    await erased;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stops.forEach((stop) => stop());
    this.#listeners.clear();
    this.#presence.clear();
    this.#messages.clear();
    this.doc.off('update', this.#onUpdate);
    this.provider.destroy();
    void this.#copy?.close();
    this.doc.destroy();
  }

  /** Reads the copy first, so that the exchange with the server contains it. */
  async #start(copy: DeviceCopy): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, loadPatienceMs));
    // A copy that cannot be taken is none: the server's document still comes.
    const loaded = copy
      .load()
      .then((kept) => this.#take(copy, kept))
      .catch(() => undefined);
    await Promise.race([loaded, patience]);
    if (this.#closed) return;
    this.provider.attach();
    this.#tell();
  }

  #take(copy: DeviceCopy, kept: Uint8Array | null): void {
    if (this.#closed) return;
    if (kept) {
      Y.applyUpdate(this.doc, kept, copy);
      this.#known = true;
    }
    this.#copied = copy.failure === null;
    this.#tell();
  }

  #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.#copy && origin !== null) return;
    this.#copy?.keep(update);
    if (origin === this.provider) return;
    if (this.#ledger.pending === 0) this.#since = Date.now();
    this.#ledger.changed();
    this.#tell();
  };

  /** The provider's idea of what is confirmed has changed. */
  #settle(): void {
    if (!this.provider.settled) {
      this.#since ||= Date.now();
    } else if (this.#refused === null) {
      this.#since = 0;
      this.#oversize = 0;
      // Even an empty board is remembered as one that has been seen.
      if (!this.#settledOnce && !this.#known) this.#copy?.keep(Y.encodeStateAsUpdate(this.doc));
      this.#settledOnce = true;
      this.#ledger.confirmed();
      if (this.#copied || !this.#copy) this.#ledger.inheritedConfirmed();
    }
    this.#tell();
  }

  #authenticated(): void {
    this.#denied = null;
    this.#readOnly = this.provider.authorizedScope === 'readonly';
    this.#tell();
  }

  #stateless(payload: string): void {
    const message = asMessage(payload);
    if (!message) return;
    if (message['type'] === 'refused') {
      this.#refused = asString(message['code']) ?? 'limit';
      this.#tell();
    }
    for (const listener of [...this.#messages]) listener(message);
  }

  /** A difference that is too large to send would close the line for ever. */
  #lineClosed(code: number | undefined): void {
    if (code !== closedForSize || this.#ledger.pending === 0) return;
    if (++this.#oversize < oversizeMost) return;
    this.#refused = 'too-large';
    this.provider.detach();
    this.#tell();
  }

  /** Tells the listeners, and again when time alone will change the state. */
  #tell(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    if (this.state.kind === 'saving') this.#timer = setTimeout(() => this.#tell(), 1_000);
    for (const listener of [...this.#listeners]) listener();
  }
}

function asMessage(payload: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(payload);
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
