import { linesOf, split } from '../../../core/later';
import { t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';
import type { BoardActions } from '../actions.svelte';
import { details } from './writing';

/** Makes a card of each of its lines, as one step of undo. */
export function splitCard(actions: BoardActions, id: string): void {
  const { board } = actions;
  if (linesOf(board.cards.get(id)?.text ?? '').length < 2) {
    toasts.show(t('card.splitNone'));
    return;
  }
  const made = actions.change(() => split(board.store, board.commands, id)) ?? [];
  actions.offerUndo(t('card.splitDone', { n: made.length + 1 }));
  actions.view.panel = null;
  void actions.focusCard(id);
}

/** Puts a card aside, where it can be brought back from. */
export function putAside(actions: BoardActions, id: string): void {
  actions.change(() => details(actions.board).archive([id]));
  actions.view.panel = null;
  actions.offerUndo(t('many.archived', { n: 1 }));
}
