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

/**
 * A board for views: what the store knows, as reactive values that change only
 * where the board changed, gathered once per animation frame.
 */
export class BoardState {
  readonly cards = new SvelteMap<string, Card>();
  readonly lists = new SvelteMap<string, readonly string[]>();
  readonly stages = new SvelteMap<string, StageState>();
  problem = $state('');
  people = $state.raw<Presence[]>([]);
  save = $state.raw<SaveState>({ kind: 'connecting' });
  readOnly = $state(false);
  denied = $state<string | null>(null);
  storageFailed = $state(false);
  ready = $state(false);
  canUndo = $state(false);
  canRedo = $state(false);

  readonly store: BoardStore;
  readonly commands: BoardCommands;
  readonly undo: Undo;
  readonly #stops: (() => void)[] = [];
  #cardsDue = new Set<string>();
  #stagesDue = new Set<string>();
  #metaDue = false;
  #frame = 0;

  constructor(
    readonly document: SyncedDocument,
    stages: readonly Stage[],
    author: string,
  ) {
    this.store = new BoardStore(
      document.doc,
      stages.map((s) => s.id),
    );
    this.commands = new BoardCommands(this.store, author);
    this.undo = new Undo(document.doc);
    for (const card of this.store.cards()) this.#cardsDue.add(card.id);
    for (const s of stages) this.#stagesDue.add(s.id);
    this.#metaDue = true;
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
    cancelAnimationFrame(this.#frame);
    this.#stops.forEach((stop) => stop());
    this.undo.destroy();
    this.store.destroy();
    this.document.close();
  }

  /** Own changes are shown at once, so that focus can move to them. */
  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#show();
  }

  #take(change: BoardChange): void {
    for (const id of change.cards) this.#cardsDue.add(id);
    for (const id of change.stages) this.#stagesDue.add(id);
    this.#metaDue ||= change.meta;
    // Frames do not come to hidden pages; a timer would come late there too,
    // but then nobody looks.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  #show(): void {
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
  }

  #follow(): void {
    const d = this.document;
    this.save = d.state;
    this.readOnly = d.readOnly;
    this.denied = d.denied;
    this.storageFailed = d.storageFailed;
    this.ready = d.ready;
  }
}
