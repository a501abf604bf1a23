import * as Y from 'yjs';
import type { CardColor, CardKind } from '../model';
import { between, longKey, spread } from '../order';
import { cardText, problemText, roots, stageSummary } from './schema';
import { seedProblem, seedStage } from './seed';
import type { BoardStore } from './store';

/** The origin of every change made by the person at this browser. */
export const local = Symbol('local');

/** Limits of the interface, below the hub's. */
export const cardTextMax = 10_000;
export const boardCardsMax = 2_000;

/** All writes to a board: each is one transaction of local origin. */
export class BoardCommands {
  constructor(
    private readonly board: BoardStore,
    private readonly author: string,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = () => crypto.randomUUID(),
  ) {}

  get doc(): Y.Doc {
    return this.board.doc;
  }

  #do<T>(f: () => T): T {
    return this.doc.transact(f, local);
  }

  /** Adds a card behind another, or at the stage's end, and returns its id. */
  addCard(stage: string, kind: CardKind, text = '', after: string | null = null): string {
    const id = this.newId();
    this.#do(() => {
      this.#ensureSchema();
      const card = new Y.Map<unknown>();
      const body = new Y.Text();
      if (text) body.insert(0, text.slice(0, cardTextMax));
      card.set('kind', kind);
      card.set('stage', stage);
      card.set('order', this.#place(stage, id, after, true));
      card.set('text', body);
      card.set('author', this.author);
      card.set('createdAt', this.now());
      roots(this.doc).cards.set(id, card);
    });
    return id;
  }

  /** Moves a card into a stage, in front of another or to the end. */
  moveCard(id: string, stage: string, before: string | null): void {
    const card = this.#card(id);
    if (!card || before === id) return;
    this.#do(() => {
      const order = this.#place(stage, id, before, false);
      if (card.get('stage') !== stage) card.set('stage', stage);
      if (card.get('order') !== order) card.set('order', order);
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
    let copy = '';
    this.#do(() => {
      copy = this.addCard(this.board.stageOf(card), card.kind, card.text, id);
      if (card.color) this.setColor(copy, card.color);
    });
    return copy;
  }

  /** Deletes a card and the links that end at it. */
  deleteCard(id: string): void {
    this.#do(() => {
      const { cards, links } = roots(this.doc);
      for (const link of this.board.links()) {
        if (link.from === id || link.to === id) links.delete(link.id);
      }
      cards.delete(id);
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

  /** The order key beside a neighbour; spreads the stage anew when keys get long. */
  #place(stage: string, id: string, neighbour: string | null, after: boolean): string {
    const list = this.board.list(stage).filter((other) => other !== id);
    let at = neighbour === null ? list.length : list.indexOf(neighbour);
    if (at < 0) at = list.length;
    else if (neighbour !== null && after) at++;
    const order = (i: number): string | null => this.board.card(list[i] ?? '')?.order ?? null;
    const key = between(order(at - 1), order(at));
    const fits =
      (at === 0 || key > (order(at - 1) ?? '')) && (at >= list.length || key < (order(at) ?? ''));
    if (fits && key.length <= longKey) return key;
    const keys = spread(list.length + 1);
    list.forEach((other, i) => this.#card(other)?.set('order', keys[i < at ? i : i + 1]));
    return keys[at] ?? key;
  }
}
