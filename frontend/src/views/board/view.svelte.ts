import { filters, noFilter, passes, type Filter } from '../../core';
import type { Card } from '../../core/model';
import type { BoardState } from './state.svelte';

/**
 * How the board is looked at:
 *
 *   board  the stages side by side
 *   fit    all stages at once, small
 *   focus  one stage, wide
 *   list   everything below one another, for reading and printing
 */
export type Mode = 'board' | 'fit' | 'focus' | 'list';

/** Where a card's panel begins. */
export type CardPart =
  | 'top'
  | 'move'
  | 'kind'
  | 'color'
  | 'details'
  | 'due'
  | 'state'
  | 'tags'
  | 'links'
  | 'linkKind'
  | 'linkWords'
  | 'react'
  | 'comments';

export type Panel =
  | { readonly name: 'card'; readonly card: string; readonly at: CardPart }
  | { readonly name: 'library' }
  | { readonly name: 'history' }
  | { readonly name: 'links' }
  | { readonly name: 'similar' }
  | { readonly name: 'comments' }
  | { readonly name: 'news' };

/** What this person sees of the board; nothing of it is shared. */
export class BoardView {
  mode = $state<Mode>('board');
  filter = $state.raw<Filter>(noFilter);
  /** The bar for filtering is open. */
  filtering = $state(false);
  panel = $state.raw<Panel | null>(null);
  palette = $state(false);
  /** What was typed for the palette or the filter while it was still coming; null when neither is awaited. */
  ahead: string | null = null;
  help = $state(false);
  /** The card whose picture is looked at and described. */
  describing = $state<string | null>(null);
  /** Links are drawn between the cards. */
  lines = $state(true);
  hovered = $state<string | null>(null);
  /** The person whose place is followed. */
  following = $state<string | null>(null);

  get filters(): boolean {
    return filters(this.filter);
  }

  /** Opens the filter for what is typed from now on, or goes to it. */
  openFilter(): void {
    if (this.filtering) document.querySelector<HTMLElement>('[role=search] input')?.focus();
    else [this.filtering, this.ahead] = [true, ''];
  }

  /** What was still coming is not wanted any more. */
  giveUp(): void {
    this.palette = false;
    this.filtering = this.filters;
    this.ahead = null;
  }

  /** Shows everything again. */
  clearFilter(): void {
    this.filter = noFilter;
    this.filtering = false;
  }

  /** Whether the filter lets a card be seen. */
  shows(board: BoardState, card: Card): boolean {
    return passes(card, this.filter, (c) => board.openEnd(c) !== null);
  }

  /** The ids of a list that the filter lets be seen; the card being written stays whatever it says. */
  visible(
    board: BoardState,
    list: readonly string[],
    writing: string | null = null,
  ): readonly string[] {
    if (!this.filters) return list;
    return list.filter((id) => {
      const card = board.cards.get(id);
      return card !== undefined && (id === writing || this.shows(board, card));
    });
  }

  /** Closes what is open about a card. */
  leave(card: string): void {
    if (this.panel?.name === 'card' && this.panel.card === card) this.panel = null;
  }
}
