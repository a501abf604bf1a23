import { describe, expect, it } from 'vitest';
import { Ledger, type Notes } from './ledger';

function notes(): Notes & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (k) => map.get(k) ?? null,
    setItem: (k, v) => void map.set(k, v),
    removeItem: (k) => void map.delete(k),
    key: (i) => [...map.keys()][i] ?? null,
    get length() {
      return map.size;
    },
  };
}

describe('Ledger', () => {
  it('remembers across a reload how many changes are unconfirmed', () => {
    const kept = notes();
    const before = new Ledger('board.1', 'p1', () => kept);
    before.changed();
    before.changed();
    const after = new Ledger('board.1', 'p2', () => kept);
    expect(after.pending).toBe(2);
    after.changed();
    expect(after.pending).toBe(3);
    after.confirmed();
    expect(after.pending).toBe(2);
    after.inheritedConfirmed();
    expect(after.pending).toBe(0);
    expect(kept.map.size).toBe(0);
  });

  it('does not declare saved what another open tab has changed since', () => {
    const kept = notes();
    const other = new Ledger('board.1', 'p1', () => kept);
    other.changed();
    const mine = new Ledger('board.1', 'p2', () => kept);
    other.changed();
    mine.inheritedConfirmed();
    expect(new Ledger('board.1', 'p3', () => kept).pending).toBe(2);
  });

  it('keeps documents apart', () => {
    const kept = notes();
    new Ledger('board.1', 'p', () => kept).changed();
    expect(new Ledger('board.2', 'q', () => kept).pending).toBe(0);
  });

  it('works as long as the page where storage is forbidden', () => {
    const ledger = new Ledger('board.1', 'p', () => {
      throw new Error('SecurityError');
    });
    ledger.changed();
    expect(ledger.pending).toBe(1);
    ledger.confirmed();
    expect(ledger.pending).toBe(0);
  });
});
