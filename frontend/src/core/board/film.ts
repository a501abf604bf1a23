import * as Y from 'yjs';
import type { Card, Comment, Link, Localised } from '../model';
import { compareCards, readCard, readComment, readLink, roots } from './schema';

/** A board's past as the server keeps it: a state, and every change after it. */
export interface Film {
  /** Null: the film begins with an empty board. */
  readonly base: Uint8Array | null;
  readonly changes: readonly FilmChange[];
  /** The phases of the day that began while the board was there, in their order. */
  readonly phases?: readonly FilmPhase[];
}

export interface FilmPhase {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly name: Localised;
}

export interface FilmChange {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** A participant, `facilitator`, `group` for several people's work, or empty for nobody who is still here. */
  readonly by: string;
  readonly update: Uint8Array;
}

/** What became of one thing; null is where it was not there. */
export interface Turn<T> {
  readonly id: string;
  readonly before: T | null;
  readonly after: T | null;
}

/** What one person did at a stretch. */
export interface Moment {
  readonly from: number;
  readonly until: number;
  readonly by: string;
  /** How many changes of the film are shown when it is over. */
  readonly end: number;
  readonly cards: readonly Turn<Card>[];
  readonly links: readonly Turn<Link>[];
  readonly comments: readonly Turn<Comment>[];
  /** Texts by place: the problem's under `problemPlace`, a summary under its stage's id. */
  readonly texts: readonly Turn<string>[];
}

/** Where the problem sentence stands among the texts; no stage has this id. */
export const problemPlace = '';

/** A person's changes within `pause` are one moment, up to `longest`; in ms. */
const pause = 20_000;
const longest = 60_000;
/** So many changes are read before the page may do something else. */
const atOnce = 500;

/** Reads what the server sends. */
export function parseFilm(json: string): Film {
  const raw = JSON.parse(json) as {
    base: string | null;
    changes: { at: number; by: string; update: string }[];
    phases?: FilmPhase[];
  };
  return {
    base: raw.base ? bytes(raw.base) : null,
    changes: raw.changes.map(({ at, by, update }) => ({ at, by, update: bytes(update) })),
    phases: raw.phases ?? [],
  };
}

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The document behind the first n changes. The caller destroys it. */
export function filmAt(film: Film, n: number): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    if (film.base) Y.applyUpdate(doc, film.base);
    for (const change of film.changes.slice(0, n)) Y.applyUpdate(doc, change.update);
  });
  return doc;
}

/**
 * Plays a film through once and says what was done when by whom. Moments in
 * which nothing changed for the eye are part of the one before.
 *
 * @param breathe is waited for now and then, so that the page stays in use
 */
export async function watch(
  film: Film,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<{ first: PastBoard; moments: Moment[] }> {
  const reel = new Reel(film.base);
  const first = reel.board();
  const moments: Moment[] = [];
  const { changes } = film;
  for (let i = 0; i < changes.length; i++) {
    const start = changes[i];
    if (!start) break;
    let end = i;
    for (let next: FilmChange | undefined = start; next; next = changes[end]) {
      const last = changes[end - 1] ?? start;
      if (end > i && !goesOn(start, last, next, film.phases)) break;
      reel.take(next.update);
      end++;
      if (end % atOnce === 0) await breathe();
    }
    i = end - 1;
    const turned = reel.turn();
    const span = { from: start.at, until: changes[i]?.at ?? start.at, by: start.by, end };
    if (turned) moments.push({ ...span, ...turned });
    else {
      const last = moments.pop();
      if (last) moments.push({ ...last, end });
    }
  }
  reel.destroy();
  return { first, moments };
}

/** Whether a change belongs to the moment that began with `start`; a new phase begins a new one. */
const goesOn = (
  start: FilmChange,
  last: FilmChange,
  next: FilmChange,
  phases: readonly FilmPhase[] = [],
): boolean =>
  next.by === start.by &&
  next.at - last.at <= pause &&
  next.at - start.at <= longest &&
  !phases.some((p) => last.at <= p.at && p.at < next.at);

/** How many moments were over when a phase began. */
export function momentsBefore(moments: readonly Moment[], at: number): number {
  const next = moments.findIndex((m) => m.until > at);
  return next < 0 ? moments.length : next;
}

/** A document that tells what is different since it was last asked. */
class Reel {
  readonly #doc = new Y.Doc();
  readonly #touched = new Map<string, Set<string>>();
  readonly #seen = new PastBoard();

  constructor(base: Uint8Array | null) {
    const r = roots(this.#doc);
    for (const [name, root] of Object.entries(r)) {
      const touched = new Set<string>();
      this.#touched.set(name, touched);
      root.observeDeep((events) => {
        for (const e of events) {
          if (e.path.length > 0) touched.add(String(e.path[0]));
          else for (const key of e.changes.keys.keys()) touched.add(key);
        }
      });
    }
    if (base) this.take(base);
    this.turn();
  }

  take(update: Uint8Array): void {
    Y.applyUpdate(this.#doc, update);
  }

  board(): PastBoard {
    return this.#seen.copy();
  }

  destroy(): void {
    this.#doc.destroy();
  }

  /** What is different; null: nothing that could be seen. */
  turn(): Pick<Moment, 'cards' | 'links' | 'comments' | 'texts'> | null {
    const r = roots(this.#doc);
    const turned = {
      cards: this.#turns('cards', this.#seen.cards, (id) => readCard(id, r.cards.get(id))),
      links: this.#turns('links', this.#seen.links, (id) => readLink(id, r.links.get(id))),
      comments: this.#turns('comments', this.#seen.comments, (id) =>
        readComment(id, r.comments.get(id)),
      ),
      texts: [
        ...this.#turns(
          'meta',
          this.#seen.texts,
          () => textIn(r.meta, 'problem'),
          () => problemPlace,
        ),
        ...this.#turns('stages', this.#seen.texts, (id) => textIn(r.stages.get(id), 'summary')),
      ],
    };
    return Object.values(turned).some((turns) => turns.length > 0) ? turned : null;
  }

  #turns<T>(
    root: string,
    seen: Map<string, T>,
    read: (id: string) => T | null,
    place = (key: string): string => key,
  ): Turn<T>[] {
    const turns: Turn<T>[] = [];
    const touched = this.#touched.get(root);
    for (const key of touched ?? []) {
      const id = place(key);
      const [before, after] = [seen.get(id) ?? null, read(id)];
      if (sameThing(before, after)) continue;
      turns.push({ id, before, after });
      set(seen, id, after);
    }
    touched?.clear();
    return turns;
  }
}

const plain = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);
/** Whether two things read the same. */
export const sameThing = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a, plain) === JSON.stringify(b, plain);

/** A text that says something; null for none. */
function textIn(map: unknown, key: string): string | null {
  const value: unknown = map instanceof Y.Map ? map.get(key) : null;
  return value instanceof Y.Text && value.length > 0 ? value.toString() : null;
}

function set<T>(map: Map<string, T>, id: string, value: T | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}

/** A board at some moment; moments are played over it forwards and backwards. */
export class PastBoard {
  readonly cards = new Map<string, Card>();
  readonly links = new Map<string, Link>();
  readonly comments = new Map<string, Comment>();
  readonly texts = new Map<string, string>();

  copy(): PastBoard {
    const other = new PastBoard();
    for (const [id, card] of this.cards) other.cards.set(id, card);
    for (const [id, link] of this.links) other.links.set(id, link);
    for (const [id, comment] of this.comments) other.comments.set(id, comment);
    for (const [id, text] of this.texts) other.texts.set(id, text);
    return other;
  }

  /** Plays one moment, or takes it back. */
  play(moment: Moment, back = false): void {
    const turn = <T>(map: Map<string, T>, turns: readonly Turn<T>[]): void => {
      for (const { id, before, after } of turns) set(map, id, back ? before : after);
    };
    turn(this.cards, moment.cards);
    turn(this.links, moment.links);
    turn(this.comments, moment.comments);
    turn(this.texts, moment.texts);
  }

  /** The cards of a stage in reading order, without those put aside. */
  list(shown: (card: Card) => string, stage: string): Card[] {
    return [...this.cards.values()]
      .filter((card) => !card.archived && shown(card) === stage)
      .sort(compareCards);
  }
}

/** What became of a card, as people say it. */
export type Fate = 'added' | 'removed' | 'aside' | 'back' | 'moved' | 'changed';

export function fateOf({ before, after }: Turn<Card>): Fate {
  if (!before) return 'added';
  if (!after) return 'removed';
  if (before.archived !== after.archived) return after.archived ? 'aside' : 'back';
  const still = { ...before, stage: after.stage, order: after.order };
  return sameThing(still, after) ? 'moved' : 'changed';
}
