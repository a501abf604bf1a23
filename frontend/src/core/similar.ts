import { fold } from './filter';
import type { Card } from './model';

/** Cards that say much the same, with the word that most of them share. */
export interface Cluster {
  readonly cards: readonly string[];
  readonly name: string;
}

/** How alike two cards must be to come together, from 0 to 1. */
const enough = 0.3;
/** Boards beyond this are compared only as far as this many cards. */
const most = 600;

const small = new Set(
  (
    'i w z o a na do od po za ze we nie to jest są się że jak co czy dla lub oraz ale przy bez nad pod ' +
    'który która które tego tym ten ta te ich jego jej być może mogą jako przez tylko już tak gdy gdzie kiedy ' +
    'the and or of in on to for a an is are not with by from at as it its be can we our their this that which'
  )
    .split(' ')
    .map(fold),
);

/**
 * The beginning of a word that its forms share. Polish words change at the end,
 * at times by several letters: "pustostan", "pustostanów", "drzew", "drzewa".
 */
export function stem(word: string): string {
  const w = fold(word);
  return w.slice(0, w.length <= 4 ? 3 : w.length <= 7 ? 4 : 5);
}

interface Words {
  id: string;
  /** Each stem once, with the word it was first seen in. */
  stems: Map<string, string>;
}

function words(card: Card): Words {
  const stems = new Map<string, string>();
  for (const word of card.text.match(/[\p{L}\p{N}]{2,}/gu) ?? []) {
    if (small.has(fold(word)) || (word.length < 3 && !/\d/.test(word))) continue;
    const s = stem(word);
    if (!stems.has(s)) stems.set(s, word.toLocaleLowerCase('pl'));
  }
  return { id: card.id, stems };
}

/**
 * Groups of cards that are alike, the largest first; a card is in one of them
 * at most. Rare words weigh more than those that stand everywhere.
 */
export function clusters(cards: readonly Card[]): Cluster[] {
  const all = cards
    .slice(0, most)
    .map(words)
    .filter((w) => w.stems.size > 0);
  const seen = new Map<string, number>();
  for (const w of all) for (const s of w.stems.keys()) seen.set(s, (seen.get(s) ?? 0) + 1);
  const weight = (s: string): number => 1 + Math.log(all.length / (seen.get(s) ?? 1)) / 2;
  const total = (w: Words): number => [...w.stems.keys()].reduce((sum, s) => sum + weight(s), 0);
  const totals = all.map(total);

  const alike = (i: number, j: number): number => {
    const [a, b] = [all[i], all[j]];
    if (!a || !b) return 0;
    let shared = 0;
    for (const s of a.stems.keys()) if (b.stems.has(s)) shared += weight(s);
    // Half of the way between the share of both and that of the shorter one.
    const [x, y] = [totals[i] ?? 0, totals[j] ?? 0];
    const union = x + y - shared;
    return union === 0 ? 0 : (shared / union + shared / Math.min(x, y)) / 2;
  };

  // Each card joins the group it is most like on average, or begins its own.
  const groups: number[][] = [];
  for (let i = 0; i < all.length; i++) {
    let best: number[] | null = null;
    let bestScore = enough;
    for (const g of groups) {
      const score = g.reduce((sum, j) => sum + alike(i, j), 0) / g.length;
      if (score > bestScore) [best, bestScore] = [g, score];
    }
    if (best) best.push(i);
    else groups.push([i]);
  }
  return groups
    .filter((g) => g.length > 1)
    .map((g) => g.flatMap((i) => all[i] ?? []))
    .map((g) => ({ cards: g.map((w) => w.id), name: shared(g, weight) }))
    .sort((a, b) => b.cards.length - a.cards.length);
}

/** The word that most of the cards have, the rarer one of two. */
function shared(group: readonly Words[], weight: (s: string) => number): string {
  const count = new Map<string, number>();
  for (const w of group) for (const s of w.stems.keys()) count.set(s, (count.get(s) ?? 0) + 1);
  const [best] = [...count.entries()].sort(
    ([a, x], [b, y]) => y - x || weight(b) - weight(a) || a.localeCompare(b),
  );
  if (!best) return '';
  return group.map((w) => w.stems.get(best[0])).find((word) => word !== undefined) ?? '';
}
