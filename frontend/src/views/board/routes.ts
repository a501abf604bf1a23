import { round, type Box } from './lines';

/** A free strip between two cards of a stage, in px. */
export interface Gap {
  top: number;
  bottom: number;
}

/** What lines meet on their way through a stage. */
export interface Passage {
  /** The edges of its cards. */
  left: number;
  right: number;
  /** The strips where a line passes between its cards, from the top. */
  gaps: readonly Gap[];
  /** The seam under the stage's heading, free when no strip is. */
  seam: number;
}

/** A card that links join the card at hand to. */
export interface Far {
  box: Box;
  /** The place of its stage. */
  column: number;
  links: readonly { id: string; out: boolean; text: string }[];
}

/** A link's way around the cards; a name is shown once for all links of a card. */
export interface Route {
  id: string;
  /** From its first card to the other, with a right angle at each point. */
  points: readonly (readonly [number, number])[];
  faint: boolean;
}
export interface Label {
  id: string;
  text: string;
  /** Which edge of the card it begins at, and how wide it may be. */
  side: 'left' | 'right';
  x: number;
  y: number;
  most: number;
}

type Point = readonly [number, number];

/** How far lines keep from the cards they pass and from each other, in px. */
const clear = 8;
const apart = 4;
/** The height of a link's name, in px. */
export const labelHeight = 17;
/** How far a name reaches into the card above and the card below a strip. */
const reach = 6;

/** 0, 1, -1, 2, -2, …: places around a middle. */
const around = (n: number): number => (n % 2 ? 1 : -1) * Math.ceil(n / 2);
const between = (low: number, high: number, v: number): number =>
  Math.max(Math.min(low, high), Math.min(Math.max(low, high), v));
const middle = (box: Gap): number => (box.top + box.bottom) / 2;

/** Where lines may lie in a strip; in the seam all at one height. */
function within(gap: Gap): [number, number] {
  const edge = Math.min(2, (gap.bottom - gap.top) / 2);
  return [gap.top + edge, gap.bottom - edge];
}

/** Deals out places in strips: who comes later stands beside who came first. */
class Lanes {
  readonly #taken = new Map<string, number>();

  take(strip: string, low: number, high: number, at = (low + high) / 2): number {
    const n = this.#taken.get(strip) ?? 0;
    this.#taken.set(strip, n + 1);
    return between(low, high, at + around(n) * apart);
  }
}

/** The strip of a stage that is nearest to a height. */
function passing(stage: Passage, y: number): Gap {
  const off = (gap: Gap): number => Math.abs(middle(gap) - y);
  const none = { top: stage.seam, bottom: stage.seam };
  return stage.gaps.reduce<Gap>((best, gap) => (off(gap) < off(best) ? gap : best), {
    ...(stage.gaps[0] ?? none),
  });
}

/**
 * The ways of the links of one card, drawn over the board: between the cards
 * and beside them, never across one. Each leaves the card at the side where the
 * other is, goes up and down between the stages only, and through a stage that
 * lies between in a strip between two of its cards.
 *
 * @param stage what lines meet in a stage; null if it is not shown
 */
export function routes(
  hub: { box: Box; column: number },
  fars: readonly Far[],
  stage: (column: number) => Passage | null,
): Route[] {
  const lanes = new Lanes();
  const out: Route[] = [];
  for (const way of [1, -1]) {
    // Cards of the same stage are reached on its right.
    const there = fars.filter((f) => (f.column < hub.column ? -1 : 1) === way);
    there.sort((a, b) => middle(a.box) - middle(b.box));
    const ends = there.flatMap((far) => far.links.map((link, k) => ({ far, link, k })));
    const { box } = hub;
    const room = Math.max(0, box.bottom - box.top - 16);
    const step = Math.min(9, room / Math.max(1, ends.length - 1));
    ends.forEach(({ far, link, k }, i) => {
      const y = middle(box) + (i - (ends.length - 1) / 2) * step;
      // Who goes up turns the earlier the higher, who goes down the lower: so
      // they do not cross.
      const turn = middle(far.box) < middle(box) ? i : ends.length - 1 - i;
      const points = walk({ ...hub, y, turn }, far, k, way, stage, lanes);
      if (points) {
        const faint = box.hidden || far.box.hidden;
        out.push({ id: link.id, points: link.out ? points : points.reverse(), faint });
      }
    });
  }
  return out;
}

function walk(
  hub: { box: Box; column: number; y: number; turn: number },
  far: Far,
  k: number,
  way: number,
  stage: (column: number) => Passage | null,
  lanes: Lanes,
): Point[] | null {
  const edge = (box: { left: number; right: number }, w: number): number =>
    w > 0 ? box.right : box.left;
  const same = far.column === hub.column;
  const start = edge(hub.box, way);
  const end = same ? far.box.right : edge(far.box, -way);
  const height = far.box.bottom - far.box.top;
  const into = far.box.top + Math.min(height - 2, Math.min(height / 2, 20) + k * apart * 2);
  const points: Point[] = [[start, hub.y]];
  let [x, y] = [start, hub.y];
  /** Goes up or down between the stage that ends at x and the next. */
  const upDown = (next: number, to: number, first: boolean, gutter: number): void => {
    const [low, high] = [x + clear * way, next - clear * way];
    const at = first
      ? between(low, same ? low + way * 22 : high, low + hub.turn * apart * way)
      : lanes.take(`|${gutter}`, low, high);
    points.push([at, y], [at, to]);
    y = to;
  };
  for (let c = hub.column + way; c !== far.column && !same; c += way) {
    const met = stage(c);
    if (!met) return null;
    const whole = Math.abs(end - start) || 1;
    const wish = hub.y + ((into - hub.y) * Math.abs((met.left + met.right) / 2 - start)) / whole;
    const gap = passing(met, wish);
    const height = lanes.take(`-${c}/${gap.top}`, ...within(gap), middle(gap));
    upDown(edge(met, -way), height, c === hub.column + way, way > 0 ? c : c + 1);
    x = edge(met, way);
  }
  const next = same ? end + way * (2 * clear + 22) : end;
  const last = same || Math.abs(far.column - hub.column) === 1;
  upDown(next, into, last, way > 0 ? far.column : far.column + 1);
  points.push([end, y]);
  return points;
}

/**
 * Where the names of those links stand: above the card that they lead to, at
 * the side where they come in, in the strip that is free of words. A card that
 * has none, or is not in sight, gets no name.
 *
 * @param inset how much room without words cards have at their top and bottom
 * @param frame the part of the card's stage that is in sight
 */
export function labels(
  hub: { box: Box; column: number },
  fars: readonly Far[],
  inset: { top: number; bottom: number },
  frame: (column: number) => Gap | null,
): Label[] {
  if (inset.top < reach || inset.bottom < reach) return [];
  return fars.flatMap((far): Label[] => {
    const { box } = far;
    const seen = frame(far.column);
    const y = box.top - 3;
    const texts = [...new Set(far.links.map((link) => link.text))].filter(Boolean);
    if (!seen || box.hidden || texts.length === 0) return [];
    if (y - labelHeight / 2 < seen.top || y + labelHeight / 2 > seen.bottom) return [];
    const side = far.column > hub.column ? 'left' : 'right';
    return [
      {
        id: far.links[0]?.id ?? '',
        text: texts.join(' · '),
        side,
        x: side === 'left' ? box.left + 6 : box.right - 6,
        y,
        most: box.right - box.left - 12,
      },
    ];
  });
}

/** A way as an SVG path, its corners rounded. */
export function drawn(points: readonly Point[], radius = 7): string {
  const distinct = points.filter((p, i) => points[i - 1]?.join() !== p.join());
  const way = distinct.filter((p, i) => {
    const [q, r] = [distinct[i - 1], distinct[i + 1]];
    // A corner that is none.
    return !(q && r && ((q[0] === p[0] && p[0] === r[0]) || (q[1] === p[1] && p[1] === r[1])));
  });
  const far = (a: Point, b: Point): number => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
  const towards = (a: Point, b: Point, d: number): string => {
    const part = d / (far(a, b) || 1);
    return `${round(a[0] + (b[0] - a[0]) * part)} ${round(a[1] + (b[1] - a[1]) * part)}`;
  };
  return way
    .map((p, i) => {
      const [q, r] = [way[i - 1], way[i + 1]];
      if (!q || !r) return `${q ? 'L' : 'M'}${round(p[0])} ${round(p[1])}`;
      const d = Math.min(radius, far(q, p) / 2, far(p, r) / 2);
      return `L${towards(p, q, d)}Q${round(p[0])} ${round(p[1])} ${towards(p, r, d)}`;
    })
    .join('');
}
