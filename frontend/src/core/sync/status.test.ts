import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saveState, savingMs } from './status';

const facts = fc.record({
  connected: fc.boolean(),
  confirmed: fc.boolean(),
  pending: fc.nat(5),
  pendingSince: fc.nat(100_000),
  refused: fc.option(fc.constantFrom('read-only', 'board-full'), { nil: null }),
  now: fc.nat(200_000),
});

describe('saveState', () => {
  it('never says saved, nor offline with nothing to save, while a change is unconfirmed', () => {
    fc.assert(
      fc.property(facts, (f) => {
        const s = saveState(f);
        if (f.pending > 0 || f.refused !== null) expect(['saved', 'offline']).not.toContain(s.kind);
        if (!f.connected) expect(s.kind).not.toBe('saved');
        if (!f.confirmed) expect(s.kind).not.toBe('saved');
      }),
    );
  });

  it('says on this device after five seconds without confirmation', () => {
    const f = { connected: true, confirmed: false, pending: 2, pendingSince: 1000, refused: null };
    expect(saveState({ ...f, now: 1000 + savingMs - 1 }).kind).toBe('saving');
    expect(saveState({ ...f, now: 1000 + savingMs })).toEqual({ kind: 'device', count: 2 });
  });

  it('says on this device at once when the connection is lost', () => {
    const f = {
      connected: false,
      confirmed: true,
      pending: 1,
      pendingSince: 1,
      refused: null,
      now: 1,
    };
    expect(saveState(f)).toEqual({ kind: 'device', count: 1 });
  });
});
