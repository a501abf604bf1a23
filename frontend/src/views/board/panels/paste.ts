import { cardsOf } from '../../../core/later';
import { cardKinds } from '../../../core/model';
import { t } from '../../../i18n/index.svelte';
import type { BoardActions } from '../actions.svelte';

/**
 * Makes cards of many lines, or rows of a table.
 *
 * @param behind the card they come behind; null: the current one, or the end
 */
export function pasteAsCards(text: string, behind: string | null, actions: BoardActions): void {
  const { board } = actions;
  const kinds = new Map(cardKinds.map((kind) => [t(`kind.${kind}`), kind]));
  const here = board.lists.get(actions.stage)?.includes(actions.current ?? '');
  const made = cardsOf(text, actions.suggested(actions.stage), kinds);
  const after = behind ?? (here ? actions.current : null);
  const ids = actions.change(() => board.commands.addCards(actions.stage, made, after)) ?? [];
  const first = ids[0];
  if (first === undefined) return;
  void actions.focusCard(first);
  actions.offerUndo(t('paste.made', { n: ids.length }));
}
