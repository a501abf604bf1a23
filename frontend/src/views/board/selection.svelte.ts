import { SvelteSet } from 'svelte/reactivity';
import { merge } from '../../core';
import type { CardColor, CardKind } from '../../core/model';
import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import type { BoardActions } from './actions.svelte';

/** Several cards at once: which they are, and what can be done with all of them. */
export class Selection {
  readonly #ids = new SvelteSet<string>();

  constructor(private readonly actions: BoardActions) {}

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
  }

  extend(id: string): void {
    this.#ids.add(id);
  }

  clear(): void {
    this.#ids.clear();
  }

  /** Cards that others have deleted drop out. */
  tidy(): void {
    for (const id of this.#ids) if (!this.actions.board.cards.has(id)) this.#ids.delete(id);
  }

  /** The chosen cards in reading order. */
  inOrder(): string[] {
    const { board, stages } = this.actions;
    return stages.flatMap((s) => board.store.list(s.id).filter((id) => this.#ids.has(id)));
  }

  move(stage: string, before: string | null = null): void {
    const ids = this.inOrder();
    // In front of the first card behind the place that does not move itself.
    let place = before;
    const list = this.actions.board.store.list(stage);
    while (place !== null && this.#ids.has(place)) place = list[list.indexOf(place) + 1] ?? null;
    this.actions.change(() => this.actions.board.commands.moveCards(ids, stage, place));
    toasts.show(t('many.moved', { n: ids.length, stage: this.actions.stageName(stage) }));
    const first = ids[0];
    if (first) void this.actions.focusCard(first);
  }

  setKind(kind: CardKind): void {
    this.#each((id) => this.actions.board.commands.setKind(id, kind));
  }

  setColor(color: CardColor | null): void {
    this.#each((id) => this.actions.board.commands.setColor(id, color));
  }

  tag(name: string): void {
    this.#each((id) => this.actions.board.details.tag(id, name));
  }

  merge(): void {
    const stays = this.actions.change(() => merge(this.actions.board.store, this.inOrder()));
    if (stays === null) {
      toasts.show(t('many.tooLong'));
      return;
    }
    this.clear();
    this.#undoable(t('many.merged'));
    void this.actions.focusCard(stays);
  }

  archive(): void {
    const ids = this.inOrder();
    this.actions.change(() => this.actions.board.details.archive(ids));
    this.clear();
    this.#undoable(t('many.archived', { n: ids.length }));
  }

  remove(): void {
    const ids = this.inOrder();
    this.actions.change(() => this.actions.board.commands.deleteCards(ids));
    this.clear();
    this.#undoable(t('many.deleted', { n: ids.length }));
  }

  #each(act: (id: string) => void): void {
    const { board } = this.actions;
    this.actions.change(() => board.commands.together(() => this.inOrder().forEach(act)));
  }

  #undoable(text: string): void {
    toasts.show(text, { label: t('undo'), run: () => this.actions.undo() });
  }
}
