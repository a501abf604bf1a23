import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import type { BoardActions } from './actions.svelte';

/** Several cards chosen at once. */
export class Selection {
  #ids = $state.raw<ReadonlySet<string>>(new Set());

  constructor(private readonly actions: BoardActions) {}

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  toggle(id: string): void {
    const next = new Set(this.#ids);
    if (!next.delete(id)) next.add(id);
    this.#ids = next;
  }

  extend(id: string): void {
    if (!this.#ids.has(id)) this.toggle(id);
  }

  clear(): void {
    if (this.size > 0) this.#ids = new Set();
  }

  /** Cards that others have deleted drop out. */
  tidy(): void {
    const { board } = this.actions;
    for (const id of this.#ids) if (!board.has(id)) this.toggle(id);
  }

  /** The chosen cards in reading order. */
  inOrder(): string[] {
    const { board, stages } = this.actions;
    return stages.flatMap((s) => board.store.list(s.id).filter((id) => this.has(id)));
  }

  /** Moves them all in front of a card, or to the stage's end. */
  move(stage: string, before: string | null = null): void {
    const ids = this.inOrder();
    // In front of the first card behind the place that does not move itself.
    let place = before;
    const list = this.actions.board.store.list(stage);
    while (place !== null && this.has(place)) place = list[list.indexOf(place) + 1] ?? null;
    this.actions.change(() => this.actions.board.commands.moveCards(ids, stage, place));
    toasts.show(t('many.moved', { n: ids.length, stage: this.actions.stageName(stage) }));
    const first = ids[0];
    if (first) void this.actions.focusCard(first);
  }

  remove(): void {
    const ids = this.inOrder();
    this.actions.change(() => this.actions.board.commands.deleteCards(ids));
    this.clear();
    this.actions.offerUndo(t('many.deleted', { n: ids.length }));
  }
}
