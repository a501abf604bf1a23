import { noConcern, type Concern } from '../conduct';
import type { Now } from '../day';
import type { Presence, Workshop } from '../model';
import { Line } from './line';
import { SyncedDocument, type OpenOptions } from './document';

/** The socket's address beside a page's. */
export function socketUrl(page: { protocol: string; host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/ws`;
}

/**
 * A workshop as this browser follows it: its state, pushed by the server, and
 * the documents opened on the same line.
 */
export class LiveWorkshop {
  readonly line: Line;
  readonly #room: SyncedDocument;
  readonly #listeners = new Set<() => void>();
  #workshop: Workshop | null;
  #concern: Concern | null = null;
  #concernVersion = 0;

  constructor(
    readonly workshopId: string,
    private readonly token: string,
    initial: Workshop | null = null,
    url = socketUrl(location),
  ) {
    this.#workshop = initial;
    this.line = new Line(url);
    this.#room = new SyncedDocument(this.line, {
      name: `workshop.${workshopId}`,
      token,
      present: true,
    });
    const tell = (): void => this.#listeners.forEach((l) => l());
    this.#room.subscribe(tell);
    this.#room.onPresence(tell);
    this.#room.onMessage((message) => {
      if (message['type'] === 'now') this.#takeNow(message['now'] as Now, message['version']);
      if (message['type'] === 'concern')
        this.takeConcern(message['concern'] as Concern, message['version']);
      if (message['type'] !== 'workshop') return;
      const next = message['workshop'] as Workshop;
      // Messages may arrive out of order from two instances.
      if (this.#workshop && next.version < this.#workshop.version) return;
      this.#workshop = next;
      tell();
    });
    this.#room.here({ here: true });
  }

  /** A change of phase comes ahead of the workshop it belongs to. */
  #takeNow(now: Now, version: unknown): void {
    if (!this.#workshop || typeof version !== 'number' || version < this.#workshop.version) return;
    this.#workshop = { ...this.#workshop, ...now };
    this.#listeners.forEach((l) => l());
  }

  /** Takes what concerns this person, unless something newer is known. */
  takeConcern(concern: Concern, version: unknown): void {
    if (typeof version !== 'number' || version < this.#concernVersion) return;
    this.#concernVersion = version;
    this.#concern = { ...noConcern, ...concern };
    this.#listeners.forEach((l) => l());
  }

  /** What concerns this person alone, null before it is known. */
  get concern(): Concern | null {
    return this.#concern;
  }

  /** The newest state known, null before the first. */
  get workshop(): Workshop | null {
    return this.#workshop;
  }

  get connected(): boolean {
    return this.line.connected;
  }

  /** When the server was last heard, in ms. */
  get heard(): number {
    return this.line.heard;
  }

  /** This token no longer opens the workshop. */
  get denied(): boolean {
    return this.#room.denied !== null;
  }

  /** Everybody on the workshop's page, whatever they look at. */
  presence(): Presence[] {
    return this.#room.presence();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens a group's board; the caller closes it. */
  board(groupId: string, options: Omit<OpenOptions, 'name' | 'token'> = {}): SyncedDocument {
    return new SyncedDocument(this.line, {
      name: `board.${groupId}`,
      token: this.token,
      ...options,
    });
  }

  close(): void {
    this.#listeners.clear();
    this.#room.close();
    this.line.close();
  }
}
