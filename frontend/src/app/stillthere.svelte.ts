import { ApiError, type Api } from '../core';
import { forget } from './forget';

/** How often a page that is open but not live asks whether its workshop is there. */
const everyMs = 60_000;

/**
 * Whether the workshop of a page without a socket was deleted: asked each
 * minute, and when somebody comes back to the page. This browser then forgets
 * the workshop. Where only the page's time is over, or the person's access ended,
 * `again` is called, which must find out what to show. `close` when the page goes.
 */
export class StillThere {
  /** When the workshop was deleted. */
  at = $state<string | null>(null);
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly workshopId: () => string,
    private readonly server: () => Api,
    private readonly groups: () => readonly string[],
    private readonly until: () => string | undefined,
    private readonly again: () => Promise<void>,
  ) {
    this.#timer = setInterval(() => void this.look(), everyMs);
    document.addEventListener('visibilitychange', this.#back);
  }

  /** Asks now. */
  async look(): Promise<void> {
    if (this.at || !this.workshopId()) return;
    try {
      await this.server().session();
      const until = this.until();
      if (until && Date.parse(until) <= Date.now()) await this.again();
    } catch (e) {
      if (!(e instanceof ApiError && e.status === 401)) return;
      await this.ask();
      if (!this.at) await this.again();
    }
  }

  /** Asks for the receipt: whoever is let in no longer may be so because of that. */
  async ask(): Promise<void> {
    const id = this.workshopId();
    try {
      const { deletedAt } = await this.server().receipt(id);
      await forget(id, this.groups());
      this.at = deletedAt;
      this.close();
    } catch {
      // It is there, or nobody can say now: then it was the person's access.
    }
  }

  close(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#back);
  }

  readonly #back = (): void => {
    if (document.visibilityState === 'visible') void this.look();
  };
}
