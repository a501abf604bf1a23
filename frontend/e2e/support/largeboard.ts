import type { Created } from './workshop';

/** The stages of the pathway that a new workshop has, in order. */
export const stages = [
  'problem',
  'questions',
  'data',
  'quality',
  'analysis',
  'insight',
  'solution',
  'implementation',
];
const kinds = [
  'problem',
  'question',
  'data',
  'difficulty',
  'method',
  'result',
  'solution',
  'action',
];

/** A board's JSON with so many cards and links, spread over the stages. */
function largeBoard(cards: number, links: number): unknown {
  return {
    cards: Array.from({ length: cards }, (_, i) => ({
      id: `card-${i}`,
      kind: kinds[i % kinds.length],
      stage: stages[i % stages.length],
      order: `a${String(i).padStart(6, '0')}`,
      text: `Kartka ${i}: zażółcenie śródmiejskich wskaźników dostępności`,
      createdAt: 1_700_000_000_000 + i,
    })),
    links: Array.from({ length: links }, (_, i) => ({
      id: `link-${i}`,
      from: `card-${(i * 7) % cards}`,
      to: `card-${(i * 13 + 5) % cards}`,
      kind: 'feeds',
    })),
  };
}

/** Fills the empty board of a workshop's group. */
export async function fillBoard(
  base: string,
  created: Created,
  groupId: string,
  cards: number,
  links: number,
): Promise<void> {
  const answer = await fetch(
    `${base}/api/workshops/${created.workshop.id}/groups/${groupId}/board`,
    {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${created.tokens.facilitator}`,
      },
      body: JSON.stringify(largeBoard(cards, links)),
    },
  );
  if (!answer.ok) throw new Error(`import: ${answer.status} ${await answer.text()}`);
}
