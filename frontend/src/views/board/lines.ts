/** A card's place in the plane of the stages, in px. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Scrolled out of its stage's sight. */
  hidden: boolean;
}

/** A card among the stages. */
export interface Place {
  box: Box;
  /** The place of its stage. */
  column: number;
}

/** A link as it is drawn. */
export interface Drawn {
  id: string;
  path: string;
  /** It is one of the card at hand. */
  strong: boolean;
  /** It goes around the cards, and is drawn over the board. */
  over: boolean;
  faint: boolean;
}

/** How far ends of links at one card keep from each other, in px. */
const apart = 9;
/** How far a link between cards of one stage bulges, in px. */
const bulge = 26;

/** The height of the n-th end at a card: around its middle, within it. */
function height(box: Box, n: number): number {
  const middle = (box.top + box.bottom) / 2;
  const room = Math.max(0, (box.bottom - box.top) / 2 - 10);
  const off = (n % 2 ? 1 : -1) * Math.ceil(n / 2) * apart;
  return middle + Math.max(-room, Math.min(room, off));
}

/** To a tenth of a px. */
export const round = (n: number): number => Math.round(n * 10) / 10;

/**
 * The way of a link between two cards: out of the side that faces the other
 * card, and into the side that faces back. Within one stage it bulges into the
 * space between the stages.
 *
 * @param nFrom how many links end at the first card already, nTo at the other
 */
export function line(from: Box, to: Box, nFrom: number, nTo: number): string {
  const [y1, y2] = [height(from, nFrom), height(to, nTo)];
  const same = from.left < to.right && to.left < from.right;
  const right = !same && to.left >= from.right;
  const x1 = same || right ? from.right : from.left;
  const x2 = same ? to.right : right ? to.left : to.right;
  const out = same ? bulge : Math.max(24, Math.min(90, Math.abs(x2 - x1) / 2));
  const c1 = x1 + (same || right ? out : -out);
  const c2 = x2 + (same ? out : right ? -out : out);
  return `M${round(x1)} ${round(y1)}C${round(c1)} ${round(y1)} ${round(c2)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}
