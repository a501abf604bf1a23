import * as Y from 'yjs';
import type { Card, Comment, Link } from '../model';
import { agreed } from './agree';
import { compareCards, readCard, readComment, readLink, roots } from './schema';

/** What changed; views update these parts only. */
export interface BoardChange {
  cards: ReadonlySet<string>;
  /** Stages whose cards are others than before, or elsewhere in it. */
  lists: ReadonlySet<string>;
  /** Stages that say something else of themselves. */
  stages: ReadonlySet<string>;
  meta: boolean;
  links: boolean;
  comments: boolean;
  /** Somebody else did it, or it came from storage. */
  remote: boolean;
}

export interface StageState {
  readonly summary: string;
  readonly done: boolean;
  /** Who says that it is done, while the group has not decided; absent: nobody. */
  readonly agreed?: readonly string[];
}

export interface StageCount {
  readonly stage: string;
  readonly cards: number;
  readonly done: boolean;
}

type Events = Y.YEvent<Y.AbstractType<unknown>>[];

const none: ReadonlySet<string> = new Set();
const nothing: BoardChange = {
  cards: none,
  lists: none,
  stages: none,
  meta: false,
  links: false,
  comments: false,
  remote: false,
};

const samePlace = (a: Card, b: Card): boolean =>
  a.stage === b.stage && a.order === b.order && a.archived === b.archived;

/** The entries of a root map that events under it concern. */
function keysOf(events: Events): Set<string> {
  const keys = new Set<string>();
  for (const e of events) {
    if (e.path.length > 0) keys.add(String(e.path[0]));
    else for (const key of e.changes.keys.keys()) keys.add(key);
  }
  return keys;
}

/**
 * A board document as immutable snapshots. It follows the document, whoever
 * changes it, and tells its listeners once a transaction what is different.
 */
export class BoardStore {
  readonly #cards = new Map<string, Card>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #listeners = new Set<(change: BoardChange) => void>();
  readonly #stop: () => void;

  constructor(
    readonly doc: Y.Doc,
    /** Cards of unknown stages are shown in the first one. */
    private readonly stageIds: readonly string[],
  ) {
    const r = roots(doc);
    for (const [id, value] of r.cards) this.#take(id, value);
    this.#sort(new Set(stageIds));
    const onCards = (events: Events, t: Y.Transaction): void =>
      this.#cardsChanged(events, !t.local);
    const onStages = (events: Events, t: Y.Transaction): void =>
      this.#tell({ ...nothing, stages: keysOf(events), remote: !t.local });
    const onMeta = (_: Events, t: Y.Transaction): void =>
      this.#tell({ ...nothing, meta: true, remote: !t.local });
    const onLinks = (_: Events, t: Y.Transaction): void =>
      this.#tell({ ...nothing, links: true, remote: !t.local });
    const onComments = (_: Events, t: Y.Transaction): void =>
      this.#tell({ ...nothing, comments: true, remote: !t.local });
    r.cards.observeDeep(onCards);
    r.stages.observeDeep(onStages);
    r.meta.observeDeep(onMeta);
    r.links.observeDeep(onLinks);
    r.comments.observeDeep(onComments);
    this.#stop = () => {
      r.cards.unobserveDeep(onCards);
      r.stages.unobserveDeep(onStages);
      r.meta.unobserveDeep(onMeta);
      r.links.unobserveDeep(onLinks);
      r.comments.unobserveDeep(onComments);
    };
  }

  destroy(): void {
    this.#stop();
    this.#listeners.clear();
  }

  subscribe(listener: (change: BoardChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  card(id: string): Card | undefined {
    return this.#cards.get(id);
  }

  /** Every card, in no particular order. */
  cards(): IterableIterator<Card> {
    return this.#cards.values();
  }

  get size(): number {
    return this.#cards.size;
  }

  /** The ids of a stage's cards in reading order, without those put aside. */
  list(stage: string): readonly string[] {
    return this.#lists.get(stage) ?? [];
  }

  /** The stage a card is shown in. */
  stageOf(card: Card): string {
    return this.stageIds.includes(card.stage) ? card.stage : (this.stageIds[0] ?? card.stage);
  }

  problem(): string {
    const value = roots(this.doc).meta.get('problem');
    return value instanceof Y.Text ? value.toString() : '';
  }

  stage(id: string): StageState {
    const map = roots(this.doc).stages.get(id);
    if (!(map instanceof Y.Map)) return { summary: '', done: false };
    const summary = map.get('summary');
    const voices = agreed(map);
    return {
      summary: summary instanceof Y.Text ? summary.toString() : '',
      done: map.get('done') === true,
      ...(voices.length > 0 ? { agreed: voices } : {}),
    };
  }

  links(): Link[] {
    return [...roots(this.doc).links]
      .map(([id, value]) => readLink(id, value))
      .filter((link) => link !== null);
  }

  /** All comments, oldest first. */
  comments(): Comment[] {
    return [...roots(this.doc).comments]
      .map(([id, value]) => readComment(id, value))
      .filter((comment) => comment !== null)
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  counts(): StageCount[] {
    return this.stageIds.map((stage) => ({
      stage,
      cards: this.list(stage).length,
      done: this.stage(stage).done,
    }));
  }

  /** The newest cards first, for screens that show what is going on. */
  newest(n: number): Card[] {
    return [...this.#cards.values()]
      .filter((c) => c.text.trim() !== '' && !c.archived)
      .sort((a, b) => b.createdAt - a.createdAt || compareCards(a, b))
      .slice(0, n);
  }

  #take(id: string, value: unknown): void {
    const card = readCard(id, value);
    if (card) this.#cards.set(id, card);
    else this.#cards.delete(id);
  }

  #cardsChanged(events: Events, remote: boolean): void {
    const ids = keysOf(events);
    const map = roots(this.doc).cards;
    const lists = new Set<string>();
    for (const id of ids) {
      const before = this.#cards.get(id);
      this.#take(id, map.get(id));
      const after = this.#cards.get(id);
      if (before && after && samePlace(before, after)) continue;
      if (before) lists.add(this.stageOf(before));
      if (after) lists.add(this.stageOf(after));
    }
    this.#sort(lists);
    this.#tell({ ...nothing, cards: ids, lists, remote });
  }

  #sort(stages: ReadonlySet<string>): void {
    if (stages.size === 0) return;
    const lists = new Map<string, Card[]>([...stages].map((s) => [s, []]));
    for (const card of this.#cards.values())
      if (!card.archived) lists.get(this.stageOf(card))?.push(card);
    for (const [stage, cards] of lists) {
      this.#lists.set(
        stage,
        cards.sort(compareCards).map((c) => c.id),
      );
    }
  }

  #tell(change: BoardChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
