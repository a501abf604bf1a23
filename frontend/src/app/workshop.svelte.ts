import { api, keyring } from './device';
import { ApiError, LiveWorkshop, type Remembered } from '../core';
import { noConcern, type Concern } from '../core/conduct';
import type { Presence, Role, Workshop } from '../core/model';
import { suggestLanguage } from '../i18n/index.svelte';

/** A server that has not answered by then is one that cannot be reached, in ms. */
const silentMs = 3_000;

/**
 * The workshop a page is about, live: loaded over HTTP, then kept current by
 * the socket. `close` when the page goes.
 */
export class WorkshopPage {
  workshop = $state.raw<Workshop | null>(null);
  /** What concerns this person alone: help, announcements, the board they visit. */
  concern = $state.raw<Concern>(noConcern);
  presence = $state.raw<Presence[]>([]);
  connected = $state(false);
  denied = $state(false);
  error = $state.raw<unknown>(null);
  /** The workshop was deleted then; this browser has forgotten it. */
  deletedAt = $state<string | null>(null);
  readonly known: Remembered | undefined;
  readonly live: LiveWorkshop | null = null;
  /** How often the line was made. */
  #lines = 0;

  constructor(
    readonly workshopId: string,
    roles: Role[],
  ) {
    this.known = roles.map((r) => keyring.find(workshopId, r)).find((k) => k !== undefined);
    if (!this.known) {
      this.error = new ApiError(401, 'unauthenticated', '');
      return;
    }
    const live = new LiveWorkshop(workshopId, this.known.token, async () => {
      return (await this.api.workshop(workshopId)).workshop;
    });
    this.live = live;
    live.subscribe(() => this.#take());
    void this.#load();
  }

  get api() {
    return api(this.known?.token ?? null);
  }

  /** Takes the answer to a change before the socket brings it. */
  adopt(workshop: Workshop): void {
    if (!this.workshop || workshop.version >= this.workshop.version) this.workshop = workshop;
  }

  /** A command whose answer is what concerns this person now. */
  async tell(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.api.command<{ concern: Concern; version: number }>(
      method,
      this.workshopId,
      path,
      body,
    );
    this.live?.takeConcern(answer.concern, answer.version);
  }

  close(): void {
    this.live?.close();
  }

  async #load(): Promise<void> {
    // A network that is there but silent is not waited for.
    const late = setTimeout(() => this.#remembered(), silentMs);
    try {
      this.adopt((await this.api.workshop(this.workshopId)).workshop);
    } catch (e) {
      // Without a network the socket, or this device's copy, goes on.
      if (e instanceof ApiError && e.status === 401) void this.#ask();
      if (!(e instanceof ApiError && e.offline)) this.error = e;
      else if (!this.#remembered()) this.error = new ApiError(0, 'offline', '');
    }
    clearTimeout(late);
    this.#keep();
  }

  #take(): void {
    const live = this.live;
    if (!live) return;
    if (live.workshop && live.workshop !== this.workshop) {
      this.adopt(live.workshop);
      this.#keep();
    }
    if (live.concern) this.concern = live.concern;
    this.presence = live.presence();
    // A line that comes back may lead to another release.
    if (live.connected && !this.connected && this.#lines++ > 0)
      import('./newversion').then((v) => v.lookForNewVersion()).catch(() => undefined);
    this.connected = live.connected;
    if (live.denied && !this.denied) void this.#ask();
    this.denied = live.denied;
    if (live.expired) this.error = new ApiError(401, 'session-expired', '');
  }

  /** Whoever is let in no longer may be so because the workshop is gone. */
  async #ask(): Promise<void> {
    const { forgetIfDeleted } = await import('./forget');
    this.deletedAt = await forgetIfDeleted(this);
  }

  get #key(): string {
    return `pathboard.workshop.${this.workshopId}`;
  }

  /** What a reload without a network starts from. */
  #keep(): void {
    if (!this.workshop) return;
    suggestLanguage(this.workshop.language);
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.workshop));
    } catch {
      // Without storage there is no offline reload; the board says so.
    }
  }

  /** Takes the workshop as this device knew it; reports whether one is there. */
  #remembered(): boolean {
    try {
      const text = localStorage.getItem(this.#key);
      // What an earlier version of the app kept may lack some parts.
      const parts = { polls: [], writing: null, gallery: { round: 0 }, warmup: null };
      if (text && !this.workshop) this.workshop = { ...parts, ...(JSON.parse(text) as Workshop) };
    } catch {
      // Nothing remembered, or not readable: the page waits for the network.
    }
    return this.workshop !== null;
  }
}
