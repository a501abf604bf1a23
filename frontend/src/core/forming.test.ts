import { describe, expect, it } from 'vitest';
import { byDepartment, suggestedGroups, summary } from './forming';
import type { Participant, Workshop } from './model';

const person = (id: string, department: string, groupId: string | null, wish = ''): Participant =>
  ({ id, name: id, department, groupId, wish, color: '', joined: true }) as Participant;
const hall = (participants: Participant[], apart: [string, string][] = []): Workshop =>
  ({
    groups: [
      { id: 'a', areaId: 'economy' },
      { id: 'b', areaId: 'services' },
    ],
    participants,
    apart,
  }) as unknown as Workshop;

describe('forming', () => {
  it('counts sizes, departments, wishes and pairs', () => {
    const people = [
      person('1', 'IT', 'a', 'economy'),
      person('2', ' it ', 'a', 'services'),
      person('3', 'Budżet', 'b'),
      person('4', '', null),
    ];
    expect(
      summary(
        hall(people, [
          ['1', '2'],
          ['3', '4'],
        ]),
      ),
    ).toEqual({
      groups: 2,
      sizes: [1, 2],
      departments: [1, 1],
      wishes: 2,
      wishesMet: 1,
      together: 1,
      without: 1,
      empty: 0,
      pinned: 0,
    });
  });

  it('says who is pinned where sizes differ, and which groups are empty', () => {
    const crowd = ['1', '2', '3'].map((id) => ({ ...person(id, 'IT', 'a'), pinned: id !== '3' }));
    expect(summary(hall(crowd))).toMatchObject({ sizes: [0, 3], empty: 1, pinned: 2 });
    const even = [...crowd, person('4', 'IT', 'b'), person('5', 'IT', 'b')];
    expect(summary(hall(even))).toMatchObject({ sizes: [2, 3], empty: 0, pinned: 0 });
  });

  it('lists departments, the largest first, the nameless last', () => {
    const people = ['', '', '', 'IT', 'it', 'Budżet'].map((d, i) => person(String(i), d, null));
    expect(byDepartment(people)).toEqual([
      { name: 'IT', count: 2 },
      { name: 'Budżet', count: 1 },
      { name: '', count: 3 },
    ]);
  });

  it('suggests groups of four to seven', () => {
    for (let n = 8; n <= 1000; n++) {
      const size = n / suggestedGroups(n);
      expect(size).toBeGreaterThanOrEqual(4);
      expect(size).toBeLessThanOrEqual(7);
    }
    expect(suggestedGroups(0)).toBe(1);
  });
});
