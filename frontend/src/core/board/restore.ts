import * as Y from 'yjs';
import { splice } from '../text';
import { local } from './commands';
import { roots } from './schema';

type Entries = Y.Map<unknown>;

/**
 * Makes a board read as an older state of it. Nothing is rolled back: it is one
 * change of one's own, which merges with what others write and can be undone.
 * Newer work is not destroyed: cards made since are put aside with the links
 * that end at them, and comments made since stay. `past` is only read.
 */
export function restoreBoard(doc: Y.Doc, past: Y.Doc, now = Date.now()): void {
  const [to, then] = [roots(doc), roots(past)];
  doc.transact(() => {
    for (const name of ['meta', 'stages'] as const) revert(to[name], then[name]);
    for (const id of then.cards.keys()) revertKey(to.cards, then.cards, id);
    for (const id of [...to.cards.keys()]) if (!then.cards.has(id)) putAside(to.cards, id, now);
    for (const [id, link] of then.links)
      if (joinable(to.cards, link)) revertKey(to.links, then.links, id);
    for (const [id, link] of [...to.links])
      if (!then.links.has(id) && joinable(then.cards, link)) to.links.delete(id);
    for (const id of then.comments.keys())
      if (!to.comments.has(id)) revertKey(to.comments, then.comments, id);
  }, local);
}

/**
 * Makes one card read as in an older state, in one change of one's own. Links and
 * comments on it that are there no more come back. A card that the older state
 * does not have is put aside.
 */
export function restoreCard(doc: Y.Doc, past: Y.Doc, id: string, now = Date.now()): void {
  const [to, then] = [roots(doc), roots(past)];
  doc.transact(() => {
    if (!then.cards.has(id)) {
      putAside(to.cards, id, now);
      return;
    }
    revertKey(to.cards, then.cards, id);
    for (const [key, link] of then.links)
      if (!to.links.has(key) && endsAt(link, id) && joinable(to.cards, link))
        revertKey(to.links, then.links, key);
    for (const [key, comment] of then.comments)
      if (!to.comments.has(key) && comment instanceof Y.Map && comment.get('card') === id)
        revertKey(to.comments, then.comments, key);
  }, local);
}

function putAside(cards: Entries, id: string, now: number): void {
  const card = cards.get(id);
  if (card instanceof Y.Map && !card.has('archivedAt')) card.set('archivedAt', now);
}

const endsAt = (link: unknown, card: string): boolean =>
  link instanceof Y.Map && (link.get('from') === card || link.get('to') === card);

const joinable = (cards: Entries, link: unknown): boolean =>
  link instanceof Y.Map && cards.has(String(link.get('from'))) && cards.has(String(link.get('to')));

/** Makes a map read as another, changing only what differs. */
function revert(now: Entries, then: Entries): void {
  for (const key of then.keys()) revertKey(now, then, key);
  for (const key of [...now.keys()]) if (!then.has(key)) now.delete(key);
}

function revertKey(now: Entries, then: Entries, key: string): void {
  const [a, b] = [now.get(key), then.get(key)];
  if (a instanceof Y.Map && b instanceof Y.Map) revert(a as Entries, b as Entries);
  else if (a instanceof Y.Text && b instanceof Y.Text) revertText(a, b);
  else if (b instanceof Y.AbstractType) now.set(key, b.clone());
  else if (!now.has(key) || !same(a, b)) now.set(key, b);
}

/** What beginning and end have in common stays, and with it others' carets. */
function revertText(now: Y.Text, then: Y.Text): void {
  const change = splice(now.toString(), then.toString());
  if (!change) return;
  if (change.remove > 0) now.delete(change.at, change.remove);
  if (change.insert) now.insert(change.at, change.insert);
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (!(a instanceof Y.AbstractType) && JSON.stringify(a) === JSON.stringify(b));
