import { untrack } from 'svelte';
import type { Presence } from '../../core/model';
import type { BoardActions } from './actions.svelte';

/** Follows another person over the board. */
export class Following {
  constructor(private readonly actions: BoardActions) {}

  /** Goes where the followed person goes. */
  follow(people: readonly Presence[]): void {
    const { view } = this.actions;
    const id = view.following;
    if (id === null) return;
    const person = people.find((p) => p.user.id === id);
    untrack(() => {
      if (!person) {
        view.following = null;
        return;
      }
      const { card, stage } = person;
      const element = card === null ? null : document.getElementById(`card-${card}`);
      if (stage !== null && stage !== this.actions.stage) void this.actions.showStage(stage, false);
      element?.scrollIntoView({ block: 'center', inline: 'nearest' });
    });
  }
}
