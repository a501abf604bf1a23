import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workshop } from './model';
import { comparedStage, layWall, type Screen, screenOf, shownMode, shownPoll } from './screen';

const workshop = (fields: Partial<Workshop> & { screen?: Partial<Screen> } = {}): Workshop =>
  ({
    stages: [{ id: 'problem' }, { id: 'data' }],
    groups: [{ id: 'g' }],
    polls: [],
    phase: null,
    focus: '',
    ...fields,
  }) as unknown as Workshop;
const screen = (fields: Partial<Screen>): Screen => ({ ...screenOf(workshop()), ...fields });

describe('the screen', () => {
  it('follows the day until somebody shows something', () => {
    expect(shownMode(workshop())).toBe('wall');
    expect(shownMode(workshop({ groups: [] }))).toBe('lobby');
    const phase = { kind: 'lobby' } as Workshop['phase'];
    expect(shownMode(workshop({ phase }))).toBe('lobby');
    const forming = { kind: 'forming' } as Workshop['phase'];
    expect(shownMode(workshop({ phase: forming }))).toBe('groups');
    expect(shownMode(workshop({ phase: forming, groups: [] }))).toBe('lobby');
    const end = { kind: 'wrap-up' } as Workshop['phase'];
    expect(shownMode(workshop({ phase: end }))).toBe('wrap-up');
    expect(shownMode(workshop({ phase, screen: screen({ mode: 'timer' }) }))).toBe('timer');
  });

  it('shows the day in place of a mode it does not know', () => {
    expect(shownMode(workshop({ screen: screen({ mode: 'film' as 'wall' }) }))).toBe('wall');
  });

  it('compares the stage chosen, else the one in focus, else the first', () => {
    expect(comparedStage(workshop())?.id).toBe('problem');
    expect(comparedStage(workshop({ focus: 'data' }))?.id).toBe('data');
    const chosen = screen({ stageId: 'problem' });
    expect(comparedStage(workshop({ focus: 'data', screen: chosen }))?.id).toBe('problem');
  });

  it('shows the vote chosen, else the latest', () => {
    const polls = [{ id: 'a' }, { id: 'b' }];
    expect(shownPoll(workshop())).toBeUndefined();
    expect(shownPoll(workshop({ polls } as never))?.id).toBe('b');
    expect(shownPoll(workshop({ polls, screen: screen({ pollId: 'a' }) } as never))?.id).toBe('a');
  });
});

describe('the wall', () => {
  it('has a place for every group and keeps every tile readable', () => {
    const sides = { n: fc.integer({ min: 1, max: 40 }), w: fc.integer({ min: 30, max: 120 }) };
    fc.assert(
      fc.property(sides.n, sides.w, fc.integer({ min: 20, max: 60 }), (n, width, height) => {
        const { columns, rows, pages } = layWall(n, width, height);
        expect(columns * rows * pages).toBeGreaterThanOrEqual(n);
        if (Math.ceil(n / pages) > 1) {
          expect(width / columns).toBeGreaterThanOrEqual(11.5);
          expect(height / rows).toBeGreaterThanOrEqual(9.4);
        }
      }),
    );
  });

  it('shows 24 groups at once on a full HD screen, and 4 as large as can be', () => {
    expect(layWall(24, 88, 39)).toEqual({ columns: 6, rows: 4, pages: 1 });
    expect(layWall(4, 88, 39)).toEqual({ columns: 2, rows: 2, pages: 1 });
    expect(layWall(8, 88, 42)).toEqual({ columns: 4, rows: 2, pages: 1 });
    expect(layWall(1, 88, 39)).toEqual({ columns: 1, rows: 1, pages: 1 });
  });
});
