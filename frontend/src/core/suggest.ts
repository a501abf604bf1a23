import type { Card, CardKind, LinkKind } from './model';

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
