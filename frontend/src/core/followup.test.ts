import { describe, expect, it } from 'vitest';
import { byHorizon, monthsAfter, overdue } from './followup';
import type { OutcomeAction } from './outcome';

const action = (due: string, state = ''): OutcomeAction => ({
  id: due + state,
  groupId: 'g',
  group: 'G',
  text: '',
  owner: '',
  due,
  state,
});

describe('the follow-up of actions', () => {
  it('counts months by the calendar, to the last day of a short one', () => {
    expect(monthsAfter('2027-01-31', 1)).toBe('2027-02-28');
    expect(monthsAfter('2026-11-25', 3)).toBe('2027-02-25');
    expect(monthsAfter('2026-11-25', 6)).toBe('2027-05-25');
  });

  it('puts each action in the horizon in which it is due', () => {
    const plan = {
      heldAt: '2026-11-25',
      actions: [
        ...['2027-02-25', '2026-12-25', '2026-12-01', '2027-02-26', '2027-06-01'].map((d) =>
          action(d),
        ),
        action('wiosną'),
        action('2026-12-02', 'done'),
      ],
    };
    expect(byHorizon(plan).map((h) => [h.horizon, h.actions.map((a) => a.due), h.done])).toEqual([
      [1, ['2026-12-01', '2026-12-02', '2026-12-25'], 1],
      [3, ['2027-02-25'], 0],
      [6, ['2027-02-26'], 0],
      ['later', ['2027-06-01'], 0],
      ['none', ['wiosną'], 0],
    ]);
  });

  it('is late only after the day, and never when done', () => {
    expect(overdue(action('2026-12-01'), '2026-12-01')).toBe(false);
    expect(overdue(action('2026-12-01'), '2026-12-02')).toBe(true);
    expect(overdue(action('2026-12-01', 'done'), '2026-12-02')).toBe(false);
    expect(overdue(action(''), '2026-12-02')).toBe(false);
  });
});
