import { kindOf } from '../../core';
import type { Link } from '../../core/model';
import { t } from '../../i18n/index.svelte';
import { round, type Box, type Drawn, type Place } from './lines';
import { passage } from './passages';
import { drawn, labels, routes, type Far, type Gap, type Label, type Passage } from './routes';

/** The plane of the stages, measured for one drawing. */
export interface Plane {
  place: (card: string) => Place | null;
  /** The parts of the stages that scroll, in order. */
  bodies: readonly Element[];
  /** From the window to the plane. */
  dx: number;
  dy: number;
}

const name = (link: Link): string => link.label || t(`link.${kindOf(link) || 'relates'}`);

/** The cards that a card is joined to, each with its links. */
function joined(card: string, links: readonly Link[], plane: Plane): Far[] {
  const found = new Map<string, Far & { links: { id: string; out: boolean; text: string }[] }>();
  for (const link of links) {
    const out = link.from === card;
    const other = out ? link.to : link.from;
    const place = other === card ? null : plane.place(other);
    if (!place) continue;
    const far = found.get(other) ?? { ...place, links: [] };
    far.links.push({ id: link.id, out, text: name(link) });
    found.set(other, far);
  }
  return [...found.values()];
}

/** The links of the card at hand: led around the other cards, and named. */
export function ownLinks(
  card: string,
  links: readonly Link[],
  plane: Plane,
): { lines: Drawn[]; names: Label[] } {
  const hub = plane.place(card);
  if (!hub) return { lines: [], names: [] };
  const met = new Map<number, (Passage & Gap) | null>();
  const stage = (column: number): (Passage & Gap) | null => {
    const known = met.get(column);
    if (known !== undefined) return known;
    const body = plane.bodies[column];
    const here = body?.checkVisibility() ? passage(body, plane.dx, plane.dy) : null;
    met.set(column, here);
    return here;
  };
  const fars = joined(card, links, plane);
  // Cards are small where all stages are seen at once.
  const inset = plane.bodies[0]?.closest('[data-mode="fit"]') ? 3 : 7;
  return {
    names: labels(hub, fars, { top: inset, bottom: inset }, stage),
    lines: routes(hub, fars, stage).map(({ id, points, faint }) => ({
      id,
      path: drawn(points),
      strong: true,
      over: true,
      faint,
    })),
  };
}

/** A link being drawn, from a card to the pointer. */
export function loose(from: Box, to: { x: number; y: number }): string {
  const x = to.x >= (from.left + from.right) / 2 ? from.right : from.left;
  const y = (from.top + from.bottom) / 2;
  return `M${round(x)} ${round(y)}L${round(to.x)} ${round(to.y)}`;
}
