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
import { gather, keepIdentity } from './gather';

/** When no frame comes, as on a hidden page, changes are shown this late. */
const noFrameMs = 500;
const nobody: readonly Presence[] = [];
const unlinked: readonly Link[] = [];
const unsaid: readonly Comment[] = [];

/**
 * A board for views: what the store knows, as reactive values that change only
 * where the board changed, gathered once per animation frame.
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
  readonly #cardsDue = new Set<string>();
  readonly #stagesDue = new Set<string>();
  #metaDue = true;
  #linksDue = true;
  #commentsDue = true;
  #frame = 0;
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
    for (const card of this.store.cards()) this.#cardsDue.add(card.id);
    for (const s of stages) this.#stagesDue.add(s.id);
    this.#show();
    this.#follow();
    this.#stops.push(
      this.store.subscribe((change) => this.#take(change)),
      this.undo.subscribe(() => {
        this.canUndo = this.undo.canUndo;
        this.canRedo = this.undo.canRedo;
      }),
      document.subscribe(() => this.#follow()),
      document.onPresence(() => {
        this.people = document.presence();
        gather(this.#peopleAt, this.people, (p) => (p.card ? [p.card] : []));
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

  /** Own changes are shown at once, so that focus can move to them. */
  flush(): void {
    this.#unschedule();
    this.#show();
  }

  #take(change: BoardChange): void {
    for (const id of change.cards) {
      this.#cardsDue.add(id);
      if (!change.remote) this.#mine.add(id);
    }
    for (const id of change.stages) this.#stagesDue.add(id);
    this.#metaDue ||= change.meta;
    this.#linksDue ||= change.links;
    this.#commentsDue ||= change.comments;
    this.#frame ||= requestAnimationFrame(() => this.flush());
    this.#late ??= setTimeout(() => this.flush(), noFrameMs);
  }

  #unschedule(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#late);
    this.#frame = 0;
    this.#late = undefined;
  }

  #show(): void {
    this.beforeShow?.();
    let other = false; // cards than before
    for (const id of this.#cardsDue) {
      const card = this.store.card(id);
      if (!card) continue;
      if (!this.#ids.has(id)) {
        other = true;
        this.#arrive(id);
      }
      this.cards.set(id, card);
    }
    for (const id of this.#stagesDue) {
      this.lists.set(id, this.store.list(id));
      this.stages.set(id, this.store.stage(id));
    }
    for (const id of this.#cardsDue) {
      if (this.store.card(id) || !this.#ids.delete(id)) continue;
      other = true;
      this.cards.delete(id);
    }
    if (this.#metaDue) this.problem = this.store.problem();
    if (this.#linksDue) this.links = keepIdentity(this.links, this.store.links());
    if (this.#linksDue || other) {
      const exists = (id: string): boolean => this.store.card(id) !== undefined;
      gather(this.#linksOf, this.links, (link) => endsOf(link, exists));
    }
    if (this.#commentsDue) {
      this.comments = keepIdentity(this.comments, this.store.comments());
      gather(this.#commentsOf, this.comments, (c) => [c.card]);
    }
    this.shown++;
    this.#cardsDue.clear();
    this.#stagesDue.clear();
    this.#metaDue = this.#linksDue = this.#commentsDue = false;
    this.afterShow?.();
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
    this.save = d.state;
    this.refused = d.state.kind === 'refused';
    this.readOnly = d.readOnly;
    this.denied = d.denied;
    this.copyFailure = d.copyFailure;
    this.copyDamaged = d.copyDamaged;
    this.pending = d.pending;
    this.ready = d.ready;
    if (this.save.kind === 'saved') this.#mine.clear();
  }
}
