import * as Y from 'yjs';
import type { CardColor, CardImage, CardKind } from '../model';
import { newId as randomId } from '../ids';
import { between, longKey, spread } from '../order';
import { cardText, problemText, roots, stageSummary } from './schema';
import { seedProblem, seedStage } from './seed';
import type { BoardStore } from './store';

/** The origin of every change made by the person at this browser. */
export const local = Symbol('local');

/** Limits of the interface, below the hub's. */
export const cardTextMax = 10_000;
export const boardCardsMax = 2_000;

/** A card that is to be. */
export interface NewCard {
  kind: CardKind;
  text: string;
  color?: CardColor | null;
  tags?: readonly string[];
  owner?: string;
  due?: string;
  ref?: string;
  image?: CardImage | null;
}

/** All writes to a board: each is one transaction of local origin. */
export class BoardCommands {
  constructor(
    private readonly board: BoardStore,
    private readonly author: string,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = randomId,
  ) {}

  get doc(): Y.Doc {
    return this.board.doc;
  }

  /** Makes one transaction, and so one step of undo, of several commands. */
  together(commands: () => void): void {
    this.#do(commands);
  }

  #do<T>(f: () => T): T {
    return this.doc.transact(f, local);
  }

  /** Adds a card behind another, or at the stage's end, and returns its id. */
  addCard(stage: string, kind: CardKind, text = '', after: string | null = null): string {
    return this.addCards(stage, [{ kind, text }], after)[0] ?? '';
  }

  /** Adds cards one behind the other and returns their ids in that order. */
  addCards(stage: string, cards: readonly NewCard[], after: string | null = null): string[] {
    return this.#do(() => {
      this.#ensureSchema();
      const keys = this.#places(stage, new Set(), after, true, cards.length);
      return cards.map((card, i) => this.#make(stage, card, keys[i] ?? ''));
    });
  }

  #make(stage: string, card: NewCard, order: string): string {
    const id = this.newId();
    const map = new Y.Map<unknown>();
    const body = new Y.Text();
    if (card.text) body.insert(0, card.text.slice(0, cardTextMax));
    map.set('kind', card.kind);
    map.set('stage', stage);
    map.set('order', order);
    map.set('text', body);
    map.set('author', this.author);
    map.set('createdAt', this.now());
    for (const key of ['color', 'owner', 'due', 'ref', 'image'] as const)
      if (card[key]) map.set(key, card[key]);
    if (card.tags?.length) map.set('tags', new Y.Map(card.tags.map((tag) => [tag, true])));
    roots(this.doc).cards.set(id, map);
    return id;
  }

  /** Moves a card into a stage, in front of another or to the end. */
  moveCard(id: string, stage: string, before: string | null): void {
    if (before !== id) this.moveCards([id], stage, before);
  }

  /** Moves cards together; they keep the order they are given in. */
  moveCards(ids: readonly string[], stage: string, before: string | null): void {
    const moving = ids.filter((id) => this.#card(id));
    if (moving.length === 0) return;
    this.#do(() => {
      const keys = this.#places(stage, new Set(moving), before, false, moving.length);
      for (const [i, id] of moving.entries()) {
        const card = this.#card(id);
        if (card?.get('stage') !== stage) card?.set('stage', stage);
        if (card?.get('order') !== keys[i]) card?.set('order', keys[i]);
      }
    });
  }

  setKind(id: string, kind: CardKind): void {
    const card = this.#card(id);
    if (card && card.get('kind') !== kind) this.#do(() => card.set('kind', kind));
  }

  setColor(id: string, color: CardColor | null): void {
    const card = this.#card(id);
    if (!card) return;
    this.#do(() => {
      if (color) card.set('color', color);
      else card.delete('color');
    });
  }

  duplicate(id: string): string | null {
    const card = this.board.card(id);
    if (!card) return null;
    return this.addCards(this.board.stageOf(card), [card], id)[0] ?? null;
  }

  /** Deletes a card with the links that end at it and what was said of it. */
  deleteCard(id: string): void {
    this.deleteCards([id]);
  }

  deleteCards(ids: readonly string[]): void {
    const gone = new Set(ids);
    this.#do(() => {
      const { cards, comments, links } = roots(this.doc);
      for (const link of this.board.links())
        if (gone.has(link.from) || gone.has(link.to)) links.delete(link.id);
      for (const comment of this.board.comments())
        if (gone.has(comment.card)) comments.delete(comment.id);
      for (const id of ids) cards.delete(id);
    });
  }

  /** Joins two cards and returns the link's id, or null when it cannot be. */
  addLink(from: string, to: string, kind = '', label = ''): string | null {
    const { links } = roots(this.doc);
    if (from === to || !this.#card(from) || !this.#card(to)) return null;
    const same = this.board.links().find((l) => l.from === from && l.to === to && l.kind === kind);
    if (same) return same.id;
    const id = this.newId();
    this.#do(() => {
      const link = new Y.Map<unknown>(Object.entries({ from, to, kind }));
      if (label) link.set('label', label);
      links.set(id, link);
    });
    return id;
  }

  /** Changes what a link says. */
  setLink(id: string, change: { kind?: string; label?: string }): void {
    const link = roots(this.doc).links.get(id);
    if (!(link instanceof Y.Map)) return;
    this.#do(() => {
      for (const [key, value] of Object.entries(change))
        if (link.get(key) !== value) link.set(key, value);
    });
  }

  removeLink(id: string): void {
    const { links } = roots(this.doc);
    if (links.has(id)) this.#do(() => links.delete(id));
  }

  setDone(stage: string, done: boolean): void {
    seedStage(this.doc, stage);
    this.#do(() => {
      this.#ensureSchema();
      this.#stage(stage).set('done', done);
    });
  }

  /** Text to be edited in place; made when it is not there yet. */
  cardText(id: string): Y.Text | null {
    return cardText(this.doc, id);
  }

  problemText(): Y.Text {
    seedProblem(this.doc);
    return (
      problemText(this.doc) ??
      this.#do(() => {
        const value = new Y.Text();
        roots(this.doc).meta.set('problem', value);
        return value;
      })
    );
  }

  summaryText(stage: string): Y.Text {
    seedStage(this.doc, stage);
    return (
      stageSummary(this.doc, stage) ??
      this.#do(() => {
        const value = new Y.Text();
        this.#stage(stage).set('summary', value);
        return value;
      })
    );
  }

  #card(id: string): Y.Map<unknown> | null {
    const card = roots(this.doc).cards.get(id);
    return card instanceof Y.Map ? (card as Y.Map<unknown>) : null;
  }

  #stage(id: string): Y.Map<unknown> {
    const { stages } = roots(this.doc);
    const found = stages.get(id);
    if (found instanceof Y.Map) return found as Y.Map<unknown>;
    const made = new Y.Map<unknown>();
    stages.set(id, made);
    return made;
  }

  #ensureSchema(): void {
    const { meta } = roots(this.doc);
    if (meta.get('schema') === undefined) meta.set('schema', 1);
  }

  /** n order keys beside a neighbour; spreads the stage anew when keys get long. */
  #places(
    stage: string,
    moving: ReadonlySet<string>,
    neighbour: string | null,
    after: boolean,
    n: number,
  ): string[] {
    const list = this.board.list(stage).filter((other) => !moving.has(other));
    let at = neighbour === null ? list.length : list.indexOf(neighbour);
    if (at < 0) at = list.length;
    else if (neighbour !== null && after) at++;
    const order = (i: number): string | null => this.board.card(list[i] ?? '')?.order ?? null;
    const [low, high] = [order(at - 1), order(at)];
    const keys: string[] = [];
    for (let i = 0; i < n; i++) keys.push(between(keys[i - 1] ?? low, high));
    const fits = keys.every(
      (key, i) =>
        key.length <= longKey &&
        key > (keys[i - 1] ?? low ?? '') &&
        (high === null || at >= list.length || key < high),
    );
    if (fits) return keys;
    const anew = spread(list.length + n);
    list.forEach((other, i) => this.#card(other)?.set('order', anew[i < at ? i : i + n]));
    return anew.slice(at, at + n);
  }
}
