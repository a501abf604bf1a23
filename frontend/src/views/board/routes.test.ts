import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from './lines';
import { drawn, type Far, labelHeight, labels, type Passage, routes } from './routes';

/* A board of stages of the size that they have on a laptop. */
const width = 266;
const pitch = 304;
const gap = 8;
const inset = { top: 7, bottom: 7 };
const frame = { top: 100, bottom: 600 };

interface Stage extends Passage {
  cards: Box[];
}

/** Stages of cards of these heights, each scrolled so far. */
function board(stages: readonly { heights: readonly number[]; scrolled: number }[]): Stage[] {
  const clamp = (y: number): number => Math.min(Math.max(y, frame.top), frame.bottom);
  return stages.map(({ heights, scrolled }, c) => {
    const left = 33 + c * pitch;
    let y = frame.top + 4 - scrolled;
    const all = heights.map((height) => {
      const rect = { top: y, bottom: y + height };
      y += height + gap;
      return rect;
    });
    const cards = all.map(({ top, bottom }) => ({
      left,
      right: left + width,
      top: clamp(top),
      bottom: clamp(bottom),
      hidden: bottom < frame.top + 8 || top > frame.bottom - 8,
    }));
    const edges = [frame.top, ...all.flatMap((r) => [r.top, r.bottom]), frame.bottom].map(clamp);
    const gaps = [];
    for (let i = 0; i < edges.length; i += 2) {
      const [top, bottom] = [edges[i] ?? 0, edges[i + 1] ?? 0];
      if (bottom - top >= 4) gaps.push({ top, bottom: Math.min(bottom, top + 24) });
    }
    return { left, right: left + width, gaps, seam: frame.top - 1.5, cards };
  });
}

interface Scene {
  stages: Stage[];
  hub: { box: Box; column: number };
  fars: Far[];
}

const scenes: fc.Arbitrary<Scene> = fc
  .array(
    fc.record({
      heights: fc.array(fc.integer({ min: 60, max: 700 }), { minLength: 1, maxLength: 9 }),
      scrolled: fc.integer({ min: 0, max: 500 }),
    }),
    { minLength: 8, maxLength: 8 },
  )
  .chain((plan) => {
    const stages = board(plan);
    const all = stages.flatMap(({ cards }, column) => cards.map((box) => ({ box, column })));
    return fc
      .uniqueArray(fc.nat(all.length - 1), { minLength: 2, maxLength: 12 })
      .map(([first = 0, ...rest]) => ({
        stages,
        hub: all[first] ?? { box: {} as Box, column: 0 },
        fars: rest.map((n, i) => ({
          ...(all[n] ?? { box: {} as Box, column: 0 }),
          links: [
            { id: `${i}`, out: i % 2 === 0, text: 'zasila' },
            ...(i % 5 === 4 ? [{ id: `${i}b`, out: true, text: 'odpowiada na' }] : []),
          ],
        })),
      }));
  });

const seen = (b: Box): boolean => !b.hidden && b.bottom - b.top > 2;

describe('the ways of the links of a card', () => {
  it('cross no card, whatever the stages hold and however they are scrolled', () => {
    fc.assert(
      fc.property(scenes, ({ stages, hub, fars }) => {
        const ways = routes(hub, fars, (c) => stages[c] ?? null);
        expect(ways.map((w) => w.id).sort()).toEqual(
          fars.flatMap((f) => f.links.map((l) => l.id)).sort(),
        );
        const cards = stages.flatMap((s) => s.cards).filter(seen);
        const wrong = ways.flatMap(({ points }) =>
          points.slice(1).filter((b, i) => {
            const a = points[i] ?? b;
            const [x1, x2] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
            const [y1, y2] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
            const straight = x1 === x2 || y1 === y2;
            return (
              !straight ||
              cards.some((c) => x2 > c.left && x1 < c.right && y2 > c.top && y1 < c.bottom)
            );
          }),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('begin and end at the sides of the two cards, the arrow at the second', () => {
    fc.assert(
      fc.property(scenes, ({ stages, hub, fars }) => {
        const sides = (b: Box): number[] => [b.left, b.right];
        for (const { id, points } of routes(hub, fars, (c) => stages[c] ?? null)) {
          const far = fars.find((f) => f.links.some((l) => l.id === id));
          const out = far?.links.find((l) => l.id === id)?.out;
          const [from, to] = out ? [hub.box, far?.box] : [far?.box, hub.box];
          for (const [p, box] of [
            [points[0], from],
            [points.at(-1), to],
          ] as const) {
            if (!p || !box) throw new Error('no end');
            expect(sides(box)).toContain(p[0]);
            expect(p[1]).toBeGreaterThanOrEqual(box.top - 2);
            expect(p[1]).toBeLessThanOrEqual(box.bottom + 2);
          }
        }
      }),
    );
  });

  it('keep apart where they leave the card and where they pass the same strip', () => {
    const [a, b, c] = board([
      { heights: [300], scrolled: 0 },
      { heights: [100, 100], scrolled: 0 },
      { heights: [80, 80, 80], scrolled: 0 },
    ]);
    if (!a?.cards[0] || !b || !c) throw new Error('no stages');
    const fars = c.cards.map((box, i) => ({
      box,
      column: 2,
      links: [{ id: `${i}`, out: true, text: '' }],
    }));
    const ways = routes({ box: a.cards[0], column: 0 }, fars, (n) => [a, b, c][n] ?? null);
    expect(ways).toHaveLength(3);
    for (const nth of [0, 1, 4]) {
      const places = ways.map((w) => w.points[nth]?.join());
      expect(new Set(places).size).toBe(3);
    }
  });

  it('go over the heads of the cards where a stage leaves no strip', () => {
    const stages = board([
      { heights: [100], scrolled: 0 },
      { heights: [2000], scrolled: 300 },
      { heights: [100], scrolled: 0 },
    ]);
    const [from, to] = [stages[0]?.cards[0], stages[2]?.cards[0]];
    if (!from || !to) throw new Error('no cards');
    const fars = [{ box: to, column: 2, links: [{ id: 'l', out: true, text: '' }] }];
    const [way] = routes({ box: from, column: 0 }, fars, (c) => stages[c] ?? null);
    expect(way?.points.map((p) => p[1])).toContain(frame.top - 1.5);
  });

  it('are none where a stage between is not shown', () => {
    const stages = board(Array.from({ length: 3 }, () => ({ heights: [100], scrolled: 0 })));
    const [from, to] = [stages[0]?.cards[0], stages[2]?.cards[0]];
    if (!from || !to) throw new Error('no cards');
    const fars = [{ box: to, column: 2, links: [{ id: 'l', out: true, text: '' }] }];
    expect(routes({ box: from, column: 0 }, fars, () => null)).toEqual([]);
  });
});

describe('the names of links', () => {
  it('cover no words of any card and stay within sight', () => {
    fc.assert(
      fc.property(scenes, ({ stages, hub, fars }) => {
        for (const { x, y, most, side } of labels(hub, fars, inset, () => frame)) {
          const [x1, x2] = side === 'left' ? [x, x + most] : [x - most, x];
          const [y1, y2] = [y - labelHeight / 2, y + labelHeight / 2];
          expect(y1).toBeGreaterThanOrEqual(frame.top);
          expect(y2).toBeLessThanOrEqual(frame.bottom);
          for (const card of stages.flatMap((s) => s.cards).filter(seen)) {
            const words = {
              ...card,
              top: card.top + inset.top,
              bottom: card.bottom - inset.bottom,
            };
            const over = x2 > words.left && x1 < words.right && y2 > words.top && y1 < words.bottom;
            // A card cut by the frame has its words nearer to it.
            expect(over && card.top > frame.top && card.bottom < frame.bottom).toBe(false);
          }
        }
      }),
    );
  });

  it('are said once for a card, at the side where the line comes in', () => {
    const [a, b] = board([
      { heights: [100, 100], scrolled: 0 },
      { heights: [100, 100], scrolled: 0 },
    ]);
    const [hub, same, far] = [a?.cards[0], a?.cards[1], b?.cards[1]];
    if (!hub || !same || !far) throw new Error('no cards');
    const links = ['zasila', 'wiąże się z', 'zasila'].map((text, i) => ({
      id: `${i}`,
      out: true,
      text,
    }));
    const found = labels(
      { box: hub, column: 0 },
      [
        { box: far, column: 1, links },
        { box: same, column: 0, links: links.slice(0, 1) },
      ],
      inset,
      () => frame,
    );
    expect(found.map(({ text, side }) => [text, side])).toEqual([
      ['zasila · wiąże się z', 'left'],
      ['zasila', 'right'],
    ]);
  });

  it('are left out where cards have no room for them, or are not in sight', () => {
    const [a, b] = board([
      { heights: [100], scrolled: 0 },
      { heights: [100, 100], scrolled: 90 },
    ]);
    const [hub, up, far] = [a?.cards[0], b?.cards[0], b?.cards[1]];
    if (!hub || !up || !far) throw new Error('no cards');
    const to = (box: Box): Far[] => [
      { box, column: 1, links: [{ id: 'l', out: true, text: 'zasila' }] },
    ];
    const at = { box: hub, column: 0 };
    expect(labels(at, to(far), { top: 3, bottom: 3 }, () => frame)).toEqual([]);
    expect(labels(at, to(up), inset, () => frame)).toEqual([]);
    expect(labels(at, to({ ...far, hidden: true }), inset, () => frame)).toEqual([]);
    expect(labels(at, to(far), inset, () => null)).toEqual([]);
  });
});

describe('a way as a path', () => {
  it('has round corners and no needless points', () => {
    expect(
      drawn([
        [0, 0],
        [10, 0],
        [20, 0],
        [20, 40],
        [20, 40],
        [60, 40],
      ]),
    ).toBe('M0 0L13 0Q20 0 20 7L20 33Q20 40 27 40L60 40');
  });
});
