import { flushSync, tick } from 'svelte';
import { announcer } from '../../a11y/announcer.svelte';
import { writeCursor, type Api } from '../../core';
import type { Card, CardKind, Stage } from '../../core/model';
import { loc, t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import type { DropPlace } from './drag.svelte';
import type { BoardState } from './state.svelte';
import { Torn } from './torn';
import { BoardView, type CardPart } from './view.svelte';

/** A caret is told to the others this often at most, in ms. */
const caretEvery = 100;

/** What the actions need to know of the page. */
export interface Surroundings {
  stages: () => readonly Stage[];
  readOnly: () => boolean;
  /** The name of a participant. */
  nameOf: (id: string) => string;
  /** Comments by way of the server, on a board one may only read. */
  comment: (card: string, text: string) => Promise<void>;
  /** Where the board lives, and whether this person may look at its past. */
  home: () => { api: Api; workshopId: string; groupId: string; past: boolean };
}

/**
 * What a person does on the board, with pointer or keyboard, and where they
 * are: the current card, the one being edited, the stage shown on a phone.
 * Focus is never lost, whatever others do to the card it is on.
 */
export class BoardActions {
  /** The card that Tab reaches. */
  current = $state<string | null>(null);
  editing = $state<string | null>(null);
  /** The stage for which a kind is being chosen. */
  choosing = $state<string | null>(null);
  readonly view = new BoardView();
  readonly torn = new Torn();
  stage = $state('');
  /** Where the caret stood in the card being edited. */
  caret: number | null = null;
  /** Where the current card was when it was last seen. */
  #place = { stage: '', index: 0 };
  #held: string | null = null;
  #caretTimer: ReturnType<typeof setTimeout> | undefined;
  #caretAt = { anchor: 0, head: 0 };

  constructor(
    readonly board: BoardState,
    private readonly around: Surroundings,
  ) {
    this.stage = around.stages()[0]?.id ?? '';
    board.hand = () => this.current;
    board.beforeShow = () => this.#beforeShow();
    board.afterShow = () => void this.#afterShow();
    board.store.subscribe((change) => {
      if (change.remote) this.#announce(change.cards);
    });
  }

  close(): void {
    clearTimeout(this.#caretTimer);
    this.board.hand = this.board.beforeShow = this.board.afterShow = null;
  }

  async focusCard(id: string): Promise<void> {
    const card = this.board.store.card(id);
    if (!card) return;
    this.current = id;
    this.stage = this.board.store.stageOf(card);
    await tick();
    const element = document.getElementById(`card-${id}`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** The focus has come to a card: that is where the person is. */
  reach(id: string): void {
    this.current = id;
    // What a mouse that rests points at is no longer what one looks at.
    this.view.hovered = null;
    const card = this.board.store.card(id);
    if (card) this.stage = this.board.store.stageOf(card);
  }

  /** Shows a stage and puts the focus on its name. */
  async showStage(id: string, focus = true): Promise<void> {
    this.stage = id;
    await tick();
    const element = document.getElementById(`stage-${id}-name`);
    if (focus) element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest', inline: 'start' });
  }

  /** The stage before or behind the one shown. */
  turn(by: 1 | -1): void {
    const next = this.#stageBeside(this.stage, by);
    if (next) void this.showStage(next, false);
  }

  edit(id: string, caret: number | null = null): void {
    if (this.around.readOnly()) return;
    this.board.undo.boundary();
    this.torn.end();
    this.caret = caret;
    this.current = id;
    this.editing = id;
  }

  /** Ends editing; a field that merely moved with its card goes on. */
  async leave(id: string, next: 'card' | 'new' | 'away'): Promise<void> {
    if (next === 'away') {
      await tick();
      if (document.activeElement?.closest(`[data-card="${id}"] textarea`)) return;
    }
    if (this.editing !== id) return;
    this.editing = null;
    this.board.undo.boundary();
    this.#tellCaret(null);
    const card = this.board.store.card(id);
    if (next === 'card') await this.focusCard(id);
    else if (next === 'new' && card) this.add(this.board.store.stageOf(card), card.kind, id);
  }

  /**
   * Adds a card and has its field focused before it returns: the next letter
   * belongs to it, and phones show their keyboard only within the touch itself.
   */
  add(stage: string, kind: CardKind, after: string | null = null): void {
    if (this.around.readOnly()) return;
    this.choosing = null;
    this.board.undo.boundary();
    const id = this.board.commands.addCard(stage, kind, '', after);
    this.board.flush();
    this.stage = stage;
    this.edit(id);
    flushSync();
  }

  remove(id: string): void {
    const card = this.board.store.card(id);
    if (!card || this.around.readOnly()) return;
    this.view.leave(id);
    this.board.undo.boundary();
    this.board.commands.deleteCard(id);
    this.board.undo.boundary();
    this.#held = id;
    this.board.flush();
    this.offerUndo(t('card.deleted', { kind: t(`kind.${card.kind}`) }));
  }

  /** Says what was done, with the way back. */
  offerUndo(text: string): void {
    toasts.show(text, { label: t('undo'), run: () => this.undo() });
  }

  duplicate(id: string): void {
    if (this.around.readOnly()) return;
    this.board.undo.boundary();
    const copy = this.board.commands.duplicate(id);
    this.board.flush();
    this.view.leave(id);
    if (copy) void this.focusCard(copy);
  }

  move(id: string, stage: string, before: string | null): void {
    if (this.around.readOnly()) return;
    this.board.undo.boundary();
    this.board.commands.moveCard(id, stage, before);
    this.board.flush();
    this.#sayPlace(id);
    void this.focusCard(id);
  }

  drop(id: string, place: DropPlace): void {
    // The card may have been deleted, or the board frozen, during the drag.
    const card = this.board.store.card(id);
    if (!card) return;
    const list = this.board.store.list(place.stage);
    const behind = list[list.indexOf(id) + 1] ?? null;
    const stays = this.board.store.stageOf(card) === place.stage && behind === place.before;
    if (!stays) this.move(id, place.stage, place.before);
  }

  /** Moves a card by one place or one stage. */
  carry(id: string, key: string): void {
    const card = this.board.store.card(id);
    if (!card) return;
    const stage = this.board.store.stageOf(card);
    const list = this.board.store.list(stage);
    const at = list.indexOf(id);
    if (key === 'ArrowUp' && at > 0) this.move(id, stage, list[at - 1] ?? null);
    else if (key === 'ArrowDown' && at < list.length - 1)
      this.move(id, stage, list[at + 2] ?? null);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const next = this.#stageBeside(stage, key === 'ArrowLeft' ? -1 : 1);
      if (next) this.move(id, next, this.board.store.list(next)[at] ?? null);
    }
  }

  /** Comments by way of the server, on a board one may only read. */
  comment(card: string, text: string): Promise<void> {
    return this.around.comment(card, text);
  }

  get readOnly(): boolean {
    return this.around.readOnly();
  }

  get stages(): readonly Stage[] {
    return this.around.stages();
  }

  home(): ReturnType<Surroundings['home']> {
    return this.around.home();
  }

  nameOf(person: string): string {
    return this.around.nameOf(person);
  }

  /** Opens what there is to know and to do about a card. */
  open(id: string, at: CardPart = 'top'): void {
    this.current = id;
    this.view.panel = { name: 'card', card: id, at };
  }

  /** Moves a card by one place without leaving what is open about it. */
  shift(id: string, by: 1 | -1): void {
    const card = this.board.store.card(id);
    const stage = card ? this.board.store.stageOf(card) : '';
    const list = this.board.store.list(stage);
    const at = list.indexOf(id);
    if (at < 0 || at + by < 0 || at + by >= list.length) return;
    const before = list[by < 0 ? at - 1 : at + 2] ?? null;
    this.change(() => this.board.commands.moveCard(id, stage, before));
    this.#sayPlace(id);
  }

  /** One change of one's own, shown at once and undone as one. */
  change<T>(act: () => T): T | null {
    if (this.around.readOnly()) return null;
    this.board.undo.boundary();
    const result = act();
    this.board.undo.boundary();
    this.board.flush();
    return result;
  }

  undo(): void {
    this.board.undo.undo();
    this.board.flush();
  }

  redo(): void {
    this.board.undo.redo();
    this.board.flush();
  }

  /** The kind a stage asks for first. */
  suggested(stage: string): CardKind {
    return this.around.stages().find((s) => s.id === stage)?.kinds[0] ?? 'note';
  }

  /** The caret of the card being edited moved. */
  caretMoved(id: string, anchor: number, head: number): void {
    this.caret = head;
    this.#caretAt = { anchor, head };
    this.#caretTimer ??= setTimeout(() => {
      this.#caretTimer = undefined;
      if (this.editing === id) this.#tellCaret(this.#caretAt);
    }, caretEvery);
  }

  #tellCaret(at: { anchor: number; head: number } | null): void {
    const text = this.editing && at ? this.board.commands.cardText(this.editing) : null;
    const cursor = text && at && this.editing ? writeCursor(this.editing, text, at) : null;
    this.board.document.here({ cursor });
  }

  /** The way from card to card and stage to stage; `id` is a card, or a stage at its name. */
  step(id: string, key: string): void {
    const card = this.board.store.card(id);
    const stage = card ? this.board.store.stageOf(card) : id;
    const list = this.board.store.list(stage);
    const at = list.indexOf(id);
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const next = this.#stageBeside(stage, key === 'ArrowLeft' ? -1 : 1);
      if (!next) return;
      const other = this.board.store.list(next);
      const beside = other[Math.max(0, Math.min(at, other.length - 1))];
      void (beside ? this.focusCard(beside) : this.showStage(next));
      return;
    }
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: list.length - 1 }[key] ?? at;
    const next = list[to];
    if (next) void this.focusCard(next);
    else if (to < 0) void this.showStage(stage);
  }

  #stageBeside(stage: string, by: 1 | -1): string | null {
    const stages = this.around.stages();
    return stages[stages.findIndex((s) => s.id === stage) + by]?.id ?? null;
  }

  #sayPlace(id: string): void {
    const card = this.board.store.card(id);
    if (!card) return;
    const stage = this.board.store.stageOf(card);
    const list = this.board.store.list(stage);
    announcer.say(
      t('announce.moved', {
        stage: this.stageName(stage),
        position: list.indexOf(id) + 1,
        n: list.length,
      }),
    );
  }

  stageName(id: string): string {
    return loc(this.around.stages().find((s) => s.id === id)?.name);
  }

  /** Notes what has the focus, for it may be taken out of the page now. */
  #beforeShow(): void {
    const card = document.activeElement?.closest<HTMLElement>('[data-card]')?.dataset['card'];
    this.#held ??= card ?? null;
    const known = this.current ? this.board.cards.get(this.current) : undefined;
    if (!known) return;
    const stage = this.board.store.stageOf(known);
    this.#place = { stage, index: this.board.lists.get(stage)?.indexOf(known.id) ?? 0 };
    if (this.editing === known.id && this.#taken(known.id)) {
      this.torn.begin();
      void import('./panels/lost').then(({ offerBack }) => offerBack(this, known));
    }
  }

  /** A card is deleted, or put aside. */
  #taken(id: string): boolean {
    const card = this.board.store.card(id);
    return id !== '' && (!card || card.archived);
  }

  /** Gives the focus back, to the card or to what now stands in its place. */
  async #afterShow(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    const gone =
      this.current !== null &&
      (!this.board.store.card(this.current) || this.#taken(this.editing ?? ''));
    if (gone) {
      this.editing = null;
      if (this.current) this.view.leave(this.current);
    }
    if (held === null && !gone) return;
    await tick();
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (gone) {
      const list = this.board.store.list(this.#place.stage);
      const next = list[Math.min(this.#place.index, list.length - 1)] ?? null;
      this.current = next;
      if (held !== null && lost)
        await (next ? this.focusCard(next) : this.showStage(this.#place.stage));
    } else if (held !== null && lost && held !== this.editing) {
      await this.focusCard(held);
    } else if (held !== null && lost) {
      const field = document.querySelector<HTMLTextAreaElement>(`[data-card="${held}"] textarea`);
      field?.focus();
    }
  }

  /** What others did, for those who do not see it. */
  #announce(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const before = this.board.cards.get(id);
      const after = this.board.store.card(id);
      if (!before && after) {
        const name = this.around.nameOf(after.author) || t('someone');
        const stage = this.stageName(this.board.store.stageOf(after));
        announcer.remote(t('announce.added', { name, kind: t(`kind.${after.kind}`), stage }));
      } else if (before && !after) {
        announcer.remote(t('announce.removed', { text: short(before) }));
      } else if (before && after && before.stage !== after.stage) {
        const stage = this.stageName(this.board.store.stageOf(after));
        announcer.remote(t('announce.carried', { text: short(after), stage }));
      }
    }
  }
}

/** The beginning of a card, to know it by. */
export function short(card: Card, most = 40): string {
  const text = card.text.trim().replace(/\s+/g, ' ');
  const name = t(`kind.${card.kind}`);
  if (!text) return name;
  return `${name} „${[...text].slice(0, most).join('')}${[...text].length > most ? '…' : ''}”`;
}
