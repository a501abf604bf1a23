import { asLinkKind, type Card, type CardKind, type Link, type LinkKind } from './model';

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
