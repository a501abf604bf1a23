import { afterEach, describe, expect, it, vi } from 'vitest';
import { Changes, changed } from './change';
import type { Group, Workshop } from './model';

const group = (id: string, members: string[] = []) => ({
  id,
  name: id,
  areaId: 'services',
  capacity: 6,
  frozen: false,
  members,
});
const person = (id: string, name = id) => ({
  id,
  name,
  department: 'IT',
  color: '#000',
  groupId: null,
  joined: true,
});
const before = {
  version: 7,
  title: 'Dzień',
  joinCode: 'ABCD-EFGH',
  groups: [group('a'), group('b'), group('c')],
  participants: [person('ada'), person('jan')],
} as unknown as Workshop;

describe('a change of a workshop', () => {
  it('sets and removes fields, and leaves the given workshop alone', () => {
    const kept = structuredClone(before);
    const set = { version: 8, title: 'Nowy' };
    const after = changed(before, { from: 7, version: 8, set, unset: ['joinCode'] });
    expect(after).toMatchObject({ version: 8, title: 'Nowy' });
    expect('joinCode' in after).toBe(false);
    expect(after.participants).toBe(before.participants);
    expect(before).toEqual(kept);
  });

  it('puts into lists in place or at the end, and takes out', () => {
    const after = changed(before, {
      from: 7,
      version: 9,
      set: {},
      groups: { put: [group('b', ['ada']), group('d')], gone: ['a'] },
      participants: { put: [person('eva'), person('jan', 'Jan')] },
    });
    expect(after.groups.map((g) => [g.id, g.members])).toEqual([
      ['b', ['ada']],
      ['c', []],
      ['d', []],
    ]);
    expect(after.participants.map((p) => p.name)).toEqual(['ada', 'Jan', 'eva']);
  });

  it('tells the members of groups from the participants when they are left out', () => {
    const ada = { ...person('ada'), groupId: 'b' };
    const first = changed(before, {
      ...{ from: 7, version: 8, set: {}, derived: true },
      participants: { put: [{ ...person('eva'), groupId: 'b' }, ada] },
    });
    expect(first.groups.map((g) => g.members)).toEqual([[], ['ada', 'eva'], []]);
    expect(first.groups[0]).toBe(before.groups[0]);
    const bare: Partial<Group> = { ...group('b') };
    delete bare.members;
    const next = changed(first, {
      ...{ from: 8, version: 9, set: {}, derived: true },
      groups: { put: [{ ...bare, name: 'inna' } as Group] },
      participants: { gone: ['eva'] },
    });
    expect(next.groups[1]).toMatchObject({ name: 'inna', members: ['ada'] });
  });

  it('takes a whole list where the order is another', () => {
    const set = { participants: [person('jan'), person('ada')] };
    const after = changed(before, { from: 7, version: 8, set });
    expect(after.participants.map((p) => p.id)).toEqual(['jan', 'ada']);
  });
});

describe('changes as they come', () => {
  afterEach(() => vi.useRealTimers());
  const to = (from: number, version: number) => ({ from, version, set: { version } });

  it('are put in one after the other; an older one is left out', () => {
    let known = before;
    const changes = new Changes(
      () => known,
      (w) => (known = w),
      () => Promise.reject(new Error('not needed')),
    );
    for (const c of [to(7, 8), to(8, 11), to(7, 8)]) changes.take(c);
    expect(known.version).toBe(11);
  });

  it('have the whole asked for when one is missing, once', async () => {
    vi.useFakeTimers();
    let known: Workshop | null = null;
    const whole = vi.fn(() => Promise.resolve({ ...before, version: 12 }));
    const changes = new Changes(
      () => known,
      (w) => (known = w),
      whole,
    );
    for (const c of [to(8, 9), to(9, 12)]) changes.take(c);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(whole).toHaveBeenCalledOnce();
    expect(known).toMatchObject({ version: 12 });
    changes.take(to(12, 13));
    expect(known).toMatchObject({ version: 13 });
  });

  it('ask for nothing when the whole came by itself', async () => {
    vi.useFakeTimers();
    let known: Workshop | null = null;
    const whole = vi.fn(() => Promise.reject(new Error('not needed')));
    new Changes(
      () => known,
      (w) => (known = w),
      whole,
    ).take(to(8, 9));
    known = { ...before, version: 9 };
    await vi.advanceTimersByTimeAsync(2_000);
    expect(whole).not.toHaveBeenCalled();
  });
});
