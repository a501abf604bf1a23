import * as Y from 'yjs';
import type { CardImage, CardState, Reaction } from '../model';
import { local } from './commands';
import { roots } from './schema';

/** Limits of what a card says about itself, in characters. */
export const tagMax = 40;
export const tagsMax = 12;
export const ownerMax = 80;
export const altMax = 500;

/** Writes what a card says about itself besides its text. */
export class CardDetails {
  constructor(
    private readonly doc: Y.Doc,
    private readonly author: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Sets a field, or takes it away when the value is empty. */
  set(id: string, key: 'owner' | 'due' | 'ref', value: string): void {
    const trimmed = value.trim().slice(0, ownerMax);
    this.#change(id, (card) => put(card, key, trimmed));
  }

  setState(id: string, state: CardState | ''): void {
    this.#change(id, (card) => put(card, 'state', state));
  }

  /** Adds a tag; false when the card has all it may have. */
  tag(id: string, name: string): boolean {
    const tag = tidyTag(name);
    if (tag === '') return false;
    let fits = false;
    this.#change(id, (card) => {
      const tags = child(card, 'tags');
      fits = tags.has(tag) || tags.size < tagsMax;
      if (fits && !tags.has(tag)) tags.set(tag, true);
    });
    return fits;
  }

  untag(id: string, tag: string): void {
    this.#change(id, (card) => {
      const tags = card.get('tags');
      if (tags instanceof Y.Map) tags.delete(tag);
    });
  }

  /** Puts cards aside: they are kept, with all that belongs to them. */
  archive(ids: readonly string[]): void {
    this.doc.transact(() => {
      for (const id of ids) this.#change(id, (card) => card.set('archivedAt', this.now()));
    }, local);
  }

  unarchive(id: string): void {
    this.#change(id, (card) => card.delete('archivedAt'));
  }

  /** Puts a picture on a card in place of the one there, or takes it off. */
  setImage(id: string, image: CardImage | null): void {
    this.#change(id, (card) => {
      if (image) card.set('image', { ...image, alt: image.alt.trim().slice(0, altMax) });
      else card.delete('image');
    });
  }

  /** Adds or takes back this person's reaction. */
  react(id: string, reaction: Reaction): void {
    const key = `${reaction}:${this.author}`;
    this.#change(id, (card) => {
      const all = child(card, 'reactions');
      if (all.has(key)) all.delete(key);
      else all.set(key, true);
    });
  }

  #change(id: string, change: (card: Y.Map<unknown>) => void): void {
    const card = roots(this.doc).cards.get(id);
    if (card instanceof Y.Map) this.doc.transact(() => change(card as Y.Map<unknown>), local);
  }
}

/** A tag as it is kept: one line, no sign in front. */
export const tidyTag = (name: string): string =>
  name
    .replace(/\s+/g, ' ')
    .replace(/^[#\s]+/, '')
    .trim()
    .slice(0, tagMax);

function put(card: Y.Map<unknown>, key: string, value: string): void {
  if (value === '') card.delete(key);
  else if (card.get(key) !== value) card.set(key, value);
}

function child(card: Y.Map<unknown>, key: string): Y.Map<unknown> {
  const found = card.get(key);
  if (found instanceof Y.Map) return found as Y.Map<unknown>;
  const made = new Y.Map<unknown>();
  card.set(key, made);
  return made;
}
