import { allTexts } from '../../i18n/index.svelte';
import type { BoardActions } from './actions.svelte';
import type { Many } from './panels/many';

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
    this.#with((many) => many.move(stage, before));
  }

  remove(): void {
    this.#with((many) => many.remove());
  }

  /** What is done with several cards comes with the first that is chosen. */
  #with(act: (many: Many) => void): void {
    void Promise.all([import('./panels/many'), allTexts()]).then(([{ Many }]) =>
      act(new Many(this.actions, this)),
    );
  }
}
