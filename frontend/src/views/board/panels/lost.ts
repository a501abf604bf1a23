import type { Card } from '../../../core/model';
import { allTexts, t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';
import type { BoardActions } from '../actions.svelte';
import { details } from './writing';

/**
 * Another person deleted the card one was writing in, or put it aside: says so,
 * and offers to write on, in a new card or in the same.
 *
 * @param card as it was last shown
 */
export async function offerBack(actions: BoardActions, card: Card): Promise<void> {
  await allTexts();
  const { board } = actions;
  const aside = board.store.card(card.id) !== undefined;
  const stage = board.store.stageOf(card);
  if (!aside && !card.text.trim()) return;
  toasts.show(t(aside ? 'card.putAside' : 'card.lost'), {
    label: t(aside ? 'card.unarchive' : 'card.restore'),
    run: () => {
      let { id } = card;
      if (board.store.card(id)) actions.change(() => details(board).unarchive(id));
      else id = actions.change(() => board.commands.addCard(stage, card.kind, card.text)) ?? '';
      if (id) actions.edit(id);
    },
  });
}
