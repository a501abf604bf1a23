import type { Link } from '../../core/model';
import type { Drawn, Place } from './lines';
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
  /** Cards are small, all stages being seen at once. */
  small: boolean;
}

/** The cards that a card is joined to, each with its links. */
function joined(
  card: string,
  links: readonly Link[],
  plane: Plane,
  name: (link: Link) => string,
): Far[] {
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
  name: (link: Link) => string,
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
  const fars = joined(card, links, plane, name);
  const inset = plane.small ? 3 : 7;
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
