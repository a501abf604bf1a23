import { cardsOf, linesOf } from '../../core';
import { cardKinds } from '../../core/model';
import { t } from '../../i18n/index.svelte';
import type { BoardActions } from './actions.svelte';

/**
 * Many lines, or rows of a table, pasted on the board become cards behind the
 * current one. In a text field they stay text.
 */
export function pasteAsCards(event: ClipboardEvent, actions: BoardActions): void {
  const target = event.target as HTMLElement;
  if (actions.readOnly || target.closest('input, textarea, select, dialog, [role="dialog"]'))
    return;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (linesOf(text).length === 0) return;
  event.preventDefault();
  const { board } = actions;
  const kinds = new Map(cardKinds.map((kind) => [t(`kind.${kind}`), kind]));
  const after =
    target.closest<HTMLElement>('[data-card]')?.dataset['card'] ??
    (board.lists.get(actions.stage)?.includes(actions.current ?? '') ? actions.current : null);
  const made = cardsOf(text, actions.suggested(actions.stage), kinds);
  const ids = actions.change(() => board.commands.addCards(actions.stage, made, after)) ?? [];
  const first = ids[0];
  if (first === undefined) return;
  void actions.focusCard(first);
  actions.offerUndo(t('paste.made', { n: ids.length }));
}
