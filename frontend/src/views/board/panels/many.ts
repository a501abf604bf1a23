import { merge } from '../../../core/later';
import type { CardColor, CardKind } from '../../../core/model';
import { t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';
import type { BoardActions } from '../actions.svelte';
import type { Selection } from '../selection.svelte';
import { details } from './writing';

/** What can be done with several cards at once, each as one step of undo. */
export class Many {
  constructor(
    private readonly actions: BoardActions,
    private readonly selection: Selection,
  ) {}

  move(stage: string, before: string | null): void {
    const { actions, selection } = this;
    const ids = selection.inOrder();
    // In front of the first card behind the place that does not move itself.
    let place = before;
    const list = actions.board.store.list(stage);
    while (place !== null && selection.has(place)) place = list[list.indexOf(place) + 1] ?? null;
    actions.change(() => actions.board.commands.moveCards(ids, stage, place));
    toasts.show(t('many.moved', { n: ids.length, stage: actions.stageName(stage) }));
    const first = ids[0];
    if (first) void actions.focusCard(first);
  }

  remove(): void {
    const { actions, selection } = this;
    const ids = selection.inOrder();
    actions.change(() => actions.board.commands.deleteCards(ids));
    selection.clear();
    actions.offerUndo(t('many.deleted', { n: ids.length }));
  }

  setKind(kind: CardKind): void {
    this.#each((id) => this.actions.board.commands.setKind(id, kind));
  }

  setColor(color: CardColor | null): void {
    this.#each((id) => this.actions.board.commands.setColor(id, color));
  }

  tag(name: string): void {
    this.#each((id) => details(this.actions.board).tag(id, name));
  }

  merge(): void {
    const { actions, selection } = this;
    const stays = actions.change(() => merge(actions.board.store, selection.inOrder()));
    if (stays === null) {
      toasts.show(t('many.tooLong'));
      return;
    }
    selection.clear();
    actions.offerUndo(t('many.merged'));
    // After the focus has been given back from the card that went into it.
    setTimeout(() => void actions.focusCard(stays));
  }

  archive(): void {
    const ids = this.selection.inOrder();
    this.actions.change(() => details(this.actions.board).archive(ids));
    this.selection.clear();
    this.actions.offerUndo(t('many.archived', { n: ids.length }));
  }

  #each(act: (id: string) => void): void {
    const { board } = this.actions;
    this.actions.change(() => board.commands.together(() => this.selection.inOrder().forEach(act)));
  }
}
