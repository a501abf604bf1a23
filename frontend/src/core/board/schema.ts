import * as Y from 'yjs';
import {
  asKind,
  cardColors,
  reactions,
  type Card,
  type CardImage,
  type Comment,
  type Link,
  type Reaction,
} from '../model';

/** The roots of a board document, schema version 1. */
export const roots = (doc: Y.Doc) => ({
  meta: doc.getMap('meta'),
  cards: doc.getMap('cards'),
  links: doc.getMap('links'),
  stages: doc.getMap('stages'),
  comments: doc.getMap('comments'),
});

const text = (value: unknown): string =>
  value instanceof Y.Text ? value.toString() : typeof value === 'string' ? value : '';
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads a card, forgiving whatever a newer or foreign client wrote. */
export function readCard(id: string, value: unknown): Card | null {
  if (!(value instanceof Y.Map)) return null;
  const tags = value.get('tags');
  const createdAt = value.get('createdAt');
  return {
    id,
    kind: asKind(value.get('kind')),
    stage: string(value.get('stage')),
    order: string(value.get('order')),
    text: text(value.get('text')),
    author: string(value.get('author')),
    createdAt: typeof createdAt === 'number' ? createdAt : 0,
    color: cardColors.find((c) => c === value.get('color')) ?? null,
    tags: tags instanceof Y.Map ? [...tags.keys()].sort() : [],
    owner: string(value.get('owner')),
    due: string(value.get('due')),
    state: string(value.get('state')),
    ref: string(value.get('ref')),
    archived: typeof value.get('archivedAt') === 'number',
    image: readImage(value.get('image')),
    reactions: readReactions(value.get('reactions')),
  };
}

/** A picture is one value, so that its description never belongs to another. */
function readImage(value: unknown): CardImage | null {
  const image = value as Partial<CardImage> | null | undefined;
  if (typeof image !== 'object' || typeof image?.id !== 'string') return null;
  if (!/^[0-9a-f]{64}$/.test(image.id)) return null;
  const side = (n: unknown): number =>
    typeof n === 'number' && n >= 1 && n <= 10_000 ? Math.round(n) : 0;
  const [width, height] = [side(image.width), side(image.height)];
  if (width === 0 || height === 0) return null;
  return { id: image.id, width, height, alt: string(image.alt) };
}

const noReactions: Card['reactions'] = new Map();

/** Reactions lie in one map as "reaction:participant", so that none is lost to another. */
function readReactions(value: unknown): Card['reactions'] {
  if (!(value instanceof Y.Map) || value.size === 0) return noReactions;
  const out = new Map<Reaction, string[]>();
  for (const key of [...value.keys()].sort()) {
    const cut = key.indexOf(':');
    const reaction = reactions.find((r) => r === key.slice(0, cut));
    if (reaction) out.set(reaction, [...(out.get(reaction) ?? []), key.slice(cut + 1)]);
  }
  return out;
}

export function readComment(id: string, value: unknown): Comment | null {
  if (!(value instanceof Y.Map)) return null;
  const number = (key: string): number => {
    const found = value.get(key);
    return typeof found === 'number' ? found : 0;
  };
  return {
    id,
    card: string(value.get('card')),
    author: string(value.get('author')),
    text: text(value.get('text')),
    createdAt: number('createdAt'),
    resolvedAt: number('resolvedAt'),
    replyTo: string(value.get('replyTo')),
  };
}

export function readLink(id: string, value: unknown): Link | null {
  if (!(value instanceof Y.Map)) return null;
  return {
    id,
    from: string(value.get('from')),
    to: string(value.get('to')),
    label: string(value.get('label')),
    kind: string(value.get('kind')),
  };
}

/** The Y.Text of a card, for editing in place. */
export function cardText(doc: Y.Doc, id: string): Y.Text | null {
  const card = roots(doc).cards.get(id);
  const value = card instanceof Y.Map ? card.get('text') : null;
  return value instanceof Y.Text ? value : null;
}

/** The problem sentence's Y.Text, or null while nobody has written one. */
export function problemText(doc: Y.Doc): Y.Text | null {
  const value = roots(doc).meta.get('problem');
  return value instanceof Y.Text ? value : null;
}

export function stageSummary(doc: Y.Doc, stage: string): Y.Text | null {
  const map = roots(doc).stages.get(stage);
  const value = map instanceof Y.Map ? map.get('summary') : null;
  return value instanceof Y.Text ? value : null;
}

export const compareCards = (a: Card, b: Card): number =>
  a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
