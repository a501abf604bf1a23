import { ApiError } from '../core';
import { screenOf } from '../core/screen';
import { withinSlides } from '../core/slides';
import type { WorkshopPage } from './workshop.svelte';

/**
 * Turns the slides of the theory or of a presentation from this device. Presses
 * that come faster than the server answers add up; the last one is sent.
 */
export class Clicker {
  /** Where the presses lead while the server has not said so yet. */
  #wanted = $state<number | null>(null);
  #sending = false;
  error = $state.raw<unknown>(null);

  constructor(
    private readonly page: WorkshopPage,
    /** How many slides there are now. */
    private readonly count: () => number,
  ) {}

  /** The slide that is shown, from 0. */
  get at(): number {
    const { workshop } = this.page;
    return withinSlides(this.#wanted ?? (workshop ? screenOf(workshop).slide : 0), this.count());
  }

  get last(): number {
    return Math.max(0, this.count() - 1);
  }

  turn(by: number): void {
    this.go(this.at + by);
  }

  go(slide: number): void {
    const next = withinSlides(slide, this.count());
    if (next === this.at) return;
    this.#wanted = next;
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    this.error = null;
    try {
      for (let sent: number | null = null; this.#wanted !== null && this.#wanted !== sent;) {
        sent = this.#wanted;
        await this.#tell(sent);
      }
    } catch (e) {
      // Something else is shown by now: the push that says so is on its way.
      if (!(e instanceof ApiError && e.code === 'screen-moved')) this.error = e;
    }
    this.#wanted = null;
    this.#sending = false;
  }

  async #tell(slide: number): Promise<void> {
    const { workshop } = this.page;
    if (!workshop) return;
    const { mode, groupId } = screenOf(workshop);
    const body = { mode, groupId, slide };
    this.page.adopt(
      (await this.page.api.command('POST', workshop.id, 'screen/slide', body)).workshop,
    );
  }
}
