import { BoardStore, type LiveWorkshop, type StageCount, type SyncedDocument } from '../core';
import type { Card, Presence, Stage } from '../core/model';

/** One group's board as the facilitator and the projector watch it. */
export class WatchedBoard {
  counts = $state.raw<StageCount[]>([]);
  problem = $state('');
  newest = $state.raw<Card[]>([]);
  total = $state(0);
  people = $state.raw<Presence[]>([]);
  /** Where the one who leads is: a facilitator, else who moved last. */
  leader = $state.raw<Presence | null>(null);
  ready = $state(false);
  changedAt = $state(0);
  readonly store: BoardStore;
  readonly document: SyncedDocument;
  #due = 0;
  readonly #stops: (() => void)[];

  constructor(
    live: LiveWorkshop,
    readonly groupId: string,
    stages: readonly Stage[],
    private readonly newestCards = 4,
  ) {
    this.document = live.board(groupId);
    this.store = new BoardStore(
      this.document.doc,
      stages.map((s) => s.id),
    );
    this.#stops = [
      this.store.subscribe(() => {
        if (this.ready) this.changedAt = Date.now();
        this.#later();
      }),
      this.document.subscribe(() => (this.ready = this.document.ready)),
      this.document.onPresence(() => this.#see(this.document.presence())),
    ];
    this.#read();
  }

  close(): void {
    clearTimeout(this.#due);
    this.#stops.forEach((stop) => stop());
    this.store.destroy();
    this.document.close();
  }

  #see(people: Presence[]): void {
    const placed = people.filter((p) => p.stage !== null);
    const before = new Map(this.people.map((p) => [p.client, p]));
    const moved = placed.find((p) => {
      const was = before.get(p.client);
      return was?.stage !== p.stage || was?.card !== p.card;
    });
    const same = placed.find((p) => p.client === this.leader?.client);
    const leads = (p: Presence): boolean => p.user.role === 'facilitator';
    this.leader = placed.find(leads) ?? moved ?? same ?? null;
    this.people = people;
  }

  /** A wall need not follow every letter. */
  #later(): void {
    this.#due ||= window.setTimeout(() => {
      this.#due = 0;
      this.#read();
    }, 200);
  }

  /** When a card or comment was last made, as far as the board tells. */
  #lastMade(): number {
    const made = this.store.comments().map((c) => c.createdAt);
    return Math.min(Date.now(), Math.max(0, this.newest[0]?.createdAt ?? 0, ...made));
  }

  #read(): void {
    this.counts = this.store.counts();
    this.problem = this.store.problem();
    this.newest = this.store.newest(this.newestCards);
    this.total = this.store.size;
    this.changedAt = Math.max(this.changedAt, this.#lastMade());
  }
}

/** The boards of all groups, following the workshop's list of groups. */
export class Watch {
  boards = $state.raw<ReadonlyMap<string, WatchedBoard>>(new Map());

  /** The stages that the boards were opened with. */
  #stages = '';

  constructor(private readonly newestCards = 4) {}

  follow(live: LiveWorkshop, groups: readonly string[], stages: readonly Stage[]): void {
    const now = stages.map((s) => s.id).join(' ');
    if (now !== this.#stages) this.close();
    this.#stages = now;
    const next = new Map<string, WatchedBoard>();
    for (const id of groups) {
      next.set(id, this.boards.get(id) ?? new WatchedBoard(live, id, stages, this.newestCards));
    }
    for (const [id, board] of this.boards) if (!next.has(id)) board.close();
    if (next.size !== this.boards.size || groups.some((id) => !this.boards.has(id)))
      this.boards = next;
  }

  close(): void {
    for (const board of this.boards.values()) board.close();
    this.boards = new Map();
  }
}
