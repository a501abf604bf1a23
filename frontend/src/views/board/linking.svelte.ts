import { announcer } from '../../a11y/announcer.svelte';
import { kindOf } from '../../core';
import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { short, type BoardActions } from './actions.svelte';
import { bringSuggestion } from './later';

/** A pointer that moves less has not drawn anything, in px. */
const threshold = 5;

/**
 * Joining two cards: by drawing from one to the other, or by choosing the one
 * and then the other with the keyboard, a finger or a mouse.
 */
export class Linking {
  /** The card that is being joined to another. */
  from = $state<string | null>(null);
  /** Where the drawing pointer is, in the window; null while nothing is drawn. */
  at = $state.raw<{ x: number; y: number } | null>(null);
  over = $state<string | null>(null);
  #pointer = -1;

  constructor(private readonly actions: BoardActions) {}

  /** Begins to choose the other card. */
  begin(card: string): void {
    if (this.actions.readOnly) return;
    this.actions.view.panel = null;
    this.from = card;
    void this.actions.focusCard(card);
    const found = this.actions.board.cards.get(card);
    if (found) announcer.say(t('link.choose', { text: short(found) }));
  }

  /** Joins the card to the chosen one. */
  async choose(to: string): Promise<void> {
    const { board } = this.actions;
    const [a, b] = [board.store.card(this.from ?? ''), board.store.card(to)];
    this.cancel();
    if (!a || !b || a.id === b.id) return;
    const { suggestLink } = await bringSuggestion();
    const s = suggestLink(a, b);
    const known = board
      .linksOf(s.from)
      .some((l) => l.from === s.from && l.to === s.to && kindOf(l) === s.kind);
    if (!known) this.actions.change(() => board.commands.addLink(s.from, s.to, s.kind));
    toasts.show(
      known ? t('link.known') : t('link.made', { kind: t(`link.${s.kind || 'relates'}`) }),
      { label: t('link.change'), run: () => this.actions.open(a.id, 'links') },
    );
  }

  cancel(): void {
    this.from = this.over = this.at = null;
    this.#pointer = -1;
    window.removeEventListener('pointermove', this.#move);
    window.removeEventListener('pointerup', this.#up);
    window.removeEventListener('pointercancel', this.#cancel);
  }

  /** A pointer begins to draw at a card. */
  draw(event: PointerEvent, card: string): void {
    if (event.button !== 0 || this.actions.readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
    this.#pointer = event.pointerId;
    const start = { x: event.clientX, y: event.clientY };
    this.#begin = () => {
      this.from = card;
    };
    this.#start = start;
    window.addEventListener('pointermove', this.#move);
    window.addEventListener('pointerup', this.#up);
    window.addEventListener('pointercancel', this.#cancel);
  }

  #begin: () => void = () => undefined;
  #start = { x: 0, y: 0 };

  #move = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    const at = { x: event.clientX, y: event.clientY };
    if (!this.at && Math.hypot(at.x - this.#start.x, at.y - this.#start.y) < threshold) return;
    this.#begin();
    this.at = at;
    const card = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-card]')
      ?.dataset['card'];
    this.over = card && card !== this.from ? card : null;
  };

  #up = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    const { from, over } = this;
    if (over) void this.choose(over);
    // A click without a drawing: the other card is chosen with the next one.
    else if (from === null) {
      this.#begin();
      const card = this.from;
      this.cancel();
      if (card !== null) this.begin(card);
    } else this.cancel();
  };

  #cancel = (): void => this.cancel();
}
