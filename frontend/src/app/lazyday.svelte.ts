import { busy, type Concern } from '../core/conduct';
import type { Workshop } from '../core/model';
import type * as Parts from '../day';
import { allTexts } from '../i18n/index.svelte';
import type { WorkshopPage } from './workshop.svelte';

type Day = InstanceType<typeof Parts.MemberDay>;

/**
 * A member's day, brought when there is something in it: a phone that joins a
 * quiet morning does not wait for votes and forms.
 */
export class LazyDay {
  parts = $state.raw<typeof Parts | null>(null);
  day = $state.raw<Day | null>(null);
  #workshop: Workshop | null = null;
  #bringing = false;
  #closed = false;

  constructor(private readonly page: WorkshopPage) {}

  /** Takes the workshop as it is now, and what concerns the member. */
  follow(workshop: Workshop, concern: Concern): void {
    this.#workshop = workshop;
    if (this.day) this.day.follow(workshop);
    else if (busy(workshop, concern)) void this.bring();
  }

  /** Brings it now, and opens a part of it. */
  async bring(dialog: Day['dialog'] = null): Promise<void> {
    if (this.#bringing) return;
    this.#bringing = true;
    try {
      const [parts] = await Promise.all([import('../day'), allTexts()]);
      if (this.#closed) return;
      const day = new parts.MemberDay(this.page);
      if (this.#workshop) day.follow(this.#workshop);
      day.dialog = dialog;
      [this.day, this.parts] = [day, parts];
    } catch {
      // Without a network it is asked for again with the next change or click.
    } finally {
      this.#bringing = false;
    }
  }

  close(): void {
    this.#closed = true;
    this.day?.close();
  }
}
