import { openPoll, type Dots, type Poll } from '../core/conduct';
import type { Workshop } from '../core/model';
import { Mine } from './mine.svelte';
import type { WorkshopPage } from '../app/workshop.svelte';

const nothing: readonly Dots[] = [];

/** One member's dots in the vote that is open. */
export class Ballot {
  poll = $state.raw<Poll | null>(null);
  #mine = $state.raw<Mine<readonly Dots[]> | null>(null);

  constructor(private readonly page: WorkshopPage) {}

  /** Takes the workshop as it is now. */
  follow(workshop: Workshop): void {
    const poll = openPoll(workshop) ?? null;
    if (poll?.id !== this.poll?.id) {
      this.#mine?.close();
      this.#mine = poll
        ? new Mine<readonly Dots[]>(this.page, `polls/${poll.id}/ballot`, 'dots', nothing)
        : null;
    }
    this.poll = poll;
  }

  get dots(): readonly Dots[] {
    return this.#mine?.value ?? nothing;
  }

  get state() {
    return this.#mine?.state ?? 'saved';
  }

  get left(): number {
    return (this.poll?.dots ?? 0) - this.dots.reduce((sum, d) => sum + d.dots, 0);
  }

  /** Whether the vote is about this card. */
  about(groupId: string, own: string | null, stage: string): boolean {
    const { poll } = this;
    return poll !== null && (poll.across || groupId === own) && (poll.stageId ?? stage) === stage;
  }

  on(groupId: string, card: string): number {
    return this.dots.find((d) => d.groupId === groupId && d.card === card)?.dots ?? 0;
  }

  /** Whether a dot can be put on the card, or taken off it. */
  may(groupId: string, card: string, by: 1 | -1): boolean {
    const on = this.on(groupId, card);
    return by < 0 ? on > 0 : this.left > 0 && on < (this.poll?.perCard ?? 0);
  }

  put(groupId: string, card: string, by: 1 | -1): boolean {
    if (!this.may(groupId, card, by)) return false;
    const dots = this.on(groupId, card) + by;
    const others = this.dots.filter((d) => d.groupId !== groupId || d.card !== card);
    this.#mine?.set(dots > 0 ? [...others, { groupId, card, dots }] : others);
    return true;
  }

  close(): void {
    this.#mine?.close();
  }
}
