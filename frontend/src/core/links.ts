import { asLinkKind, type Card, type CardKind, type Link, type LinkKind } from './model';

/** Which kinds of cards which link joins; in this order the first that fits is meant. */
const joins: readonly { kind: LinkKind; from: readonly CardKind[]; to: readonly CardKind[] }[] = [
  { kind: 'solves', from: ['difficulty'], to: ['solution', 'recommendation', 'action'] },
  { kind: 'feeds', from: ['data'], to: ['method', 'tool', 'result', 'question', 'solution'] },
  { kind: 'answers', from: ['question'], to: ['result', 'recommendation', 'solution', 'method'] },
  { kind: 'supports', from: ['tool'], to: ['method', 'data'] },
  {
    kind: 'supports',
    from: ['example', 'note'],
    to: ['problem', 'question', 'method', 'result', 'recommendation', 'solution', 'action'],
  },
  { kind: 'leads', from: ['problem'], to: ['question'] },
  { kind: 'leads', from: ['method', 'solution'], to: ['result', 'recommendation', 'action'] },
  { kind: 'leads', from: ['result'], to: ['recommendation', 'action', 'solution'] },
  { kind: 'leads', from: ['recommendation'], to: ['action'] },
];

export interface Suggestion {
  from: string;
  to: string;
  kind: LinkKind;
}

/**
 * What a link drawn between two cards most likely says, and in which direction:
 * a solution drawn to a difficulty is the difficulty's solution all the same.
 */
export function suggestLink(a: Card, b: Card): Suggestion {
  const fits = (from: Card, to: Card): LinkKind | undefined =>
    joins.find((j) => j.from.includes(from.kind) && j.to.includes(to.kind))?.kind;
  const forward = fits(a, b);
  if (forward !== undefined) return { from: a.id, to: b.id, kind: forward };
  const back = fits(b, a);
  if (back !== undefined) return { from: b.id, to: a.id, kind: back };
  return { from: a.id, to: b.id, kind: '' };
}

/** What is still missing at a card. */
export type OpenEnd = 'solution' | 'data';

/** Who may close which open end. */
const closers: Record<OpenEnd, readonly CardKind[]> = {
  solution: ['solution', 'recommendation', 'action'],
  data: ['data'],
};
const opens: Partial<Record<CardKind, OpenEnd>> = { difficulty: 'solution', method: 'data' };

/**
 * A difficulty without a solution, a method without data. The direction of the
 * link does not matter, and a settled card has no open end.
 */
export function openEnd(
  card: Card,
  links: readonly Link[],
  other: (id: string) => Card | undefined,
): OpenEnd | null {
  const end = opens[card.kind];
  if (!end || card.state === 'done' || card.archived || card.text.trim() === '') return null;
  const closed = links.some((link) => {
    const kind = other(link.from === card.id ? link.to : link.from)?.kind;
    return kind !== undefined && closers[end].includes(kind);
  });
  return closed ? null : end;
}

/** The cards a link joins; none when it joins one to itself or to a card that is gone. */
export const endsOf = (link: Link, exists: (id: string) => boolean): readonly string[] =>
  link.from !== link.to && exists(link.from) && exists(link.to) ? [link.from, link.to] : [];

/** A link's kind as this program knows it. */
export const kindOf = (link: Link): LinkKind => asLinkKind(link.kind);
