import { describe, expect, it } from 'vitest';
import { line, type Box } from './lines';
import { loose } from './ownlinks';

const box = (left: number, top: number, height = 80): Box => ({
  left,
  right: left + 100,
  top,
  bottom: top + height,
  hidden: false,
});
const ends = (path: string): number[][] => {
  const n = (path.match(/-?[\d.]+/g) ?? []).map(Number);
  return [n.slice(0, 2), n.slice(-2)];
};

describe('the way of a link', () => {
  it('goes from the sides that face each other', () => {
    expect(ends(line(box(0, 0), box(300, 200), 0, 0))).toEqual([
      [100, 40],
      [300, 240],
    ]);
    expect(ends(line(box(300, 0), box(0, 200), 0, 0))).toEqual([
      [300, 40],
      [100, 240],
    ]);
  });

  it('bulges beside the cards of one stage', () => {
    const path = line(box(0, 0), box(0, 200), 0, 0);
    expect(ends(path)).toEqual([
      [100, 40],
      [100, 240],
    ]);
    expect(path).toContain('C126 40 126 240');
  });

  it('keeps the ends at one card apart, and within the card', () => {
    const heights = [0, 1, 2, 3, 4, 50].map(
      (n) => ends(line(box(0, 0), box(300, 0), n, 0))[0]?.[1] ?? NaN,
    );
    expect(new Set(heights.slice(0, 5)).size).toBe(5);
    for (const y of heights) expect(y).toSatisfy((v: number) => v >= 10 && v <= 70);
    expect(ends(line(box(0, 0, 6), box(300, 0), 9, 0))[0]).toEqual([100, 3]);
  });

  it('is straight while it is drawn', () => {
    expect(loose(box(0, 0), { x: 400, y: 7.04 })).toBe('M100 40L400 7');
    expect(loose(box(200, 0), { x: 0, y: 0 })).toBe('M200 40L0 0');
  });
});
