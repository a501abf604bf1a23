import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import {
  BoardCommands,
  BoardStore,
  endsOf,
  openEnd,
  type BoardChange,
  type CopyFailure,
  type OpenEnd,
  type SaveState,
  type StageState,
  type SyncedDocument,
  Undo,
} from '../../core';
import type { Card, Comment, Link, Presence, Stage } from '../../core/model';
import { Due } from './due';
import { gather, keepIdentity } from './gather';
import { Pace } from './pace';

/** When no frame comes, as on a hidden page, changes are shown this late. */
const noFrameMs = 500;
const nobody: readonly Presence[] = [];
const unlinked: readonly Link[] = [];
const unsaid: readonly Comment[] = [];

/**
 * A board for views: what the store knows, as reactive values that change only
 * where the board changed, gathered once per animation frame. What others did
 * comes with fewer frames while this person writes: see `Pace`.
 */
export class BoardState {
  readonly cards = new SvelteMap<string, Card>();
  readonly lists = new SvelteMap<string, readonly string[]>();
  readonly stages = new SvelteMap<string, StageState>();
  links = $state.raw<readonly Link[]>(unlinked);
  comments = $state.raw<readonly Comment[]>(unsaid);
  /** Grows with everything shown anew: what depends on places looks again. */
  shown = $state(0);
  problem = $state('');
  people = $state.raw<readonly Presence[]>(nobody);
  save = $state.raw<SaveState>({ kind: 'connecting' });
  /** The server has refused something: what `save` says changes far more often. */
  refused = $state(false);
  readOnly = $state(false);
  denied = $state<string | null>(null);
  /** Why this browser keeps no copy, or null. */
  copyFailure = $state<CopyFailure | null>(null);
  copyDamaged = $state(false);
  pending = $state(0);
  ready = $state(false);
  canUndo = $state(false);
  canRedo = $state(false);

  readonly store: BoardStore;
  readonly commands: BoardCommands;
  readonly undo: Undo;
  /** The card this person is at: what happens to it is shown like their own changes. */
  hand: (() => string | null) | null = null;
  /** Called right before and after changes are shown. */
  beforeShow: (() => void) | null = null;
  afterShow: (() => void) | null = null;
  // By card, each followed by itself: a change of one card does not reach the
  // hundreds of others.
  readonly #ids = new SvelteMap<string, true>();
  readonly #peopleAt = new SvelteMap<string, readonly Presence[]>();
  readonly #linksOf = new SvelteMap<string, readonly Link[]>();
  readonly #commentsOf = new SvelteMap<string, readonly Comment[]>();
  /** Cards changed here since all was saved: what a refusal would cost. */
  readonly #mine = new Set<string>();
  readonly #stops: (() => void)[] = [];
  readonly #pace = new Pace(() => performance.now());
  readonly #own = new Due();
  readonly #others = new Due();
  #frame = 0;
  #turn: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly document: SyncedDocument,
    stages: readonly Stage[],
    readonly me: string,
  ) {
    this.store = new BoardStore(
      document.doc,
      stages.map((s) => s.id),
    );
    this.commands = new BoardCommands(this.store, me);
    this.undo = new Undo(document.doc);
    this.#all(stages.map((s) => s.id));
    this.#follow();
    this.#stops.push(
      this.store.subscribe((change) => this.#take(change)),
      this.undo.subscribe(() => {
        this.canUndo = this.undo.canUndo;
        this.canRedo = this.undo.canRedo;
      }),
      document.subscribe(() => this.#follow()),
      document.onPresence(() => {
        this.#others.people = true;
        this.#schedule(this.#pace.waits());
      }),
    );
  }

  close(): void {
    this.#unschedule();
    this.#stops.forEach((stop) => stop());
    this.undo.destroy();
    this.store.destroy();
    this.document.close();
  }

  /** Whether there is such a card; whoever asks hears only when that changes. */
  has(card: string): boolean {
    return this.#ids.has(card);
  }

  /** Something that ends with the board. */
  onClose(end: () => void): void {
    this.#stops.push(end);
  }

  /** Who is at a card. */
  at(card: string): readonly Presence[] {
    return this.#peopleAt.get(card) ?? nobody;
  }

  /** The links that end at a card. */
  linksOf(card: string): readonly Link[] {
    return this.#linksOf.get(card) ?? unlinked;
  }

  commentsOf(card: string): readonly Comment[] {
    return this.#commentsOf.get(card) ?? unsaid;
  }

  /** What is still missing at a card. */
  openEnd(card: Card): OpenEnd | null {
    return openEnd(card, this.linksOf(card.id), (id) => this.cards.get(id));
  }

  /** What this person wrote that no server has confirmed. */
  unsaved(): Card[] {
    const mine =
      this.#mine.size > 0 ? (c: Card) => this.#mine.has(c.id) : (c: Card) => c.author === this.me;
    return [...this.store.cards()].filter((c) => mine(c) && c.text.trim() !== '');
  }

  /** All is shown at once: focus can move to one's own changes. */
  flush(): void {
    this.#unschedule();
    const shown = this.#pace.shows();
    this.#own.take(this.#others);
    this.#show(this.#own);
    // A task behind the frame: by then the browser has laid out and painted.
    setTimeout(shown);
  }

  #take(change: BoardChange): void {
    const hand = untrack(() => this.hand?.() ?? null);
    const others = change.remote && !(hand !== null && change.cards.has(hand));
    if (!change.remote) {
      for (const id of change.cards) this.#mine.add(id);
      this.#pace.wrote();
    }
    (others ? this.#others : this.#own).add(change);
    this.#schedule(others ? this.#pace.waits() : 0);
  }

  /** A frame comes, now or when others have waited for one of the person's own. */
  #schedule(wait: number): void {
    const ask = (): void => void (this.#frame ||= requestAnimationFrame(() => this.#frameCame()));
    if (wait === 0) ask();
    else this.#turn ??= setTimeout(ask, wait);
    this.#late ??= setTimeout(() => this.flush(), noFrameMs);
  }

  /** Shows all, or what the person did alone. */
  #frameCame(): void {
    if (this.#pace.open || !this.#own.alone) return this.flush();
    this.#unschedule();
    this.#show(this.#own);
    if (this.#others.any) this.#schedule(this.#pace.waits());
  }

  #unschedule(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#turn);
    clearTimeout(this.#late);
    this.#frame = 0;
    this.#turn = this.#late = undefined;
  }

  #all(stages: readonly string[]): void {
    const cards = new Set([...this.store.cards()].map((c) => c.id));
    const [lists, both] = [new Set(stages), true];
    this.#own.add({ cards, lists, stages: lists, meta: both, links: both, comments: both });
    this.flush();
  }

  #show(due: Due): void {
    if (due.save) this.save = this.document.state;
    if (due.people) {
      this.people = this.document.presence();
      gather(this.#peopleAt, this.people, (p) => (p.card ? [p.card] : []));
    }
    if (due.board) {
      this.beforeShow?.();
      const other = this.#showCards(due);
      for (const id of due.stages) this.stages.set(id, this.store.stage(id));
      if (due.meta) this.problem = this.store.problem();
      this.#showTies(due, other);
      this.shown++;
      due.clear();
      this.afterShow?.();
    }
    due.clear();
  }

  /** @returns whether there are cards now that there were not, or the other way round */
  #showCards(due: Due): boolean {
    let other = false;
    for (const id of due.cards) {
      const card = this.store.card(id);
      if (!card) continue;
      if (!this.#ids.has(id)) {
        other = true;
        this.#arrive(id);
      }
      this.cards.set(id, card);
    }
    for (const id of due.lists) this.lists.set(id, this.store.list(id));
    for (const id of due.cards) {
      if (this.store.card(id) || !this.#ids.delete(id)) continue;
      other = true;
      this.cards.delete(id);
    }
    return other;
  }

  /** Links and comments, and what each card has of them. */
  #showTies(due: Due, other: boolean): void {
    if (due.links) this.links = keepIdentity(this.links, this.store.links());
    if (due.links || other) {
      const exists = (id: string): boolean => this.store.card(id) !== undefined;
      gather(this.#linksOf, this.links, (link) => endsOf(link, exists));
    }
    if (!due.comments) return;
    this.comments = keepIdentity(this.comments, this.store.comments());
    gather(this.#commentsOf, this.comments, (c) => [c.card]);
  }

  /** A new card has its entries from the start, so that it can be followed alone. */
  #arrive(id: string): void {
    this.#ids.set(id, true);
    this.#peopleAt.set(id, this.#peopleAt.get(id) ?? nobody);
    this.#linksOf.set(id, this.#linksOf.get(id) ?? unlinked);
    this.#commentsOf.set(id, this.#commentsOf.get(id) ?? unsaid);
  }

  #follow(): void {
    const d = this.document;
    const save = d.state;
    // Between two letters "saved" would come and go: it may come late, never early.
    this.#others.save = save.kind === 'saved' && this.save.kind === 'saving' && !this.#pace.open;
    if (this.#others.save) this.#schedule(this.#pace.waits());
    else this.save = save;
    this.refused = save.kind === 'refused';
    this.readOnly = d.readOnly;
    this.denied = d.denied;
    this.copyFailure = d.copyFailure;
    this.copyDamaged = d.copyDamaged;
    this.pending = d.pending;
    this.ready = d.ready;
    if (save.kind === 'saved') this.#mine.clear();
  }
}
