import { SvelteMap } from 'svelte/reactivity';
import {
  BoardCommands,
  BoardStore,
  type BoardChange,
  type SaveState,
  type StageState,
  type SyncedDocument,
  Undo,
} from '../../core';
import type { Card, Presence, Stage } from '../../core/model';

/** When no frame comes, as on a hidden page, changes are shown this late. */
const noFrameMs = 500;
const nobody: readonly Presence[] = [];

/**
 * A board for views: what the store knows, as reactive values that change only
 * where the board changed, gathered once per animation frame.
 */
export class BoardState {
  readonly cards = new SvelteMap<string, Card>();
  readonly lists = new SvelteMap<string, readonly string[]>();
  readonly stages = new SvelteMap<string, StageState>();
  problem = $state('');
  people = $state.raw<readonly Presence[]>(nobody);
  save = $state.raw<SaveState>({ kind: 'connecting' });
  readOnly = $state(false);
  denied = $state<string | null>(null);
  storageFailed = $state(false);
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
  readonly #byCard = $derived.by(() => {
    const map = new Map<string, Presence[]>();
    for (const p of this.people) {
      if (p.card) map.set(p.card, [...(map.get(p.card) ?? []), p]);
    }
    return map;
  });
  /** Cards changed here since all was saved: what a refusal would cost. */
  readonly #mine = new Set<string>();
  readonly #stops: (() => void)[] = [];
  readonly #cardsDue = new Set<string>();
  readonly #stagesDue = new Set<string>();
  #metaDue = true;
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
      document.onPresence(() => (this.people = document.presence())),
    );
  }

  close(): void {
    this.#unschedule();
    this.#stops.forEach((stop) => stop());
    this.undo.destroy();
    this.store.destroy();
    this.document.close();
  }

  /** Who is at a card. */
  at(card: string): readonly Presence[] {
    return this.#byCard.get(card) ?? nobody;
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
    for (const id of this.#cardsDue) {
      const card = this.store.card(id);
      if (card) this.cards.set(id, card);
    }
    for (const id of this.#stagesDue) {
      this.lists.set(id, this.store.list(id));
      this.stages.set(id, this.store.stage(id));
    }
    for (const id of this.#cardsDue) if (!this.store.card(id)) this.cards.delete(id);
    if (this.#metaDue) this.problem = this.store.problem();
    this.#cardsDue.clear();
    this.#stagesDue.clear();
    this.#metaDue = false;
    this.afterShow?.();
  }

  #follow(): void {
    const d = this.document;
    this.save = d.state;
    this.readOnly = d.readOnly;
    this.denied = d.denied;
    this.storageFailed = d.storageFailed;
    this.pending = d.pending;
    this.ready = d.ready;
    if (this.save.kind === 'saved') this.#mine.clear();
  }
}
