import type { Participant, Workshop } from './model';

/** What is worth saying of the groups as they are, in one line. */
export interface FormingSummary {
  groups: number;
  sizes: [number, number];
  /** Different departments in each group, least and most. */
  departments: [number, number];
  wishes: number;
  wishesMet: number;
  /** Pairs together that should be apart. */
  together: number;
  without: number;
  /** Groups that nobody is in. */
  empty: number;
  /** People pinned to their group, where sizes differ by more than one; else 0. */
  pinned: number;
}

const range = (numbers: number[]): [number, number] =>
  numbers.length === 0 ? [0, 0] : [Math.min(...numbers), Math.max(...numbers)];

export function summary(workshop: Workshop): FormingSummary {
  const area = new Map(workshop.groups.map((g) => [g.id, g.areaId]));
  const groupOf = new Map(workshop.participants.map((p) => [p.id, p.groupId]));
  const members = workshop.groups.map((g) =>
    workshop.participants.filter((p) => p.groupId === g.id),
  );
  const sizes = range(members.map((m) => m.length));
  const wished = workshop.participants.filter((p) => p.wish);
  return {
    groups: workshop.groups.length,
    sizes,
    departments: range(members.map(departments)),
    wishes: wished.length,
    wishesMet: wished.filter((p) => p.groupId !== null && area.get(p.groupId) === p.wish).length,
    together: (workshop.apart ?? []).filter(
      ([a, b]) => groupOf.get(a) != null && groupOf.get(a) === groupOf.get(b),
    ).length,
    without: workshop.participants.filter((p) => p.groupId === null).length,
    empty: members.filter((m) => m.length === 0).length,
    pinned:
      sizes[1] - sizes[0] > 1
        ? workshop.participants.filter((p) => p.pinned && p.groupId !== null).length
        : 0,
  };
}

function departments(people: readonly Participant[]): number {
  return new Set(people.map((p) => p.department.trim().toLowerCase()).filter(Boolean)).size;
}

/** People by department, the largest first; those without one come last. */
export function byDepartment(people: readonly Participant[]): { name: string; count: number }[] {
  const found = new Map<string, { name: string; count: number }>();
  for (const p of people) {
    const key = p.department.trim().toLowerCase();
    const entry = found.get(key) ?? { name: p.department.trim(), count: 0 };
    entry.count++;
    found.set(key, entry);
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(a.name === '') - Number(b.name === '') ||
      b.count - a.count ||
      a.name.localeCompare(b.name, 'pl'),
  );
}

/** How many groups a hall of that many people makes: four to seven in each. */
export const suggestedGroups = (people: number): number => Math.max(1, Math.ceil(people / 6.5));
