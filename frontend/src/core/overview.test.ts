import { describe, expect, it } from 'vitest';
import type { Workshop } from './model';
import { quietFor } from './overview';

const minute = 60_000;
/** A stage of 20 minutes that began at 0. */
const working = {
  phase: { id: 'p', kind: 'stage', name: { pl: '', en: '' }, stageId: 'data', index: 0 },
  timer: {
    running: true,
    endsAt: new Date(20 * minute).toISOString(),
    leftMs: null,
    totalMs: 20 * minute,
  },
  frozen: false,
} as const satisfies Pick<Workshop, 'phase' | 'timer' | 'frozen'>;

describe('a quiet group', () => {
  const seen = { changedAt: 2 * minute, present: 3 };

  it('is one without a change for some minutes while it should work', () => {
    expect(quietFor(working, false, seen, 5 * minute)).toBe(0);
    expect(quietFor(working, false, seen, 8 * minute)).toBe(6);
  });

  it('is measured from the beginning of the stage', () => {
    const old = { changedAt: -60 * minute, present: 3 };
    expect(quietFor(working, false, old, 3 * minute)).toBe(0);
    expect(quietFor(working, false, old, 7 * minute)).toBe(7);
  });

  it('is none that cannot work: frozen, paused, in another phase, or away', () => {
    const now = 15 * minute;
    expect(quietFor({ ...working, frozen: true }, false, seen, now)).toBe(0);
    expect(quietFor(working, true, seen, now)).toBe(0);
    expect(quietFor(working, false, { ...seen, present: 0 }, now)).toBe(0);
    const paused = { ...working.timer, running: false, endsAt: null, leftMs: minute };
    expect(quietFor({ ...working, timer: paused }, false, seen, now)).toBe(0);
    expect(quietFor({ ...working, phase: null }, false, seen, now)).toBe(0);
  });
});
