import { cardsOf, everyCardOf } from '../../../core/later';
import { cardKinds } from '../../../core/model';
import { t } from '../../../i18n/index.svelte';
import type { BoardActions } from '../actions.svelte';
import { addressesOf, tableOf, withAddresses } from './pastedhtml';

/**
 * Makes cards of many lines, or rows of a table.
 *
 * @param html the same as a page or an office program writes it; '' where it is not known
 * @param behind the card they come behind; null: the current one, or the end
 */
export function pasteAsCards(
  text: string,
  html: string,
  behind: string | null,
  actions: BoardActions,
): void {
  const { board } = actions;
  const kinds = new Map(cardKinds.map((kind) => [t(`kind.${kind}`), kind]));
  const here = board.lists.get(actions.stage)?.includes(actions.current ?? '');
  // Spreadsheets quote what would break their text; pages do not.
  const rows = text.includes('"') ? null : tableOf(html);
  const given = [rows ?? text, actions.suggested(actions.stage), kinds] as const;
  const made = withAddresses(cardsOf(...given), addressesOf(html));
  const after = behind ?? (here ? actions.current : null);
  const ids = actions.change(() => board.commands.addCards(actions.stage, made, after)) ?? [];
  const first = ids[0];
  if (first === undefined) return;
  void actions.focusCard(first);
  const left = everyCardOf(...given).length - made.length;
  actions.offerUndo(
    left > 0 ? t('paste.cut', { n: left, made: ids.length }) : t('paste.made', { n: ids.length }),
  );
}
