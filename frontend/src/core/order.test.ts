import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, isOrderKey, longKey, spread } from './order';

describe('order keys', () => {
  it('lie strictly between their neighbours, wherever one inserts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 120 }), (places) => {
        const list: string[] = [];
        for (const p of places) {
          const at = p % (list.length + 1);
          const key = between(list[at - 1] ?? null, list[at] ?? null);
          expect(isOrderKey(key)).toBe(true);
          if (at > 0) expect(key > (list[at - 1] ?? '')).toBe(true);
          if (at < list.length) expect(key < (list[at] ?? '')).toBe(true);
          list.splice(at, 0, key);
        }
      }),
    );
  });

  it('stay short when one only appends or only prepends', () => {
    let last: string | null = null;
    let first: string | null = null;
    for (let i = 0; i < 5000; i++) {
      last = between(last, null);
      first = between(null, first);
    }
    expect(last?.length).toBeLessThan(9);
    expect(first?.length).toBeLessThan(9);
  });

  it('differ when two people insert at the same place', () => {
    const keys = new Set(Array.from({ length: 50 }, () => between('a0', 'a1')));
    expect(keys.size).toBeGreaterThan(45);
  });

  it('survive keys that nobody could have made', () => {
    for (const bad of ['', '!', 'a', 'a0ą', 'a10', 'zzzz']) {
      const key = between(bad, bad);
      expect(isOrderKey(key)).toBe(true);
    }
  });

  it('spread far apart', () => {
    const keys = spread(200);
    expect([...keys].sort()).toEqual(keys);
    expect(Math.max(...keys.map((k) => k.length))).toBeLessThan(longKey);
  });
});
