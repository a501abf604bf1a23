import { noConcern, type Concern } from '../conduct';
import type { Change, Changes } from '../change';
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
  #workshop: Workshop | null = null;
  #concern: Concern | null = null;
  #concernVersion = 0;
  /** What puts changes in, once there is one. */
  #changes: Promise<Changes> | undefined;

  /**
   * @param whole asks for the whole workshop, which is then taken: for the case
   *   that a change does not fit to what is known.
   */
  constructor(
    readonly workshopId: string,
    private readonly token: string,
    private readonly whole: () => Promise<Workshop>,
    url = socketUrl(location),
  ) {
    this.line = new Line(url);
    this.#room = new SyncedDocument(this.line, {
      name: `workshop.${workshopId}`,
      token,
      present: true,
      says: 'changes without members',
    });
    const tell = (): void => this.#listeners.forEach((l) => l());
    this.#room.subscribe(tell);
    this.#room.onPresence(tell);
    this.#room.onMessage((message) => {
      if (message['type'] === 'now') this.#takeNow(message['now'] as Now, message['version']);
      if (message['type'] === 'concern')
        this.takeConcern(message['concern'] as Concern, message['version']);
      if (message['type'] === 'change') this.#takeChange(message as unknown as Change);
      if (message['type'] === 'workshop') this.#take(message['workshop'] as Workshop);
    });
    this.#room.here({ here: true });
  }

  #take(next: Workshop): void {
    // Messages may arrive out of order from two instances.
    if (this.#workshop && next.version < this.#workshop.version) return;
    this.#workshop = next;
    this.#listeners.forEach((l) => l());
  }

  /** What is different, instead of the whole workshop. */
  #takeChange(change: Change): void {
    const take = (w: Workshop): void => this.#take(w);
    this.#changes ??= import('../change').then(
      ({ Changes }) => new Changes(() => this.#workshop, take, this.whole),
    );
    this.#changes.then((c) => c.take(change)).catch(() => this.whole().then(take));
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

  /** The session of this token is over a limit. */
  get expired(): boolean {
    return this.#room.denied === 'session-expired';
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
      // Not as a template: the build would take it for the beginning of texts' keys.
      name: ['board', groupId].join('.'),
      token: this.token,
      ...options,
    });
  }

  close(): void {
    this.#listeners.clear();
    void this.#changes?.then((c) => c.close());
    this.#room.close();
    this.line.close();
  }
}
