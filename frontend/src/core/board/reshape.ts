import * as Y from 'yjs';
import { type BoardCommands, cardTextMax, local } from './commands';
import type { Card } from '../model';
import { cardText, roots } from './schema';
import type { BoardStore } from './store';

/** The lines of a text that say something. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * Makes one card of several: the first keeps its place and its text and gets
 * the others' texts, tags, links and comments, and a picture if it has none. One transaction.
 *
 * @returns the card that stays, or null when there was nothing to merge or the
 *   texts together are longer than a card may be
 */
export function merge(board: BoardStore, ids: readonly string[]): string | null {
  const cards = ids.map((id) => board.card(id)).filter((card) => card !== undefined);
  const [first, ...others] = cards;
  const text = first && cardText(board.doc, first.id);
  if (!first || !text || others.length === 0) return null;
  const length = cards.reduce((sum, card) => sum + card.text.length + 1, 0);
  if (length > cardTextMax) return null;
  const gone = new Set(others.map((card) => card.id));
  board.doc.transact(() => {
    for (const card of others) {
      if (card.text.trim()) text.insert(text.length, (text.length > 0 ? '\n' : '') + card.text);
    }
    bringTags(
      board.doc,
      first.id,
      others.flatMap((card) => card.tags),
    );
    bringImage(board, first, others);
    bringLinks(board, first.id, gone);
    for (const comment of board.comments()) {
      const map = roots(board.doc).comments.get(comment.id);
      if (gone.has(comment.card) && map instanceof Y.Map) map.set('card', first.id);
    }
    const { cards: all } = roots(board.doc);
    for (const id of gone) all.delete(id);
  }, local);
  return first.id;
}

function bringTags(doc: Y.Doc, id: string, tags: readonly string[]): void {
  const card = roots(doc).cards.get(id);
  if (!(card instanceof Y.Map) || tags.length === 0) return;
  let map = card.get('tags') as unknown;
  if (!(map instanceof Y.Map)) card.set('tags', (map = new Y.Map<unknown>()));
  for (const tag of tags) (map as Y.Map<unknown>).set(tag, true);
}

/** A card that shows no picture gets the first of the others'. */
function bringImage(board: BoardStore, first: Card, others: readonly Card[]): void {
  const image = others.find((card) => card.image)?.image;
  const card = roots(board.doc).cards.get(first.id);
  if (image && !first.image && card instanceof Y.Map) card.set('image', { ...image });
}

/** Links of the merged cards end at the one that stays; none twice, none to itself. */
function bringLinks(board: BoardStore, to: string, gone: ReadonlySet<string>): void {
  const { links } = roots(board.doc);
  const seen = new Set<string>();
  for (const link of board.links()) {
    const from = gone.has(link.from) ? to : link.from;
    const end = gone.has(link.to) ? to : link.to;
    const name = [from, end, link.kind].join('\n');
    const map = links.get(link.id);
    const touched = from !== link.from || end !== link.to;
    if (touched && (from === end || seen.has(name))) links.delete(link.id);
    else if (map instanceof Y.Map) {
      if (from !== link.from) map.set('from', from);
      if (end !== link.to) map.set('to', end);
    }
    seen.add(name);
  }
}

/**
 * Makes a card of each line of a card; the first line stays where it is. One
 * transaction.
 *
 * @returns the new cards, none when there is one line only
 */
export function split(board: BoardStore, commands: BoardCommands, id: string): string[] {
  const card = board.card(id);
  const text = cardText(board.doc, id);
  const [first, ...rest] = linesOf(card?.text ?? '');
  if (!card || !text || first === undefined || rest.length === 0) return [];
  return board.doc.transact(() => {
    const end = text.toString().indexOf(first) + first.length;
    text.delete(end, text.length - end);
    const made = rest.map((line) => ({ kind: card.kind, text: line, color: card.color }));
    return commands.addCards(board.stageOf(card), made, id);
  }, local);
}
