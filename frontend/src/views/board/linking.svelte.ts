import type { BoardActions } from './actions.svelte';
import { bringJoining } from './later';

/**
 * Joining two cards: by drawing from one to the other, or by choosing the one
 * and then the other with the keyboard, a finger or a mouse. Here is what the
 * board shows of it; what is done comes with the first press.
 */
export class Linking {
  /** The card that is being joined to another. */
  from = $state<string | null>(null);
  /** Where the drawing pointer is, in the window; null while nothing is drawn. */
  at = $state.raw<{ x: number; y: number } | null>(null);
  over = $state<string | null>(null);
  #pointer: AbortController | null = null;

  constructor(readonly actions: BoardActions) {}

  /** Begins to choose the other card. */
  begin(card: string): void {
    if (this.actions.readOnly) return;
    this.actions.view.panel = null;
    this.from = card;
    void this.actions.focusCard(card);
    void bringJoining().then(({ sayChoice }) => sayChoice(this));
  }

  /** Joins the card to the chosen one. */
  choose(to: string): void {
    const { from } = this;
    this.cancel();
    if (from) void bringJoining().then(({ join }) => join(this.actions, from, to));
  }

  cancel(): void {
    this.from = this.over = this.at = null;
    this.#pointer?.abort();
    this.#pointer = null;
  }

  /** A pointer begins to draw at a card. */
  draw(event: PointerEvent, card: string): void {
    if (event.button !== 0 || this.actions.readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
    const { signal } = (this.#pointer = new AbortController());
    // A release before the code came is a click all the same.
    let released = false;
    const up = (e: PointerEvent): void => {
      if (e.pointerId === event.pointerId) released = true;
    };
    window.addEventListener('pointerup', up, { signal });
    void bringJoining().then(({ draw }) => {
      if (signal.aborted) return;
      if (released) this.begin(card);
      else draw(this, event, card, signal);
    });
  }
}
