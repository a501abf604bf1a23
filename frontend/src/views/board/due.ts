import type { BoardChange } from '../../core';

/** What of a board is to be shown anew. */
export class Due {
  readonly cards = new Set<string>();
  readonly lists = new Set<string>();
  readonly stages = new Set<string>();
  meta = false;
  links = false;
  comments = false;
  people = false;
  save = false;

  /** Adds what a change concerns. */
  add(change: Omit<BoardChange, 'remote'>): void {
    for (const id of change.cards) this.cards.add(id);
    for (const id of change.lists) this.lists.add(id);
    for (const id of change.stages) this.stages.add(id);
    this.meta ||= change.meta;
    this.links ||= change.links;
    this.comments ||= change.comments;
  }

  /** Adds all of another, which is empty then. */
  take(other: Due): void {
    this.add(other);
    this.people ||= other.people;
    this.save ||= other.save;
    other.clear();
  }

  /** It can be shown by itself: everything stays where it is. */
  get alone(): boolean {
    return this.lists.size === 0 && !this.links && !this.comments;
  }

  /** Something of the board itself. */
  get board(): boolean {
    return !this.alone || this.cards.size + this.stages.size > 0 || this.meta;
  }

  get any(): boolean {
    return this.board || this.people || this.save;
  }

  clear(): void {
    for (const ids of [this.cards, this.lists, this.stages]) ids.clear();
    this.meta = this.links = this.comments = this.people = this.save = false;
  }
}
